"""The catalogue of indicators: every indicator of a study, and its name for readers."""

from __future__ import annotations

from formulations.core.indicator import Indicator
from formulations.indicators.areas import areas, changed_area, green_share
from formulations.indicators.compactness import built_compactness
from formulations.indicators.connectivity import blue_green_connectivity
from formulations.indicators.distances import distances
from formulations.indicators.emissions import net_emissions
from formulations.indicators.user import user_indicators
from instances.instance import Instance
from instances.land.classes import Classes, Space, class_table

_NAMES: dict[str, tuple[str, str]] = {
    "net_emissions": ("净碳排放量", "Net carbon emissions"),
    "blue_green_connectivity": ("蓝绿空间连通度", "Blue-green connectivity"),
    "built_compactness": ("建设用地紧凑度", "Compactness of built land"),
    "green_share": ("蓝绿空间占比", "Blue-green share of the area"),
    "changed_area": ("用地变化面积", "Area that changes"),
    f"area.{Space.PRODUCTION}": ("生产空间面积", "Area of production space"),
    f"area.{Space.LIVING}": ("生活空间面积", "Area of living space"),
    f"area.{Space.ECOLOGICAL}": ("生态空间面积", "Area of ecological space"),
    "objective": ("目标值", "Objective"),
}
_AREA = ("{}面积", "Area of {}")
_DISTANCE = ("建设用地加权距离（{}）", "Weighted distance of built land ({})")


def indicators(instance: Instance) -> dict[str, Indicator]:
    """Every indicator of an instance by name: the project's own first, then the study's.

    A table of ``[indicators]`` never takes the place of one of the project's (``posing`` refuses the name).
    """
    found = [
        net_emissions(instance),
        blue_green_connectivity(instance),
        built_compactness(instance),
        *areas(instance),
        green_share(instance),
        changed_area(instance),
        *distances(instance),
        *user_indicators(instance),
    ]
    catalogue: dict[str, Indicator] = {}
    for indicator in found:
        catalogue.setdefault(indicator.name, indicator)
    return catalogue


def is_reserved(name: str) -> bool:
    """Whether a name belongs to the project's own indicators."""
    return name in _NAMES or name.startswith(("area.", "distance."))


def label(name: str, lang: str, classes: Classes | None = None) -> str:
    """An indicator's name (指标名) for readers, Chinese for ``zh``, else English.

    ``classes`` are the study's: they name the land in ``area.<class>`` before the project's table does. An
    indicator of the study's own keeps its name.
    """
    index = 0 if lang == "zh" else 1
    if name in _NAMES:
        return _NAMES[name][index]
    if name.startswith("area."):
        return _AREA[index].format(_land(name.removeprefix("area."), lang, classes))
    if name.startswith("distance."):
        return _DISTANCE[index].format(name.removeprefix("distance."))
    return name


def _land(name: str, lang: str, classes: Classes | None) -> str:
    """A land class's name within a phrase."""
    if classes is not None and name in classes:
        land = classes[classes.index(name)].label(lang)
    else:
        known = class_table().get(name)
        land = known.label(lang) if known is not None else name.replace("_", " ")
    return land[:1].lower() + land[1:]
