"""Posing the problem: from an instance to what is allowed, what is wanted, and the limits.

Loads no solver. Everything wrong with objective and limits is found here and reported together; a bound that
cannot be reached is no wrong input but an infeasible scenario (``attainable_range``, ``infeasible``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from formulations.core.amounts import bound
from formulations.core.indicator import Indicator
from formulations.core.problem import LayoutProblem, Limit, Options
from formulations.indicators.catalogue import indicators, is_reserved
from instances.checks import instead
from instances.instance import Instance
from instances.land.classes import class_table
from instances.rules.districts import Districts
from instances.rules.redlines import options_without
from instances.study.findings import Findings
from instances.study.schema import LimitTable
from instances.units.grid import FloatArray


def pose(instance: Instance, findings: Findings | None = None) -> LayoutProblem:
    """The layout problem of an instance. ``StudyError`` with every finding about objective, limits and
    indicators; ``findings`` collects warnings too."""
    findings = Findings() if findings is None else findings
    catalogue = indicators(instance)
    for name in instance.study.indicators:
        if is_reserved(name):
            findings.error(f"indicators.{name}", "has the name of an indicator of the project", "Rename it")
    parts = _parts(instance, catalogue, findings)
    posed = [
        limit
        for position, table in enumerate(instance.study.limits)
        if (limit := _limit(instance, catalogue, table, f"limits[{position}]", findings)) is not None
    ]
    _contradictions(posed, findings)
    findings.raise_errors()
    grid = instance.grid
    return LayoutProblem(
        _options(instance),
        parts,
        tuple(posed),
        instance.classes.names,
        instance.today,
        grid.area_ha,
        grid.morton_rank,
    )


def _options(instance: Instance) -> Options:
    kinds = instance.kinds
    lines = instance.redlines
    without = {line.name: options_without(kinds, instance.transitions, lines, line.name) for line in lines}
    return Options(kinds.of, kinds.allowed, without)


def _parts(
    instance: Instance, catalogue: Mapping[str, Indicator], findings: Findings
) -> tuple[tuple[float, Indicator], ...]:
    """(weight, indicator), minimised ones with positive and maximised ones with negative weight."""
    objective = instance.study.objective
    signed = [("minimise", 1.0, objective.minimise), ("maximise", -1.0, objective.maximise)]
    parts: list[tuple[float, Indicator]] = []
    for verb, sign, weights in signed:
        for name, weight in weights.items():
            place = f"objective.{verb}.{name}"
            indicator = _find(name, catalogue, instance, place, findings)
            if not np.isfinite(weight):
                findings.error(place, f"the weight is {weight}", "Give a finite weight")
            elif indicator is not None and weight > 0:
                idle = _idle(indicator)
                if idle:
                    findings.error(place, f"does nothing: {idle}", "Remove it from the objective")
                parts.append((sign * weight, indicator))
    for name in sorted(objective.minimise.keys() & objective.maximise.keys()):
        findings.error("objective", f"{name} is both minimised and maximised", "Keep one of the two")
    if not any(weight > 0 for _, _, weights in signed for weight in weights.values()):
        findings.error(
            "objective", "no indicator has a weight", "Add one, such as minimise.net_emissions = 1.0"
        )
    return tuple(parts)


def _idle(indicator: Indicator) -> str:
    """Why no layout changes an indicator; empty where some may."""
    if any(np.any(cell.table) and np.any(cell.scale) for cell in indicator.cells):
        return ""
    for pair in indicator.pairs:
        if not pair.classes.any():
            return "no class of the study counts in it"
        return "" if len(pair.first) else "no two units share an edge"
    for bundle in indicator.bundles:
        if not bundle.classes.any():
            return "no class of the study counts in it"
        return "" if np.any(bundle.reward) else "no corridor is worth anything"
    return "it is 0 on all land"


def _find(
    name: str, catalogue: Mapping[str, Indicator], instance: Instance, place: str, findings: Findings
) -> Indicator | None:
    """An indicator by name, or None with a finding."""
    if name in catalogue:
        return catalogue[name]
    land = name.removeprefix("area.")
    if name.startswith("area.") and land in class_table():
        findings.error(
            place,
            f"the study has no land of class `{land}`, today or planned",
            f'Remove it, or let it be planned: landcover.new_classes = ["{land}"]',
        )
    else:
        findings.error(place, f"there is no indicator `{name}`", instead(name, catalogue, "indicators"))
    return None


def _limit(
    instance: Instance, catalogue: Mapping[str, Indicator], table: LimitTable, place: str, findings: Findings
) -> Limit | None:
    """The limit of one table, or None with findings."""
    indicator = _find(table.indicator, catalogue, instance, f"{place}.indicator", findings)
    districts = _districts(instance, table, place, findings)
    if indicator is None or districts is None:
        return None
    meant = np.ones(len(districts), dtype=bool)
    if table.district is not None:
        meant = np.array([name == table.district for name in districts.names])
    free = np.full(len(districts), np.inf)
    baseline = Limit(indicator, districts, -free, free).evaluate(instance.today)
    peopled = districts.total(np.ones(len(instance))) > 0
    baseline = np.where(peopled & meant, baseline, np.nan)
    sides: list[FloatArray] = []
    for key, none in (("at_least", -np.inf), ("at_most", np.inf)):
        amount = getattr(table, key)
        asked = None
        if amount is not None:
            asked = bound(amount, baseline[meant], indicator.unit, f"{place}.{key}", findings)
            if table.by is not None and key == "at_most" and isinstance(amount, str):
                _warn_barred(table, baseline, districts, f"{place}.{key}", findings)
        side = np.full(len(districts), none)
        if asked is not None:
            side[meant] = np.where(np.isnan(asked), none, asked)
        sides.append(side)
    lower = np.where((baseline == 0) & (sides[0] == 0), -np.inf, sides[0]) if table.by else sides[0]
    return Limit(indicator, districts, lower, sides[1], place)


def _warn_barred(
    table: LimitTable, baseline: FloatArray, districts: Districts, place: str, findings: Findings
) -> None:
    """A warning where a percentage of nothing bars an indicator from some districts."""
    barred = np.flatnonzero(baseline == 0)
    if len(barred) and (baseline > 0).any():
        findings.warn(
            place,
            f"{table.indicator} is absent today in {len(barred):,} districts, such as "
            f"{districts.names[barred[0]]}, so none of it may come there",
            "Give those districts a limit of their own, in numbers, if that is not meant",
        )


def _districts(instance: Instance, table: LimitTable, place: str, findings: Findings) -> Districts | None:
    """The division a limit is set by, or None with a finding."""
    if table.by is None:
        return Districts.whole(len(instance))
    if table.by not in instance.districts:
        remedy = instead(table.by, instance.districts, "districts")
        findings.error(f"{place}.by", f"there is no table districts.{table.by}", remedy)
        return None
    districts = instance.districts[table.by]
    if table.district is not None and table.district not in districts.names:
        remedy = instead(table.district, districts.names, f"districts.{table.by}")
        findings.error(f"{place}.district", f"districts.{table.by} has no `{table.district}`", remedy)
        return None
    return districts


def _contradictions(limits: list[Limit], findings: Findings) -> None:
    """Findings where two limits on one indicator and district, or the sides of one, leave no room."""
    for one, other in _same(limits):
        excess = one.at_least - other.at_most
        tolerance = 1e-9 * np.maximum(1.0, np.abs(np.where(np.isfinite(one.at_least), one.at_least, 0.0)))
        broken = np.flatnonzero(np.where(np.isnan(excess), -np.inf, excess) > tolerance)
        if len(broken) == 0:
            continue
        first, unit = int(broken[0]), one.indicator.unit
        where = f" in {one.districts.names[first]}" if one.districts.names[first] else ""
        more = f" (and in {len(broken) - 1:,} more districts)" if len(broken) > 1 else ""
        beside = "at_most" if one is other else f"{other.place}.at_most"
        findings.error(
            f"{one.place}.at_least",
            f"asks for {one.at_least[first]:,.6g} {unit} of {one.indicator.name}{where}{more}, "
            f"but {beside} allows {other.at_most[first]:,.6g} {unit}",
            "Lower at_least or raise at_most",
        )


def _same(limits: list[Limit]) -> Iterator[tuple[Limit, Limit]]:
    """Every (limit, limit) on the same indicator and division, each limit with itself too."""
    for one in limits:
        for other in limits:
            if one.indicator is other.indicator and one.districts.name == other.districts.name:
                yield one, other
