"""The catalogue of indicators: every indicator of a study by name."""

from __future__ import annotations

from formulations.core.indicator import Indicator
from formulations.indicators.areas import areas, blue_green_lost, changed_area, green_share
from formulations.indicators.carbon import BALANCE, SINKS, SOURCES, STOCK, carbon_indicators
from formulations.indicators.compactness import blue_green_compactness, built_compactness
from formulations.indicators.distances import distances
from formulations.indicators.emissions import net_emissions
from formulations.indicators.planting import NATIVE, PLANTED, planting
from formulations.indicators.stated import FLOOR, floor_area, stated_indicators
from formulations.indicators.sums import add_sums
from formulations.indicators.user import user_indicators
from instances.instance import Instance
from instances.study.renamed import RENAMED

RESERVED = frozenset(
    {
        "net_emissions",
        "blue_green_compactness",
        "built_compactness",
        "green_share",
        "changed_area",
        "blue_green_lost",
        "functional_mesh",
        "objective",
        SOURCES,
        SINKS,
        BALANCE,
        STOCK,
        FLOOR,
        PLANTED,
        NATIVE,
    }
)
"""Names of the project's own; those of areas and distances begin so."""


def indicators(instance: Instance) -> dict[str, Indicator]:
    """Every indicator of an instance by name: the project's own first, then the study's.

    A table of ``[indicators]`` never takes the place of one of the project's (``posing`` refuses the name).
    """
    found = [
        net_emissions(instance),
        blue_green_compactness(instance),
        built_compactness(instance),
        *areas(instance),
        green_share(instance),
        changed_area(instance),
        blue_green_lost(instance),
        *distances(instance),
        *carbon_indicators(instance),
        *floor_area(instance),
        *planting(instance),
        *user_indicators(instance),
        *stated_indicators(instance),
    ]
    catalogue: dict[str, Indicator] = {}
    for indicator in found:
        catalogue.setdefault(indicator.name, indicator)
    add_sums(instance.study.indicators, catalogue, instance.districts)
    return catalogue


def is_reserved(name: str) -> bool:
    """Whether a name belongs to the project's own indicators."""
    return name in RESERVED or name in RENAMED or name.startswith(("area.", "distance."))
