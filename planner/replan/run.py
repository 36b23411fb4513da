"""A plan replanned, from its folder and a map of what is there to the study of the rest and its plan.

``study.toml``       the study that goes on, with ``landcover.tif`` (parcels: ``.gpkg``), ``locked.tif``
``plan/``            its plan, a run's folder
``replan.json``      what was done, what the delay costs, what is proven of that; it lists all files
``replan.csv``       every indicator then, now, as planned and as replanned
``limits_left.csv``  what is left of every limit
``report.html``      the report
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from formulations.core.solution import Step, Watch
from instances.land.other_codes import OtherMap
from instances.study.findings import Finding, StudyError
from planner.export.tables import write_csv
from planner.monitor.ask import Times, monitored_of
from planner.plans.optimise import Overrides
from planner.plans.plan import Plan
from planner.plans.versions import versions
from planner.replan.ask import LOCKS, Replanned, replanned
from planner.replan.page import replan_in_words, write_page
from planner.replan.tables import INDICATORS, LEFT, indicator_table, left_table
from planner.runs.folder import fill
from planner.runs.profiles import REPORT
from planner.runs.whole import whole_folder, writing
from words.catalogue import Words
from words.said import say

SCHEMA = "sansheng-replan-1"
RECORD, PLAN = "replan.json", "plan"


@dataclass(frozen=True, eq=False)
class ReplanResult:
    """The plan for the rest of another; the folder that was written."""

    replanned: Replanned
    folder: Path

    @property
    def plan(self) -> Plan:
        """The new plan, of the study that goes on."""
        return self.replanned.plan

    @property
    def title(self) -> str:
        """The study's title."""
        return self.replanned.old.certificate.title

    @property
    def lang(self) -> str:
        """The study's language."""
        return self.replanned.old.instance.study.lang

    @property
    def costs(self) -> float:
        """By how much the layout that can still be reached is worse than the old plan, tCO2e/yr."""
        return self.replanned.costs

    @property
    def from_best(self) -> float | None:
        """By how much any layout of the old study can be better at most, by its bound; None where that says
        nothing."""
        return self.replanned.from_best

    def sentences(self, lang: str) -> tuple[str, ...]:
        """What is done, what the delay costs and what is proven, in plain words."""
        return tuple(one.striptags() for one in replan_in_words(self.replanned, Words(lang)))


def replan(
    folder: str | Path,
    observed: str | Path,
    *,
    year: int,
    out: str | Path,
    lock: Sequence[str] = ("built",),
    tolerance_m: float | None = None,
    least_ha: float | None = None,
    layer: str | None = None,
    field: str | None = None,
    scheme: str | None = None,
    classes: str | Path | None = None,
    crs: str | None = None,
    gap: float | None = None,
    time_limit: float | None = None,
    method: str | None = None,
    threads: int | None = None,
    lang: str | None = None,
    watch: Watch | None = None,
) -> ReplanResult:
    """The study for the rest of a run's plan, written, solved near the old plan, and what the delay costs.

    ``observed`` is read as by ``monitor``: its land is the new study's. Limits hold on as they were stated,
    as numbers: what was spent of them is told. ``lock`` keeps built land as it is (``built``), changes that
    are done (``done``), or nothing. The folder ``out`` holds the study and its plan, written whole or not at
    all.
    Settings of the solve and ``watch`` as for ``run``.

    ``costs`` are in tCO2e/yr, from the land of then: what can still be reached against the old plan. Raises
    ``StudyError`` (the input is wrong) or ``NoPlan`` (what is left cannot be met, and why).

    >>> result = planner.replan("out/base", "cover.tif", year=2026, out="out/rest", lock=())
    >>> result.from_best >= 0.0, planner.verify("out/rest").holds
    (True, True)
    """
    wrong = [name for name in lock if name not in LOCKS]
    if wrong:
        raise StudyError(
            [Finding("--lock", say("replan.no_lock", names=wrong), say("replan.locks", names=LOCKS))]
        )
    table = None if classes is None else Path(classes)
    other = OtherMap(Path(observed), layer, field, crs, scheme=scheme, classes=table)
    settings = Overrides(gap=gap, time_limit=time_limit, method=method, threads=threads)
    watch, out = watch or Watch(), Path(out)
    with whole_folder(out, RECORD) as draft:
        watch.report(Step("reading", 0.0))
        found = monitored_of(folder, other, Times(year), tolerance_m, least_ha, lang)
        with writing(out):
            result = replanned(found, lock, draft, settings, watch)
        watch.stop.clear()
        watch.report(Step("writing", 0.0))
        with writing(out):
            _fill(result, draft)
    return ReplanResult(result, out)


def _fill(found: Replanned, folder: Path) -> None:
    """Write everything beside the study, which is there."""
    lang = found.old.instance.study.lang
    (folder / PLAN).mkdir()
    fill(found.plan, folder / PLAN)
    write_csv(indicator_table(found, lang), folder / INDICATORS)
    write_csv(left_table(found, lang), folder / LEFT)
    write_page(found, folder / REPORT, lang)
    text = json.dumps(_record(found), ensure_ascii=False, indent=2, allow_nan=False)
    (folder / RECORD).write_text(text + "\n", encoding="utf-8")


def _record(found: Replanned) -> dict[str, Any]:
    seen, certificate = found.monitored.sightings, found.plan.certificate
    return {
        "schema": SCHEMA,
        "title": certificate.title,
        "year": found.monitored.times.year,
        "old": {
            "certificate": found.old.certificate.seal,
            "objective": found.old.certificate.objective,
            "bound": found.old.certificate.bound,
        },
        "planned_ha": float(seen.area_ha.sum()),
        "done_ha": float(seen.done_ha.sum()),
        "locked_ha": found.locked_ha,
        "keeps_old": found.keeps,
        "objective_from_then": found.objective,
        "costs": found.costs,
        "from_best": found.from_best,
        "undone": found.undone,
        "plans": [
            {
                "folder": PLAN,
                "objective": certificate.objective,
                "bound": certificate.bound,
                "gap": certificate.gap,
                "status": certificate.status,
                "values": {name: record.value for name, record in certificate.indicators.items()},
            }
        ],
        "versions": versions(),
    }
