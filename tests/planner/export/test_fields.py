from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from instances.land.classes import Classes, class_table
from planner.export.fields import cut_texts, short_names, standard_notes, standardised
from planner.export.layers import plan_layers
from planner.export.standard import exchanged, of_line
from tests.support.made_plans import small_parcels, small_plan
from words.catalogue import texts


def standard(plan, lang="zh"):
    """The layers of a plan under the standard's field names."""
    return {layer.name: standardised(layer, plan.instance.classes) for layer in plan_layers(plan, lang)}


def test_patches_have_the_fields_of_the_standard() -> None:
    """Land goes over with number, code, name and area in square metres."""
    table = standard(small_plan())["patches"].table
    assert list(table.columns[:5]) == ["BSM", "YSDM", "DLBM", "DLMC", "MJ"]
    assert set(table["YSDM"]) == {"2003020210"}
    assert table["BSM"].tolist() == [f"{number:018}" for number in range(1, len(table) + 1)]
    sums = table.groupby(["DLBM", "DLMC"])["MJ"].sum().to_dict()
    assert sums == {
        ("01", "耕地"): 2e4,
        ("03", "林地"): 3e4,
        ("17", "陆地水域"): 3e4,
        ("", "城镇建设用地"): 3e4,
    }


def test_changes_have_base_year_and_plan() -> None:
    """A change goes over with the codes of the base year and of the plan, and the red lines as remark."""
    table = standard(small_plan("zh"))["changes"].table.drop(columns="geometry")
    assert table.iloc[0].to_dict() == {
        "BSM": "000000000000000001",
        "YSDM": "",
        "JQDLBM": "01",
        "JQDLMC": "耕地",
        "GHDLBM": "03",
        "GHDLMC": "林地",
        "MJ": 2e4,
        "change": "cropland>forest",
        "units": 2,
        "BZ": "North line、West line",
    }


def test_parcels_keep_their_number() -> None:
    """The identifier of a parcel becomes its TBBH."""
    assert standard(small_parcels())["units"].table["TBBH"].tolist() == ["P0", "P1", "P2", "P3"]


def test_styles_hold_for_the_standard_fields() -> None:
    """Every layer keeps the field that its style looks at, its polygons and its CRS."""
    for plan in (small_plan(), small_parcels()):
        for layer in standard(plan).values():
            assert layer.styled_by is None or layer.styled_by in layer.table
            assert not layer.has_geometry or layer.table.crs == plan.instance.grid.crs
            assert len(set(layer.table.columns)) == len(layer.table.columns)
            assert layer.aliases("zh")


def test_what_a_code_does_not_say_is_told() -> None:
    """Classes that hold more than their code, and classes without one, are named."""
    table = class_table()
    notes = [
        str(note)
        for note in standard_notes(Classes((table["public_commercial"], table["urban"], table["forest"])))
    ]
    assert len(notes) == 2
    assert "DLBM 08" in notes[0]
    assert "DLBM empty" in notes[1]


def test_our_names_fit_shapefiles() -> None:
    """Every field has a short name of its own, which is its own name wherever that fits."""
    fields = [key.removeprefix("fields.") for key in texts("en") if key.startswith("fields.")]
    short = short_names(fields)
    assert {name for name in fields if short[name] != name} == {name for name in fields if len(name) > 10}
    assert len({name.lower() for name in short.values()}) == len(fields)
    assert (short["sources_plan"], short["stock_plan"]) == ("sou_plan", "stock_plan")
    assert short["share_percent"] == "share_pct"


@pytest.mark.slow
@given(st.lists(st.text(min_size=1, max_size=30), unique=True, max_size=40))
def test_short_names_never_collide(names: list[str]) -> None:
    """Whatever the names, the short ones fit into ten bytes and differ even where case does not count."""
    short = short_names(names)
    assert len({one.lower() for one in short.values()}) == len(names)
    assert all(len(one.encode()) <= 10 for one in short.values())


def test_long_texts_are_cut_at_characters() -> None:
    """A text of Chinese characters is cut to whole ones with dots after them, and others stay."""
    table, lost = cut_texts(pd.DataFrame({"a": ["永久基本农田", "ab"], "n": [1, 2]}), 10, {})
    assert table["a"].tolist() == ["永久...", "ab"]
    assert table["n"].tolist() == [1, 2]
    assert lost == {"a": 1}


def test_long_texts_are_told_in_fewer_letters_where_there_are_any() -> None:
    """What says the same in fewer letters is whole; nothing is cut."""
    found = cut_texts(pd.DataFrame({"a": ["永久基本农田", "ab"]}), 10, {"a": {"永久基本农田": "farm"}})
    assert (found[0]["a"].tolist(), found[1]) == (["farm", "ab"], {})


def test_red_lines_go_where_the_standard_has_them() -> None:
    """A line is known by what its label ends with, by its key or by the layer it is read from; any other
    line, such as farmland in reserve, keeps our layer."""
    line = SimpleNamespace
    known = {
        "YJJBNT": of_line(line(name="a", label="永久基本农田")),
        "STBHHX": of_line(line(name="a", label="Wider ecological red line")),
        "CZKFBJ": of_line(line(name="a", label="x"), ("czkfbj",)),
    }
    assert {name: one and one.name for name, one in known.items()} == {name: name for name in known}
    assert of_line(line(name="a", label="永久基本农田储备区")) is None
    layer = standard(small_plan("zh"))["redlines"]
    names = list(dict.fromkeys(layer.table["redline"]))
    first, rest = exchanged(layer, {names[0]: known["STBHHX"]})
    assert (first.file_name, rest.file_name) == ("STBHHX", "redlines")
    assert set(first.table["redline"]) == {names[0]}
    assert len(first.table) + len(rest.table) == len(layer.table)
