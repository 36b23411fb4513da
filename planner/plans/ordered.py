"""The order of the changes of a plan, asked for after it and told of in its certificate."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from formulations.core.solution import SolveSettings, Step, Watch
from formulations.linked.schedule_plan import Ordered
from instances.units.grid import FloatArray
from planner.plans.outcome import Unordered
from planner.plans.plan import Plan
from planner.plans.record import ScheduleRecord
from planner.plans.scheduled import Posed, cost_unit, order_findings, posed

if TYPE_CHECKING:
    from formulations.linked.schedule import NoOrder


def with_order(plan: Plan, settings: SolveSettings, watch: Watch) -> Plan:
    """The plan with the order of its changes, where its study asks for one; as it is where the solve was told
    to stop. Raises ``Unordered`` where no order keeps what is asked."""
    asked = posed(plan)
    if asked is None or watch.stop.is_set():
        return plan
    # The solver loads here, not with the module: verifying a plan must not load one.
    from formulations.linked.schedule import NoOrder, solve_order  # noqa: PLC0415

    watch.report(Step("schedule", 0.0))
    own = replace(settings, room=None)
    try:
        found = solve_order(asked.ordering, asked.schedule.table.gap, own, watch.quiet())
    except NoOrder as none:
        if watch.stop.is_set():
            return plan
        raise _unordered(asked, none) from none
    record = _record(asked, found)
    certificate = plan.certificate.model_copy(update={"schedule": record})
    findings = (*plan.findings, *order_findings(record))
    return replace(plan, certificate=certificate, order=found.year, findings=findings)


def _record(asked: Posed, found: Ordered) -> ScheduleRecord:
    """What the certificate tells of an order."""
    year, patches = found.year, asked.patches
    ledger = asked.ledger(year)

    def told(amount: FloatArray) -> tuple[float, ...]:
        return tuple(asked.in_years(amount, year).tolist())

    return ScheduleRecord(
        name=asked.schedule.name,
        years=asked.schedule.years,
        patches=len(patches),
        objective=found.objective,
        low=float(ledger.change_low[-1, 0]),
        high=float(ledger.change_high[-1, 0]),
        bound=found.bound,
        proven=found.proven,
        scale=found.scale,
        gap=found.gap,
        asked=asked.schedule.table.gap,
        area_ha=told(patches.area_ha),
        cost=None if asked.money is None else told(asked.money),
        homes_ha=told(asked.homes),
        cropland_ha=told(asked.cropland),
        prices={name: tuple(tuple(row) for row in price.tolist()) for name, price in found.prices.items()},
    )


def _unordered(asked: Posed, none: NoOrder) -> Unordered:
    """Why there is no order, for readers."""
    years, districts = asked.schedule.years, asked.schedule.districts
    mends = []
    for mend in none.mends:
        place = districts.names[mend.place] if mend.kind == "district" and districts is not None else ""
        mends.append((mend.kind, mend.share, years[mend.year], mend.bound, mend.value, place))
    unit = "" if asked.schedule.table.cost is None else cost_unit(asked.plan)
    return Unordered(
        asked.plan.instance.scenario, asked.schedule.name, none.proven, mends, none.together, unit
    )
