"""A layout that somebody drew, asked for by its file: read onto the units of its study, and scored."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from formulations.core.problem import LayoutProblem
from instances.instance import Instance
from instances.land.other_codes import OtherMap
from instances.land.other_map import UNSEEN, Ground, Seen, read_other
from instances.study.findings import Findings, StudyError
from instances.units.grid import Layout
from planner.plans.connected import refuse_models
from planner.plans.drawn import drawn_plan
from planner.plans.optimise import Loaded, load
from planner.plans.plan import Plan
from planner.runs.manifest import CERTIFICATE, STUDY
from planner.runs.reopen import reopen
from words.said import say


@dataclass(frozen=True, eq=False)
class Scored:
    """A layout that somebody drew as a plan, and the certified plan beside it; None where there is none.

    ``read`` is how the file was read: cell by cell, or by the class that covers most of every unit.
    """

    plan: Plan
    certified: Plan | None
    read: Seen

    @property
    def instance(self) -> Instance:
        """The area."""
        return self.plan.instance

    @property
    def problem(self) -> LayoutProblem:
        """What the study asks."""
        return self.plan.problem


def scored_of(
    study: str | Path | Loaded, layout: OtherMap, against: str | Path | None = None, lang: str | None = None
) -> Scored:
    """A layout of another hand on a study's units, scored; see ``planner.score.run.score``."""
    if not isinstance(study, Loaded) and (Path(study) / CERTIFICATE).is_file():
        against = study if against is None else against
        study = Path(study) / STUDY
    loaded = study if isinstance(study, Loaded) else load(study, lang=lang)
    refuse_models(loaded.study)
    certified = None if against is None else reopen(against, lang)
    findings = Findings()
    instance = loaded.instance
    if certified is not None and not _same_units(certified.instance, instance):
        findings.error(str(against), say("score.other_study"), say("score.same_study"))
    seen = read_other(layout, Ground(loaded.study, instance.grid, instance.classes), findings)
    findings.raise_errors()
    if seen is None:
        raise StudyError(findings.errors)
    drawn, filled_ha = _whole(seen, certified, instance, layout, findings)
    findings.raise_errors()
    plan = drawn_plan(loaded, drawn, certified, filled_ha)
    told = Plan(
        plan.instance, plan.problem, plan.layout, plan.solution, plan.certificate, plan.source, plan.log,
        (*tuple(findings), *plan.findings),
    )  # fmt: skip
    return Scored(told, certified, seen)


def _same_units(one: Instance, other: Instance) -> bool:
    if len(one) != len(other) or one.classes.names != other.classes.names:
        return False
    return np.allclose(one.grid.area_ha, other.grid.area_ha) and one.grid.crs == other.grid.crs


def _whole(
    seen: Seen, certified: Plan | None, instance: Instance, layout: OtherMap, findings: Findings
) -> tuple[Layout, float]:
    """(units,) the layout with the certified plan's class where the file has none, and the ha of that;
    an error where there is no plan to fill it, or the file has classes that the study lacks."""
    count, area = len(instance.classes), instance.grid.area_ha
    strange = seen.of >= count
    if strange.any():
        names = [seen.names[k] for k in np.unique(seen.of[strange]).tolist()]
        fault = say("score.strange", names=names, ha=float(area[strange].sum()))
        findings.error(layout.place, fault, say("score.known", names=list(instance.classes.names)))
        return instance.today, 0.0
    none = seen.of == UNSEEN
    filled_ha = float(area[none].sum())
    if none.any() and certified is None:
        fault = say("score.gaps", n=int(none.sum()), ha=filled_ha)
        findings.error(layout.place, fault, say("score.fill"))
        return instance.today, 0.0
    drawn: Layout = np.where(none, 0, seen.of).astype(np.uint8)
    if certified is not None:
        drawn[none] = certified.layout[none]
    if none.any():
        findings.warn(layout.place, say("score.gaps", n=int(none.sum()), ha=filled_ha), say("score.filled"))
    if not seen.own and seen.share[~none].min(initial=1.0) < 1.0 - 1e-3:
        mixed = ~none & (seen.share < 1.0 - 1e-3)
        fault = say("score.mixed", n=int(mixed.sum()), ha=float(area[mixed].sum()))
        findings.note(layout.place, fault, say("score.most"))
    return drawn, filled_ha
