from __future__ import annotations

from dataclasses import replace

import pytest

from instances.land.classes import class_table
from instances.land.schemes import get_scheme
from instances.land.standard_codes import standard_code
from instances.study.tables import table


@pytest.mark.parametrize(
    ("name", "code", "title"),
    [
        ("cropland", "01", "耕地"),
        ("urban_residential", "0701", "城镇住宅用地"),
        ("rural_residential", "0703", "农村宅基地"),
        ("water", "17", "陆地水域"),
        ("pond_canal", "1704", "坑塘水面"),
    ],
)
def test_classes_have_their_codes(name: str, code: str, title: str) -> None:
    """A class is handed on under the code and name of the classification."""
    found = standard_code(class_table()[name])
    assert (found.code, found.name_zh) == (code, title)


def test_every_class_of_the_project_is_considered() -> None:
    """No class of the project's table is without its row, and no row without its class."""
    assert {row["class"] for row in table("standard_codes.csv")} == set(class_table())


def test_codes_read_back_as_land_of_the_same_kind() -> None:
    """Whoever reads our codes by the scheme MNR-2023 finds the class we meant, or the one it is like."""
    scheme = get_scheme("MNR-2023").classes
    for name, item in class_table().items():
        code = standard_code(item).code
        read = scheme.get(code, scheme.get(code[:2]))
        assert not code or read in {name, item.like}, name


def test_a_class_without_a_code_keeps_its_name() -> None:
    """Urban land as a whole has no code of its own; none is invented."""
    found = standard_code(class_table()["urban"])
    assert (found.code, found.name_zh) == ("", "城镇建设用地")
    assert "no code" in found.note


def test_a_class_of_the_study_takes_the_code_of_what_it_is_like() -> None:
    """A study's own class is handed on as the class whose rules it shares."""
    terraces = replace(class_table()["cropland"], name="terraces", name_zh="梯田", like="cropland")
    assert standard_code(terraces).code == "01"
