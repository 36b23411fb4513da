"""Plans with stages: what goes with them, and how a certificate tells of them."""

from __future__ import annotations

import numpy as np

from formulations.core.rows import Prices, Row
from formulations.core.solution import Solution, SolveSettings
from formulations.indicators.catalogue import indicators
from formulations.network.limits import is_planned
from formulations.staged.problem import Bounded, Staged
from instances.instance import Instance
from instances.study.findings import Findings
from instances.study.schema import Study
from instances.units.grid import Layout
from planner.plans.certify import certify
from planner.plans.plan import Certificate
from planner.plans.record import StagesRecord
from planner.plans.staged_plan import StagedPlan
from words.said import say


def check_stages(study: Study, findings: Findings) -> None:
    """Findings where a study asks for stages beside what is solved in another way."""
    if study.stages is None:
        return
    beside = {
        "functional_mesh": is_planned(study),
        "[patches]": any(rule.enabled and rule.min_ha for rule in study.patches.values()),
        "[whole]": any(rule.enabled for rule in study.whole.values()),
        "[models]": bool(study.linked),
    }
    for other in (name for name, asked in beside.items() if asked):
        findings.error("stages", say("stages.not_beside", other=other), say("stages.leave_out"))


def certify_stages(
    instance: Instance, staged: Staged, solution: Solution, settings: SolveSettings
) -> tuple[Certificate, StagedPlan, Layout]:
    """The certificate of a solution of all stages, when what changes, and the layout of the last stage."""
    if solution.layout is None:
        raise ValueError("a solution without a layout has nothing to certify")
    planned, stage = staged.expansion.split(solution.layout)
    plan = StagedPlan(staged, stage)
    certificate = certify(instance, staged.problem, solution, settings, planned)
    limits = tuple(
        record.model_copy(update={"year": staged.stages.years[asked.stage], "counts": asked.counts})
        for record, asked in zip(certificate.limits, staged.years(), strict=True)
    )
    told = {"limits": limits, "stages": stages_record(instance, plan, planned)}
    return certificate.model_copy(update=told), plan, planned


def stages_record(instance: Instance, plan: StagedPlan, planned: Layout) -> StagesRecord:
    """What every stage changes and comes to."""
    stages, layouts = plan.staged.stages, plan.layouts(planned)
    area = np.bincount(plan.stage, weights=instance.grid.area_ha, minlength=len(layouts) + 1)
    values = {
        name: tuple(float(indicator.evaluate(layout)) for layout in layouts)
        for name, indicator in indicators(instance).items()
    }
    emissions = sum(value * years for value, years in zip(values["net_emissions"], stages.lasts, strict=True))
    return StagesRecord(
        years=stages.years,
        lasts=stages.lasts,
        objective=stages.objective,
        changed_ha=tuple(area[:-1].tolist()),
        values=values,
        emissions=emissions,
    )


def last_prices(staged: Staged, prices: Prices, rows: tuple[Row, ...]) -> Prices:
    """Prices of the limits of the last stage as those of the ``rows`` of its own problem."""
    values = prices.along(staged.problem.rows)
    own = Bounded(len(staged.stages.years) - 1, "land")
    kept = np.array([asked == own for asked in staged.years()], dtype=bool)
    return Prices.of(rows, values[kept])
