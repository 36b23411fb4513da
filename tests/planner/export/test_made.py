"""Figures of districts that a study makes: region types and living units, counted by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyogrio
import pytest
import shapely

from formulations.indicators.catalogue import indicators
from instances.rules.districts import Districts
from planner.export.made import made, region_table, unit_layers, write_regions, write_units
from planner.plans.plan import Plan
from tests.support.made_plans import small_plan


@pytest.fixture
def plan() -> Plan:
    """The small plan with its first three cells urbanised and the rest ecological, and a unit of each."""
    whole = small_plan()
    member = np.array([0] * 3 + [1] * (len(whole.layout) - 3), dtype=np.int32)
    types = Districts("regions", ("urbanised", "ecological"), member)
    outlines = np.array([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)], dtype=object)
    units = Districts("blocks", ("A1", "B1"), member, drawn_ha=np.array([4.0, 100.0]), outlines=outlines)
    instance = replace(whole.instance, districts={"regions": types, "blocks": units})
    return replace(whole, instance=instance)


def test_types_add_up_to_the_whole(plan, tmp_path):
    """Every indicator that is a sum over land has in its types together what it has in the whole area."""
    table = region_table(plan, "en")
    areas = table[table["indicator"].str.startswith("area.") | (table["indicator"] == "net_emissions")]
    for name, rows in areas.groupby("indicator"):
        record = plan.certificate.indicators.get(name)
        if record is not None:
            assert rows["plan"].sum() == pytest.approx(record.value)
            assert rows["today"].sum() == pytest.approx(record.baseline)
    assert table["region"].drop_duplicates().tolist() == ["urbanised", "ecological"]
    write_regions(plan, tmp_path / "regions.csv")
    assert (
        (tmp_path / "regions.csv").read_text("utf-8-sig").startswith("region,region_label,indicator,label,")
    )


def test_units_have_their_outline_land_and_carbon(plan, tmp_path):
    """A layer for every made division: its land, its share of a whole unit, and six figures twice; what
    living and production land emit is summed cell by cell."""
    assert [division.name for division in made(plan.instance)] == ["blocks"]
    [layer] = unit_layers(plan, "en")
    assert layer.title_in("en") == "Made units: blocks"
    table = layer.table
    assert table["unit"].tolist() == ["A1", "B1"]
    assert table["whole_percent"].tolist() == pytest.approx([75.0, table["area_ha"][1]])
    assert (table["net_plan"] - table["sources_plan"] + table["sinks_plan"]).tolist() == pytest.approx([0, 0])
    spaces = np.array([item.space for item in plan.instance.classes])
    emitted = indicators(plan.instance)["sources"].cells
    for when, layout in (("today", plan.instance.today), ("plan", plan.layout)):
        each = sum(term.of(layout) for term in emitted)
        for space in ("living", "production"):
            wanted = [
                each[:3][spaces[layout[:3]] == space].sum(),
                each[3:][spaces[layout[3:]] == space].sum(),
            ]
            assert table[f"{space}_{when}"].tolist() == pytest.approx(wanted)
    write_units(plan, tmp_path / "units.gpkg")
    assert "blocks" in [name for name, _ in pyogrio.list_layers(tmp_path / "units.gpkg")]


def test_a_study_without_types_has_no_table_of_them():
    """Nothing is told of types that nobody named."""
    assert region_table(small_plan(), "en").empty
