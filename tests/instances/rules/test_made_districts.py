"""Divisions that a study has made: living units, and region types of other districts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from instances.rules.districts import Districts
from instances.rules.made_districts import read_made, region_types
from instances.study.findings import Findings
from instances.study.schema import DistrictSource, Regions
from tests.support.made_files import made_grid

TOWNS = Districts("towns", ("East", "West", "North"), np.array([0, 0, 1, 2, -1], dtype=np.int32))
GRID = made_grid(2, 4)
HALVES = Districts("halves", ("left", "right"), np.array([0, 0, 1, 1] * 2, dtype=np.int32))


def made(**source: Any) -> tuple[Districts | None, list[str]]:
    """What a source makes of the grid of two by four hectares, and what is told of it."""
    findings = Findings()
    found = read_made("units", DistrictSource(**source), GRID, {"halves": HALVES}, findings)
    return found, [str(finding) for finding in findings]


def test_units_are_told_with_their_pieces_at_the_edge() -> None:
    """Squares of 200 m that are full, and one of 300 m of which 3 of 9 ha are land."""
    found, told = made(make="grid", side_m=200)
    assert found is not None
    assert found.total(GRID.area_ha).tolist() == [4.0, 4.0]
    assert told == ["districts.units: 2 squares of 200 m were made. All hold at least half of their land."]
    found, told = made(make="grid", side_m=10_000)
    assert found is not None
    assert "1 square of 10000 m was made. 1 of them is a piece at the edge" in told[0]


def test_units_are_made_inside_one_district_only() -> None:
    """Land of other districts belongs to no unit."""
    found, _ = made(make="grid", side_m=200, inside={"halves": "right"}, label="Blocks")
    assert found is not None
    assert found.member.tolist() == [-1, -1, 0, 0] * 2
    assert found.label("zh") == "Blocks"


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ({"side_m": 200, "inside": {"towns": "East"}}, "there is no division towns"),
        (
            {"side_m": 200, "inside": {"halves": "middle"}},
            "halves has no district middle. It has left, right",
        ),
    ],
)
def test_what_cannot_be_made_is_told(source: dict[str, Any], says: str) -> None:
    """A district that is not there is named, with those that are."""
    found, told = made(make="hex", **source)
    assert found is None
    assert says in told[0]


def test_units_as_small_as_cells_are_told() -> None:
    """A limit by units of a hectare is one by cells of a hectare."""
    _, told = made(make="grid", side_m=100)
    assert any("A limit by such districts is one by single cells or parcels" in line for line in told)


def test_districts_of_a_type_are_one_district() -> None:
    """Types without a district are left out; land in no type is told."""
    findings = Findings()
    types = Regions(by="towns", ecological=("North", "East"))
    found = region_types(types, {"towns": TOWNS}, findings)
    assert found is not None
    assert found.names == ("ecological",)
    assert found.names_in("zh") == ("生态地区",)
    assert found.member.tolist() == [0, 0, -1, 0, -1]
    assert "1 district of towns is of no type: West" in str(findings.items[0])


@pytest.mark.parametrize(
    ("types", "says"),
    [
        ({"urbanised": ("South",)}, "towns has no district South"),
        ({"urbanised": ("East",), "ecological": ("East",)}, "East is of several types"),
        ({}, "no type has a district"),
    ],
)
def test_types_that_cannot_be_made_are_told(types: dict[str, Any], says: str) -> None:
    """Unknown districts, districts of two types, and no district at all."""
    findings = Findings()
    region_types(Regions(by="towns", **types), {"towns": TOWNS}, findings)
    assert says in str(findings.errors[0])


def test_no_other_division_may_be_called_regions() -> None:
    """A division of that name and the table of types cannot both be meant."""
    findings = Findings()
    assert region_types(Regions(by="regions"), {"regions": TOWNS}, findings) is None
    assert "the study has [districts.regions] as well" in str(findings.errors[0])
