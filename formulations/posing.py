"""Posing the problem: from an instance to what is allowed, what is wanted, and the limits.

Loads no solver. Everything wrong with objective and limits is found here and reported together; a bound that
cannot be reached is no wrong input but an infeasible scenario (``attainable_range``, ``infeasible``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from formulations.core.amounts import bound, is_relative, is_share_of_today
from formulations.core.indicator import Indicator
from formulations.core.patch_sizes import PatchSizes
from formulations.core.possible import divisible, where_possible
from formulations.core.problem import LayoutProblem, Limit, Options
from formulations.core.ratios import ratio_limits
from formulations.indicators.catalogue import indicators, is_reserved
from formulations.indicators.payments import check_payments
from formulations.indicators.sums import check_sums
from formulations.network.functional_mesh import NAME, weight_of
from formulations.network.limits import check_limits, is_limited, network_goal
from instances.checks import instead
from instances.instance import Instance
from instances.land.classes import class_table
from instances.rules.districts import Districts
from instances.rules.redlines import options_without
from instances.study.findings import Findings
from instances.study.renamed import RENAMED
from instances.study.schema import LimitTable, Study
from instances.units.grid import FloatArray
from words.said import Said, say


def pose(instance: Instance, findings: Findings | None = None) -> LayoutProblem:
    """The layout problem of an instance. ``StudyError`` with every finding about objective, limits and
    indicators; ``findings`` collects warnings too."""
    findings = Findings() if findings is None else findings
    catalogue = indicators(instance)
    for name in instance.study.indicators:
        if is_reserved(name):
            findings.error(f"indicators.{name}", say("study_posing.reserved"), say("study_posing.rename"))
    check_sums(instance.study.indicators, catalogue, findings)
    parts = _parts(instance, catalogue, findings)
    _network(instance, findings)
    check_payments(instance, catalogue, findings)
    options = _options(instance)
    posed = [
        limit
        for position, table in enumerate(instance.study.limits)
        if table.indicator != NAME  # no sum over units: ``_network``, and ``connecting`` where it is solved
        and _in_last_year(instance.study, table, f"limits[{position}]", findings)
        for limit in limits_of(instance, catalogue, table, options, f"limits[{position}]", findings)
    ]
    _contradictions(posed, findings)
    sized = tuple(rule for rule in instance.patches if rule.min_ha > 0 and rule.classes)
    findings.raise_errors()
    network = network_goal(instance, findings)
    findings.raise_errors()
    grid = instance.grid
    return LayoutProblem(
        options,
        parts,
        tuple(posed),
        instance.classes.names,
        instance.today,
        grid.area_ha,
        grid.morton_rank,
        PatchSizes(sized, grid) if sized else None,
        instance.wholes.of if instance.wholes is not None and len(instance.wholes) else None,
        network,
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
            if name == NAME:
                continue  # no sum over units: ``_network``, and ``network_goal``
            place = f"objective.{verb}.{name}"
            indicator = _find(name, catalogue, instance, place, findings)
            if indicator is not None and indicator.ratio is not None:
                told = dict(
                    zip(("numerator", "denominator"), (one.name for one in indicator.ratio), strict=True)
                )
                findings.error(place, say("stated.weighed"), say("stated.weigh_parts", **told))
            elif indicator is not None and weight > 0:
                idle = _idle(indicator)
                if idle is not None:
                    findings.error(place, say("study_posing.idle", why=idle), say("study_posing.remove_idle"))
                parts.append((sign * weight, indicator))
    for name in sorted(objective.minimise.keys() & objective.maximise.keys()):
        findings.error("objective", say("study_posing.both_ways", name=name), say("study_posing.keep_one"))
    if not any(weight > 0 for _, _, weights in signed for weight in weights.values()):
        findings.error("objective", say("study_posing.no_weight"), say("study_posing.add_weight"))
    return tuple(parts)


def _network(instance: Instance, findings: Findings) -> None:
    """Findings about the functional mesh, maximised only and limited from below, and about the classes of
    ``[network]``."""
    study = instance.study
    if NAME in study.objective.minimise:
        findings.error(
            f"objective.minimise.{NAME}", say("network_plan.minimised"), say("network_plan.maximise")
        )
    if (weight_of(study) > 0 or is_limited(study)) and not instance.classes.blue_green.any():
        place = f"objective.maximise.{NAME}" if weight_of(study) > 0 else "limits"
        findings.error(place, say("study_posing.no_class"), say("study_posing.remove_idle"))
    check_limits(study, findings)
    for name in study.network.resistance:
        if name not in instance.classes:
            remedy = instead(name, instance.classes.names, "classes")
            findings.error(f"network.resistance.{name}", say("network.no_class", name=name), remedy)


def _idle(indicator: Indicator) -> Said | None:
    """Why no layout changes an indicator; None where some may."""
    if any(np.any(cell.table) and np.any(cell.scale) for cell in indicator.cells):
        return None
    for pair in indicator.pairs:
        if not pair.classes.any():
            return say("study_posing.no_class")
        return None if len(pair.first) else say("study_posing.no_edge")
    for bundle in indicator.bundles:
        if not bundle.classes.any():
            return say("study_posing.no_class")
        return None if np.any(bundle.reward) else say("study_posing.no_corridor")
    return say("study_posing.zero")


def _find(
    name: str, catalogue: Mapping[str, Indicator], instance: Instance, place: str, findings: Findings
) -> Indicator | None:
    """An indicator by name, or None with a finding."""
    if name in catalogue:
        return catalogue[name]
    if name in RENAMED:
        findings.error(place, say("study_file.compactness"), say("study_file.functional_mesh"))
        return None
    land = name.removeprefix("area.")
    layer = name.removeprefix("distance.")
    if name.startswith("area.") and land in class_table():
        findings.error(
            place, say("study_posing.no_land", land=land), say("study_posing.plan_land", land=land)
        )
    elif name.startswith("distance.") and layer in instance.study.layers:
        findings.error(
            place,
            say("study_posing.no_distance", layer=layer),
            say("study_posing.mark_distance", layer=layer),
        )
    else:
        findings.error(
            place, say("study_posing.no_indicator", name=name), instead(name, catalogue, "indicators")
        )
    return None


def _in_last_year(study: Study, table: LimitTable, place: str, findings: Findings) -> bool:
    """Whether a limit bounds the layout itself: that of the last stage, where the study has stages."""
    last = table.counts == "land" and (study.stages is None or table.year in (None, study.stages.years[-1]))
    if study.stages is None and (table.year is not None or table.every_year or table.counts != "land"):
        findings.error(place, say("stages.none"), say("stages.add"))
    return last


def limits_of(
    instance: Instance,
    catalogue: Mapping[str, Indicator],
    table: LimitTable,
    options: Options,
    place: str,
    findings: Findings,
) -> list[Limit]:
    """The limit of one table, two where it bounds a ratio from both sides, or none with findings."""
    indicator = _find(table.indicator, catalogue, instance, f"{place}.indicator", findings)
    districts = _districts(instance, table, place, findings)
    if indicator is None or districts is None:
        return []
    meant = np.ones(len(districts), dtype=bool)
    if table.district is not None:
        meant = np.arange(len(districts)) == districts.find(table.district)
    baseline = _today(indicator, districts, instance)
    peopled = districts.total(np.ones(len(instance))) > 0
    baseline = np.where(peopled & meant, baseline, np.nan)
    area_ha = districts.total(instance.grid.area_ha)
    divided = meant & (_below(indicator, districts, instance) > 0)
    sides = [np.full(len(districts), none) for none in (-np.inf, np.inf)]
    for side, key in zip(sides, ("at_least", "at_most"), strict=True):
        for amount, chosen, where in _amounts(table, key, districts, meant, instance, place):
            # today there may be nothing to divide by
            known = divided if is_relative(amount, indicator.unit) else meant
            from_today = np.where(known, baseline, np.nan)[chosen]
            asked = bound(amount, from_today, area_ha[chosen], indicator.unit, where, findings)
            nothing = table.by is not None and indicator.ratio is None and is_share_of_today(amount)
            if nothing and key == "at_most" and table.caps is None:
                _warn_barred(table, baseline, districts, where, findings)
            if asked is not None:
                side[chosen] = np.where(np.isnan(asked), side[chosen], asked)
    ratio = indicator.ratio is not None
    idle = (baseline == 0) & (sides[0] == 0)  # a share of nothing asks for nothing
    shares = table.by is not None and is_share_of_today(table.at_least)
    bounds = (np.where(idle, -np.inf, sides[0]) if shares else sides[0], sides[1])
    if ratio:
        some = divisible(indicator, districts, options, meant, f"{place}.indicator", findings)
        bounds = (np.where(some, bounds[0], -np.inf), np.where(some, bounds[1], np.inf))
    if table.where_possible:
        bounds = where_possible(indicator, districts, options, bounds, place, findings)
    if not ratio:
        return [Limit(indicator, districts, *bounds, place)]
    _contradictions([Limit(indicator, districts, *bounds, place)], findings)
    return ratio_limits(indicator, districts, *bounds, place)


def _today(indicator: Indicator, districts: Districts, instance: Instance) -> FloatArray:
    """(districts,) today's value of an indicator."""
    free = np.full(len(districts), np.inf)
    return Limit(indicator, districts, -free, free).evaluate(instance.today)


def _below(indicator: Indicator, districts: Districts, instance: Instance) -> FloatArray:
    """(districts,) what an indicator is divided by today; 1 for what is no ratio."""
    if indicator.ratio is None:
        return np.ones(len(districts))
    return _today(indicator.ratio[1], districts, instance)


def _amounts(
    table: LimitTable,
    key: str,
    districts: Districts,
    meant: NDArray[np.bool_],
    instance: Instance,
    place: str,
) -> Iterator[tuple[float | str, NDArray[np.bool_], str]]:
    """What a side of a limit asks of which districts (districts,), and where it says so: the same of all that
    are meant, or by the caps of a carbon plan of each its own."""
    amount = getattr(table, key)
    if amount is not None:
        yield amount, meant, f"{place}.{key}"
    if key == "at_most" and table.caps is not None:
        position = int(place.removeprefix("limits[").removesuffix("]"))
        for name, cap in instance.caps.get(position, {}).items():
            yield cap, meant & (np.arange(len(districts)) == districts.find(name)), f"{place}.caps ({name})"


def _warn_barred(
    table: LimitTable, baseline: FloatArray, districts: Districts, place: str, findings: Findings
) -> None:
    """A warning where a percentage of nothing bars an indicator from some districts."""
    barred = np.flatnonzero(baseline == 0)
    if len(barred) and (baseline > 0).any():
        findings.warn(
            place,
            say(
                "study_posing.barred",
                name=table.indicator,
                count=len(barred),
                district=districts.names[barred[0]],
            ),
            say("study_posing.own_limit"),
        )


def _districts(instance: Instance, table: LimitTable, place: str, findings: Findings) -> Districts | None:
    """The division a limit is set by, or None with a finding."""
    if table.by is None:
        return Districts.whole(len(instance))
    if table.by not in instance.districts:
        remedy = instead(table.by, instance.districts, "districts")
        findings.error(f"{place}.by", say("study_checks.no_division", by=table.by), remedy)
        return None
    districts = instance.districts[table.by]
    if table.district is not None and districts.find(table.district) is None:
        remedy = instead(table.district, districts.names, f"districts.{table.by}")
        findings.error(
            f"{place}.district",
            say("study_posing.no_district", by=table.by, district=table.district),
            remedy,
        )
        return None
    return districts


def _contradictions(limits: list[Limit], findings: Findings) -> None:
    """Findings where a limit asks for more than another on the same indicator and district, or its own other
    side, lets be: for each the tightest of the others."""
    for group in _alike(limits):
        most = np.stack([limit.at_most for limit in group])
        tightest = most.argmin(axis=0)
        most = most[tightest, np.arange(most.shape[1])]
        for one in group:
            excess = one.at_least - most
            tolerance = 1e-9 * np.maximum(1.0, np.abs(np.where(np.isfinite(one.at_least), one.at_least, 0.0)))
            broken = np.flatnonzero(np.where(np.isnan(excess), -np.inf, excess) > tolerance)
            if len(broken):
                _contradiction(one, group[int(tightest[broken[0]])], broken, findings)


def _contradiction(one: Limit, other: Limit, broken: NDArray[np.intp], findings: Findings) -> None:
    """The finding that two limits, or the sides of one, leave no room in some districts."""
    first, district = int(broken[0]), one.districts.names[int(broken[0])]
    where = say("study_posing.where", district=district) if district else ""
    more = say("study_posing.more", count=len(broken) - 1) if len(broken) > 1 else ""
    findings.error(
        f"{one.place}.at_least",
        say(
            "study_posing.contradiction",
            least=one.at_least[first],
            most=other.at_most[first],
            unit=one.indicator.unit,
            name=one.indicator.name,
            where=where,
            more=more,
            beside="at_most" if one is other else f"{other.place}.at_most",
        ),
        say("study_posing.make_room"),
    )


def _alike(limits: list[Limit]) -> list[list[Limit]]:
    """Limits grouped by indicator and division."""
    groups: dict[tuple[int, str], list[Limit]] = {}
    for limit in limits:
        groups.setdefault((id(limit.indicator), limit.districts.name), []).append(limit)
    return list(groups.values())
