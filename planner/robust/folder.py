"""The folder of a robustness sweep: regrets, draws, firm and fragile land, and every plan.

``robust.json``   draws with their bounds, plans with their greatest regret, the one to choose, settings
``regret.csv``    the most that each plan (row) can lose under each draw (column), tCO2e/yr
``plans.csv``     the plans: greatest regret (at least, at most), mean, every indicator as given
``draws.csv``     the coefficients of every draw, and the best objective under it (at least, at most)
``regret.png``    the regrets of every plan
``firm.tif``      for every cell in how many draws it keeps the chosen plan's class (parcels: ``firm.gpkg``)
``firm.png``      the same as a map
``coefficients/`` the coefficients of every draw, as a set that a study can name (``001.csv``), and the
                  figures that the study states with ranges, table by table (``001-1.csv``)
``report.html``   the page for readers
``plans/NN``      every plan, with its certificate and a study file that gives it again
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from formulations.sampling.agreement import Agreement, agreement
from formulations.sampling.questions import Answer, Question
from formulations.sampling.regret import Draw, Found, Regrets
from instances.carbon.conversion import rates_with_layers
from instances.carbon.draws import set_text
from instances.land.stated import Stated
from instances.land.stated_draws import ranged, text_of
from instances.study.files import sha256
from instances.study.findings import Findings
from planner.agreement.measure import write_agreement
from planner.export.tables import write_csv
from planner.plans.plan import Plan
from planner.plans.versions import versions
from planner.robust.draws import Drawn
from planner.robust.tables import TREE, draw_table, plan_name, plan_table, regret_table
from planner.runs.kept import Keeper, judged_by
from planner.runs.profiles import REPORT
from planner.runs.resolved import moved
from planner.sweeps.sweep import Sweep
from planner.words.notices import told

SCHEMA = "sansheng-robust-1"
COEFFICIENTS, PLANS = "coefficients", "plans"
_TABLES = ("regret.csv", "plans.csv", "draws.csv")
_LAND = ("firm.tif", "firm.gpkg", "firm.png")
NAMES = frozenset((TREE, REPORT, *_TABLES, *_LAND, "regret.png", COEFFICIENTS, PLANS))


def write_regrets(
    found: Regrets, drawn: Drawn, sweep: Sweep, keeper: Keeper, draft: Path, options: dict[str, Any]
) -> Agreement:
    """Write every file of a robustness sweep into a folder; ``options`` say how it was drawn."""
    plans = _plans(found, drawn, keeper, draft)
    instance = keeper.loaded.instance
    chosen = found.layouts[found.chosen]
    firm = agreement(chosen, found.in_draws, len(instance.classes))
    write_agreement(firm, instance, draft, "firm")
    _csv(regret_table(found), draft / "regret.csv")
    _csv(plan_table(found, keeper), draft / "plans.csv")
    _csv(draw_table(found, drawn), draft / "draws.csv")
    tree = _tree(found, sweep, keeper, firm, draft, options)
    text = json.dumps(tree, ensure_ascii=False, indent=2, allow_nan=False)
    (draft / TREE).write_text(text + "\n", encoding="utf-8")
    # The map says what must be said of the study's own coefficients, not of the draw that found the plan.
    _pictures(found, firm, replace(plans[found.chosen], instance=instance), keeper, draft)
    from planner.robust.page import robust_page  # noqa: PLC0415 - slow to load as well

    (draft / REPORT).write_text(robust_page(draft, instance.study.lang, instance), encoding="utf-8")
    return firm


def _plans(found: Regrets, drawn: Drawn, keeper: Keeper, draft: Path) -> list[Plan]:
    """Write the coefficients of every draw, and every plan with those it was found by."""
    (draft / COEFFICIENTS).mkdir(parents=True)
    classes = keeper.loaded.instance.classes.names
    for number, (one, draw) in enumerate(zip(drawn.sets, drawn.draws, strict=True)):
        (draft / COEFFICIENTS / f"{number:03d}.csv").write_text(set_text(one), encoding="utf-8")
        for place, figures in _own_figures(draw, number).values():
            (draft / COEFFICIENTS / place).write_text(text_of(figures, classes), encoding="utf-8")
    of_draw = {draw.name: number for number, draw in enumerate(found.draws)}
    plans = []
    for number, plan in enumerate(found.plans):
        by = of_draw.get(plan.draw.name, 0)  # the mean of the draws is no set: its plan is judged as given
        folder = draft / PLANS / plan_name(number)
        if by:
            plans.append(_drawn_plan(found, drawn, plan, by, keeper, folder))
        else:
            question, answer = _judged(found, plan, 0, found.plans[0])
            plans.append(keeper.write(question, answer, folder))
    return plans


def _own_figures(draw: Draw, number: int) -> dict[str, tuple[str, Stated]]:
    """The figures of draw ``number`` and the file they stand in, by the indicator that states them."""
    stated = draw.stated or {}
    named = enumerate(ranged(stated), start=1)
    return {name: (f"{number:03d}-{place}.csv", stated[name]) for place, name in named}


def _drawn_plan(found: Regrets, drawn: Drawn, plan: Found, by: int, keeper: Keeper, folder: Path) -> Plan:
    """Write a plan with the coefficients of draw number ``by``."""
    loaded, at = keeper.loaded, folder.parent.parent / COEFFICIENTS
    study, instance = loaded.source.resolved(loaded.scenario), loaded.instance
    further: dict[str, str] = {}

    def named(path: Path) -> str:
        """A file's path as the study of this plan will have it; it is an input beside the others."""
        further[Path(os.path.relpath(path, folder)).as_posix()] = sha256(path)
        return Path(os.path.relpath(path, loaded.source.folder)).as_posix()

    carbon = {**study.get("carbon", {}), "coefficients": named(at / f"{by:03d}.csv")}
    carbon.pop("lines", None)  # the drawn set has them
    tables: dict[str, Any] = {name: dict(table) for name, table in study.get("indicators", {}).items()}
    for name, (place, figures) in _own_figures(found.draws[by], by).items():
        tables[name].pop("per", None)  # what is written counts by hectare
        tables[name]["per_class" if figures.by_class else "per_change"] = named(at / place)
    one = replace(drawn.sets[by], name=next(iter(further)))
    rates = rates_with_layers(
        one, instance.study, instance.classes, instance.today_ha, Findings(), instance.layers
    )
    question, answer = _judged(found, plan, by, plan)
    laid = {"carbon": carbon} | ({"indicators": tables} if tables else {})
    return keeper.write(question, answer, folder, laid, rates, further)


def _judged(found: Regrets, plan: Found, by: int, like: Found) -> tuple[Question, Answer]:
    """A plan as an answer to the study under draw number ``by``, however it was sought."""
    if plan is like and not plan.question.unlike:
        return plan.question, plan.answer
    name, draw = plan.question.name, found.draws[by]
    question = draw.question(name) if by else Question(name)
    answer = replace(like.answer, bound=float(found.bound[by]))
    return judged_by(plan.question.name, plan.layout, question, answer)


def _tree(
    found: Regrets, sweep: Sweep, keeper: Keeper, firm: Agreement, draft: Path, options: dict[str, Any]
) -> dict[str, Any]:
    loaded, instance = keeper.loaded, keeper.loaded.instance
    greatest = found.greatest
    areas = firm.areas_ha(instance.today, instance.grid.area_ha)
    standing = ("stays_ha", "firm_change_ha", "mostly_ha", "fragile_ha")
    return {
        "schema": SCHEMA,
        "title": instance.study.title,
        "scenario": instance.scenario,
        "draws": [
            {"draw": draw.name, "best": [low, high], "plan": plan_name(plan)}
            for draw, low, high, plan in zip(
                found.draws, found.bound.tolist(), found.best.tolist(), found.under, strict=True
            )
        ],
        "plans": [
            {
                "plan": plan_name(number),
                "found_by": plan.draw.name,
                "greatest_regret": [_number(end) for end in greatest[number].tolist()],
                "regret_at_least": [_number(end) for end in found.least[number].tolist()],
                "regret_at_most": [_number(end) for end in found.most[number].tolist()],
                "folder": f"{PLANS}/{plan_name(number)}",
            }
            for number, plan in enumerate(found.plans)
        ],
        "chosen": plan_name(found.chosen),
        "land": dict(zip(standing, areas.tolist(), strict=True)),
        "unit": "tCO2e/yr",
        "marks": list(told(instance.emissions.notices, instance.study.lang)),
        "options": options,
        "inputs": {moved(path, loaded.source.folder, draft): sha for path, sha in instance.inputs.items()},
        "versions": versions(),
        "settings": asdict(sweep.settings),
    }


def _pictures(found: Regrets, firm: Agreement, chosen: Plan, keeper: Keeper, draft: Path) -> None:
    from planner.agreement.picture import draw_agreement  # noqa: PLC0415 - the drawing library is slow to load
    from planner.robust.picture import draw_regrets, firm_line  # noqa: PLC0415

    lang = keeper.loaded.study.lang
    instance = keeper.loaded.instance
    line = firm_line(instance, plan_name(found.chosen), lang)
    draw_agreement(firm, chosen, len(found.in_draws), draft / "firm.png", lang, line)
    draw_regrets(found, instance, draft / "regret.png", lang)


def _csv(table: pd.DataFrame, path: Path) -> None:
    write_csv(table, path)


def _number(value: float) -> float | None:
    return value if np.isfinite(value) else None
