from __future__ import annotations

import pytest

from instances.land.codes import (
    class_codes,
    classes_in_order,
    match_classes,
    plain_code,
    plain_number,
    tell_unknown,
)
from instances.study.findings import Findings
from tests.support.made_files import said, study_of


@pytest.mark.parametrize(
    "group", [("3", 3, 3.0, " 3 ", "3.0", "03"), ("0101", 101, "101"), ("0201k", "0201K")]
)
def test_codes_compare_as_numbers_where_they_are(group: tuple[object, ...]) -> None:
    """A code is the same whether written as text, as a whole number or as a float."""
    assert len({plain_code(code) for code in group}) == 1


def test_codes_find_their_class_by_map_scheme_and_nodata() -> None:
    """The inline map goes before the scheme, nodata before both; unknown codes are left out."""
    cover = study_of(
        path="x", scheme="CLCD", classes={"2": "grassland", "0101": "cropland"}, nodata=[4]
    ).landcover
    matched = match_classes(cover, [1, 2, 4, 101, 77], Findings())
    assert matched == {1: "cropland", 2: "grassland", 4: None, 101: "cropland"}


def test_a_code_with_two_classes_is_told() -> None:
    """One code cannot stand for two classes, however it is written."""
    findings = Findings()
    cover = study_of(path="x", classes={"3": "forest", "03": "water"}).landcover
    assert match_classes(cover, [3], findings) is None
    assert "landcover.classes: code 03 is both forest and water" in said(findings)


def test_codes_without_any_meaning_are_told_with_a_likely_scheme() -> None:
    """Where the study gives neither map nor scheme, the finding lists the codes and names a scheme that knows
    them."""
    findings = Findings()
    assert (
        match_classes(study_of(path="x").landcover, [10, 20, 30, 40, 50, 60, 70, 80, 90, 100], findings)
        is None
    )
    assert "nothing says which class its codes mean (10, 20, 30" in said(findings)
    assert 'scheme = "' in said(findings)


def test_an_unknown_scheme_is_told_with_the_nearest() -> None:
    """A misspelt scheme is a finding, not a traceback."""
    findings = Findings()
    assert match_classes(study_of(path="x", scheme="CLDC").landcover, [1], findings) is None
    assert "Did you mean `CLCD`?" in said(findings)


def test_unknown_codes_are_one_finding() -> None:
    """All codes without a class are told together, with units and area, largest first."""
    findings = Findings()
    cover = study_of(path="x", classes={"1": "forest"}).landcover
    tell_unknown(cover, {7: (5, 0.5), 9: (1234, 111.1)}, "cells", [1], findings)
    assert said(findings) == (
        "error landcover: 2 codes stand for no land class: 9 (1,234 cells, 111.1 ha), 7 (5 cells, 0.5 ha). "
        "Add them to landcover.classes, or to landcover.nodata if they mean no data."
    )


def test_an_unknown_code_that_looks_like_nodata_is_told_so() -> None:
    """Code 0 or 255 without a class most likely means no data."""
    findings = Findings()
    tell_unknown(study_of(path="x", classes={"1": "forest"}).landcover, {0: (1, 1.0)}, "cells", [1], findings)
    assert "If that means no data, add `nodata = [0]`; else name its class" in said(findings)


def test_a_class_keeps_its_smallest_code_where_all_fit() -> None:
    """Codes of the source survive into the plan where an 8-bit raster holds all of them."""
    assert class_codes({"forest": [12, 3], "water": [200]}) == {"forest": 3, "water": 200}
    assert class_codes({"forest": [301], "water": [1101], "cropland": ["0101"]}) == {
        "cropland": 1,
        "forest": 2,
        "water": 3,
    }
    assert class_codes({"b": ["x"], "a": ["y"]}) == {"b": 1, "a": 2}
    assert class_codes({"a": [0], "b": [1]}) == {"a": 1, "b": 2}


def test_classes_are_in_the_order_of_their_codes() -> None:
    """Classes follow their codes in the plan; codes that mean no data belong to none."""
    ordered = classes_in_order({9: "water", 2: "forest", 3: "water", 0: None})
    assert list(ordered.items()) == [("forest", [2]), ("water", [9, 3])]


def test_whole_floats_read_as_whole_numbers() -> None:
    """A name that a table holds as 441901.0 reads 441901."""
    assert [plain_number(value) for value in (441901.0, " a ", 2.5)] == ["441901", "a", "2.5"]


def test_digits_of_a_chinese_keyboard_are_digits() -> None:
    """Full-width codes compare as the plain ones; a text of digits without end is a text."""
    assert plain_code("０１０１") == plain_code(101) == plain_code("１０１．０")
    assert plain_code("9" * 5000) == "9" * 5000


def test_more_classes_than_a_plan_can_hold_are_told() -> None:
    """Three hundred classes are a finding before anything is counted, 254 are fine."""
    findings = Findings()
    names = {str(code): f"k{code}" for code in range(1, 301)}
    assert match_classes(study_of(path="x", classes=names).landcover, range(1, 301), findings) is None
    assert "landcover.classes: the study has 300 classes, but a plan can hold 254. Merge some" in said(
        findings
    )
    few = dict(list(names.items())[:254])
    assert match_classes(study_of(path="x", classes=few).landcover, range(1, 255), Findings()) is not None


def test_unknown_codes_are_told_in_chinese_too() -> None:
    """Codes, units, areas and remedy in the language of the reader."""
    findings = Findings()
    cover = study_of(path="x", classes={"1": "forest"}).landcover
    tell_unknown(cover, {7: (5, 0.5), 9: (1234, 111.1)}, "parcels", [1], findings)
    assert findings.errors[0].told("zh") == (
        "landcover：有 2 个代码没有对应的地类：9（1,234 个图斑，111.1 公顷）、7（5 个图斑，0.5 公顷）。"
        "请把它们写入 landcover.classes；若表示无数据，则写入 landcover.nodata。"
    )
