"""A comparison's folder: every plan as a run's folder of its own, and what compares them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from planner.agreement.measure import agreement_files
from planner.compare.ask import Alternative, Comparison, LeftOut
from planner.compare.layers import AGREEMENT, PACKAGE, slugs, write_layers
from planner.compare.sentences import cost_in_words
from planner.compare.tables import (
    CAPS,
    COSTS,
    INDICATORS,
    TRANSITIONS,
    write_price_tables,
    write_tables,
)
from planner.plans.versions import versions
from planner.prices.ask import Prices
from planner.prices.folder import write_prices
from planner.prices.names import LIMIT_PRICES, REDLINE_COSTS
from planner.runs.folder import fill
from planner.runs.profiles import REPORT
from planner.sweeps.side_by_side import Errand, hands_for, side_by_side
from words.said import inside

SCHEMA = "sansheng-comparison-1"
RUNS, RECORD, MAP = "scenarios", "comparison.json", "comparison.png"
NAMES = frozenset(
    {
        RUNS,
        RECORD,
        MAP,
        REPORT,
        INDICATORS,
        COSTS,
        TRANSITIONS,
        LIMIT_PRICES,
        REDLINE_COSTS,
        PACKAGE,
        *agreement_files(AGREEMENT),
        CAPS,
    }
)
"""Everything that a comparison's folder may hold."""


def fill_comparison(
    comparison: Comparison,
    folder: Path,
    prices: Mapping[str, Prices] | None = None,
    workers: int | None = None,
) -> None:
    """Write everything of a comparison into a folder (a draft); ``prices`` of every plan by its title go into
    the runs' folders, and their tables beside the comparison's. So many ``workers`` write (None: as many as
    are of use and fit)."""
    from planner.compare.page import compare_page  # noqa: PLC0415 - it draws as well

    errands: list[Errand] = []
    for slug, each in slugs(comparison).items():
        run = folder / RUNS / slug
        run.mkdir(parents=True)
        if prices is not None:
            write_prices(prices[each.title], run)
        errands.append((fill, (each.plan, run)))
    errands += [(write_layers, (comparison, folder)), (_map, (comparison, folder))]
    side_by_side(errands, hands_for(len(comparison.first.plan.instance), len(errands), workers))
    write_tables(comparison, folder)
    write_price_tables(comparison, folder, prices)
    (folder / RECORD).write_text(record(comparison, caps=(folder / CAPS).exists()), encoding="utf-8")
    page = compare_page(folder, comparison.lang, [each.plan for each in comparison.alternatives])
    (folder / REPORT).write_text(page, encoding="utf-8")


def _map(comparison: Comparison, folder: Path) -> None:
    from planner.compare.picture import draw_comparison  # noqa: PLC0415 - the drawing library is slow to load

    draw_comparison(comparison, folder / MAP)


def record(comparison: Comparison, *, caps: bool = False) -> str:
    """The text of ``comparison.json``: scenarios with their folders and costs, and those left out; whether
    it is a carbon plan, and so has a table of ``caps``."""
    tree = {
        "schema": SCHEMA,
        "title": comparison.first.plan.certificate.title,
        "study": comparison.source.path.name,
        "first": comparison.first.name,
        "caps": caps,
        "scenarios": [_scenario(comparison, slug, each) for slug, each in slugs(comparison).items()],
        "left_out": [_left(each, comparison.lang) for each in comparison.left_out],
        "floor": _floor(comparison),
        "firm_ha": comparison.firm_ha,
        "versions": versions(),
    }
    return json.dumps(tree, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _scenario(comparison: Comparison, slug: str, each: Alternative) -> dict[str, Any]:
    certificate = each.plan.certificate
    known = None if each is comparison.first else comparison.cost(each)
    return {
        "name": each.name,
        "title": each.title,
        "folder": f"{RUNS}/{slug}",
        "relaxed": each.relaxed,
        "relaxations": [] if each.why is None else [vars(move) for move in each.why.together],
        "status": certificate.status,
        "objective": certificate.objective,
        "bound": certificate.bound,
        "gap": certificate.gap,
        "cost": None if known is None else {"low": _finite(known.low), "high": _finite(known.high)},
        "distinguishable": None if known is None else known.certain,
        "answered": None if known is None else comparison.answered(each),
        "by_first_objective": comparison.by_first(each),
        "differs_ha": comparison.differs_ha(each),
        "in_words": cost_in_words(comparison, each),
        "seconds": certificate.seconds,
    }


def _left(each: LeftOut, lang: str) -> dict[str, Any]:
    why = each.why
    return {
        "name": each.name,
        "reason": inside(each.reason, lang),
        "together": [] if why is None else [move.told(lang) for move in why.together],
        "alone": [] if why is None else [move.told(lang) for move in why.alone],
    }


def _floor(comparison: Comparison) -> dict[str, Any]:
    """Below what a cost is next to nothing, and the land that takes up so much."""
    land = comparison.equivalent
    name = comparison.first.plan.instance.classes[land.klass].name
    return {"tco2e_yr": land.floor, "class": name, "tco2e_ha_yr": land.rate}


def _finite(value: float) -> float | None:
    return value if abs(value) < float("inf") else None
