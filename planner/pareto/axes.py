"""Axes of a front: which indicator, and whether it is to be small or large.

``min:NAME`` or ``max:NAME`` says so; a bare ``NAME`` goes the way of the study's objective, else of the
indicator's nature, else of the study's limits (``at_least`` means that more is better).
"""

from __future__ import annotations

from collections.abc import Mapping

from formulations.core.indicator import Indicator
from formulations.indicators.emissions import NET_EMISSIONS
from formulations.sampling.axes import Axis
from instances.checks import instead
from instances.instance import Instance
from instances.land.classes import Classes
from instances.study.findings import Findings
from instances.study.renamed import name_of_today
from instances.study.schema import Study
from words.said import say

WAYS = {"min": 1.0, "max": -1.0}
_SMALL = (NET_EMISSIONS, "changed_area", "blue_green_lost")
_LARGE = ("blue_green_compactness", "built_compactness", "green_share", "area.ecological", "area.production")


def read_axis(
    text: str, place: str, instance: Instance, catalogue: Mapping[str, Indicator], findings: Findings
) -> Axis | None:
    """The axis that an option names, or None with a finding; ``place`` is the option."""
    way, _, rest = text.partition(":")
    name = name_of_today(rest if way in WAYS else text)
    if name not in catalogue:
        fault = say("figures_front.no_indicator", name=name)
        findings.error(place, fault, instead(name, catalogue, "indicators"))
        return None
    indicator = catalogue[name]
    if indicator.ratio is not None:
        told = {"numerator": indicator.ratio[0].name, "denominator": indicator.ratio[1].name}
        findings.error(place, say("stated.axis"), say("stated.trace_parts", **told))
        return None
    if way in WAYS:
        return Axis(name, indicator, WAYS[way])
    sign = natural_sign(name, instance)
    if sign is None:
        findings.error(
            place,
            say("figures_front.no_sign", name=name),
            say("figures_front.write_way", option=place, name=name),
        )
        return None
    return Axis(name, indicator, sign)


def natural_sign(name: str, instance: Instance) -> float | None:
    """1 where an indicator is naturally to be small, -1 where large, None where nothing says so."""
    study = instance.study
    small, large = study.objective.minimise.get(name, 0) > 0, study.objective.maximise.get(name, 0) > 0
    if small != large:
        return 1.0 if small else -1.0
    if name in _SMALL or name.startswith("distance.") or name == "area.living":
        return 1.0
    if name in _LARGE or name in instance.corridors:
        return -1.0
    return _by_limits(name, study) or _by_class(name, instance.classes)


def _by_limits(name: str, study: Study) -> float | None:
    sides = {
        side
        for limit in study.limits
        if limit.indicator == name
        for side in ("at_least", "at_most")
        if getattr(limit, side) is not None
    }
    if len(sides) != 1:
        return None
    return -1.0 if sides == {"at_least"} else 1.0


def _by_class(name: str, classes: Classes) -> float | None:
    land = name.removeprefix("area.")
    if not name.startswith("area.") or land not in classes:
        return None
    return 1.0 if classes[classes.index(land)].built else -1.0
