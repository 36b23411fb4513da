from __future__ import annotations

from formulations.indicators.catalogue import indicators, is_reserved
from tests.support.hand_instance import hand_instance

NAMES = [
    "net_emissions",
    "blue_green_compactness",
    "built_compactness",
    "area.cropland",
    "area.forest",
    "area.water",
    "area.urban",
    "area.production",
    "area.living",
    "area.ecological",
    "green_share",
    "changed_area",
    "blue_green_lost",
    "distance.town_distance",
    "sources",
    "sinks",
    "carbon_balance",
    "harvest",
    "greenway",
]


def test_the_catalogue_holds_every_indicator_of_the_study() -> None:
    """The project's indicators come first, then those of layers, then the study's own."""
    catalogue = indicators(hand_instance())
    assert list(catalogue) == NAMES
    assert all(name == indicator.name for name, indicator in catalogue.items())
    assert [name for name, indicator in catalogue.items() if not indicator.unit] == ["carbon_balance"]


def test_indicators_of_area_share_their_arrays() -> None:
    """All terms in hectares rest on one array of areas and one of today's classes, so that a million units
    are kept once."""
    instance = hand_instance()
    cells = [cell for found in indicators(instance).values() for cell in found.cells]
    assert {id(cell.group) for cell in cells} == {id(instance.today)}
    assert sum(cell.scale is instance.grid.area_ha for cell in cells) == 13


def test_an_indicator_of_the_study_never_takes_the_place_of_the_projects_own() -> None:
    """A table named like one of the project's indicators leaves that one as it is."""
    table = {"green_share": {"layer": "town_distance", "classes": ["urban"]}}
    catalogue = indicators(hand_instance({"indicators": table}))
    assert catalogue["green_share"].unit == "%"
    assert is_reserved("green_share")
    assert is_reserved("area.cropland")
    assert not is_reserved("harvest")
