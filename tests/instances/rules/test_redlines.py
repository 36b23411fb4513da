"""What red lines bar, unit by unit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from instances.land.classes import Classes, class_table
from instances.rules.redlines import (
    Kinds,
    RedLine,
    check_rules,
    kinds_of,
    options_without,
    red_line,
    report_stuck,
)
from instances.rules.zones import Zone
from instances.study.findings import Findings, Severity
from instances.study.schema import RedLineTable

CLASSES = Classes(tuple(class_table()[name] for name in ("cropland", "forest", "urban", "water")))
C, F, U, W = range(4)
ANY = np.ones((4, 4), dtype=bool)
NOTHING = np.eye(4, dtype=bool)
# A 2x3 grid, row by row: cropland forest urban / cropland cropland water
TODAY = np.array([C, F, U, C, C, W], dtype=np.uint8)
LEFT = np.array([1, 1, 1, 1, 0, 0], dtype=bool)


def line(inside: np.ndarray = LEFT, name: str = "line", **rules: Any) -> RedLine:
    """A red line over the units ``inside``."""
    table = RedLineTable.model_validate({"path": "line.gpkg", **rules})
    return red_line(name, table, Zone(inside), CLASSES, TODAY)


def options(*lines: RedLine, transitions: np.ndarray = ANY) -> list[str]:
    """What each unit may become, by the initials of the classes."""
    kinds = kinds_of(TODAY, transitions, lines)
    return said(kinds.allowed[kinds.of])


def said(allowed: np.ndarray) -> list[str]:
    """Rows of options as words of initials."""
    return ["".join(initial for initial, may in zip("cfuw", row, strict=True) if may) for row in allowed]


def test_without_red_lines_only_the_transition_table_speaks() -> None:
    """No red line: every unit may become what the table lets its class become."""
    assert options() == ["cfuw"] * 6
    assert options(transitions=NOTHING) == ["c", "f", "u", "c", "c", "w"]


def test_keep_fixes_units_of_its_classes_inside() -> None:
    """What is cropland inside stays cropland; other land inside and cropland outside are free."""
    assert options(line(keep=["cropland"])) == ["c", "cfuw", "cfuw", "c", "cfuw", "cfuw"]


def test_allow_lets_only_its_classes_in_and_keeps_what_stands_there() -> None:
    """Inside only forest and water may come; the urban and cropland units there may also stay."""
    assert options(line(allow=["forest", "water"])) == ["cfw", "fw", "fuw", "cfw", "cfuw", "cfuw"]


def test_forbid_lets_its_classes_in_no_more() -> None:
    """Inside no new urban land; the urban unit there may stay."""
    assert options(line(forbid=["urban"])) == ["cfw", "cfw", "cfuw", "cfw", "cfuw", "cfuw"]


def test_only_inside_bars_new_land_of_its_classes_outside() -> None:
    """Outside no new urban land, inside anything; urban land that stands outside may stay."""
    only = line(only_inside=["urban"], inside=~LEFT)
    assert options(only) == ["cfw", "cfw", "cfuw", "cfw", "cfuw", "cfuw"]


def test_several_rules_in_one_line_all_hold() -> None:
    """Keep cropland, allow no urban land, and no new water outside, in one line."""
    both = line(keep=["cropland"], allow=["forest", "water"], only_inside=["water"])
    assert options(both) == ["c", "fw", "fuw", "c", "cfu", "cfuw"]


def test_convert_bars_what_stands_there_against_the_rule() -> None:
    """With existing = "convert" the cropland and urban units inside must become forest or water."""
    converted = line(allow=["forest", "water"], existing="convert")
    assert options(converted) == ["fw", "fw", "fw", "fw", "cfuw", "cfuw"]
    assert converted.existing_units == 3


def test_keep_in_a_line_exempts_its_classes_from_conversion() -> None:
    """A line that keeps cropland and converts the rest leaves cropland alone."""
    both = line(keep=["cropland"], allow=["forest"], existing="convert")
    assert options(both) == ["c", "f", "f", "c", "cfuw", "cfuw"]
    assert both.existing_units == 1


def test_what_may_become_nothing_else_stays_and_is_told() -> None:
    """Conversion that the transition table and another line make impossible leaves today's class and
    warns with the number of units and the names of all that bar the change."""
    convert = line(allow=["forest"], existing="convert", name="ecology")
    keep = line(keep=["cropland"], name="farmland", inside=np.array([1, 0, 0, 0, 0, 0], dtype=bool))
    transitions = NOTHING.copy()
    transitions[C, F] = True
    kinds = kinds_of(TODAY, transitions, [convert, keep])
    assert said(kinds.allowed[kinds.of]) == ["c", "f", "u", "f", "cf", "w"]
    findings = Findings()
    report_stuck(kinds, transitions, [convert, keep], CLASSES, findings)
    crop, urban = (str(item) for item in findings)
    assert crop.startswith("redlines.ecology: 1 unit of cropland inside should be converted")
    assert "redlines.farmland" in crop
    assert "the transition table" in urban
    assert {item.severity for item in findings} == {Severity.WARNING}


def test_lifting_a_line_gives_back_what_it_alone_bars() -> None:
    """Without the ecological line the urban unit is free; the farmland line still holds."""
    ecology = line(allow=["forest"], name="ecology")
    farmland = line(keep=["cropland"], name="farmland", inside=TODAY == C)
    kinds = kinds_of(TODAY, ANY, [ecology, farmland])
    assert said(kinds.allowed[kinds.of]) == ["c", "f", "fu", "c", "c", "cfuw"]
    lifted = options_without(kinds, ANY, [ecology, farmland], "ecology")
    assert said(lifted[kinds.of]) == ["c", "cfuw", "cfuw", "c", "c", "cfuw"]
    with pytest.raises(KeyError):
        options_without(kinds, ANY, [ecology, farmland], "nothing")


def test_names_in_rules_are_checked() -> None:
    """A class that the study lacks is passed over, an unknown one is told with the nearest, and so is a
    class both allowed and forbidden and a rule that says nothing here."""
    findings = Findings()
    table = RedLineTable(path="x", allow=("forest", "wetland", "urbn"), forbid=("forest",), keep=("wetland",))
    check_rules(table, CLASSES, "redlines.x", findings)
    told = [str(item) for item in findings]
    assert len(told) == 3
    assert "redlines.x.keep: names no class that this study has (wetland)" in told[0]
    assert "redlines.x.allow: there is no land class `urbn`. Did you mean `urban`?" in told[1]
    assert "both allows and forbids forest" in told[2]


NAMES = st.lists(st.sampled_from(CLASSES.names), unique=True, max_size=4)
RULES = st.fixed_dictionaries(
    {
        "keep": NAMES,
        "forbid": NAMES,
        "only_inside": NAMES,
        "allow": NAMES,
        "existing": st.sampled_from(["keep", "convert"]),
        "inside": st.lists(st.booleans(), min_size=6, max_size=6),
    }
)
TABLES = st.lists(st.booleans(), min_size=16, max_size=16)


def _random(rules: list[dict[str, Any]], cells: list[bool]) -> tuple[Kinds, np.ndarray, list[RedLine]]:
    transitions = np.array(cells).reshape(4, 4) | NOTHING
    lines = [
        line(np.array(rule["inside"]), f"line{number}", **{k: v for k, v in rule.items() if k != "inside"})
        for number, rule in enumerate(rules)
    ]
    return kinds_of(TODAY, transitions, lines), transitions, lines


@given(rules=st.lists(RULES, max_size=3), cells=TABLES)
def test_options_follow_from_the_rules_read_unit_by_unit(
    rules: list[dict[str, Any]], cells: list[bool]
) -> None:
    """For any red lines every unit may become something, exactly what its rules leave; today's layout is
    permitted wherever no line converts; lifting a line takes no option away except today's class where it
    had only stayed because nothing else was left."""
    kinds, transitions, lines = _random(rules, cells)
    allowed = kinds.allowed[kinds.of]
    for unit, today in enumerate(TODAY):
        assert set(np.flatnonzero(allowed[unit])) == _by_hand(unit, int(today), rules, transitions)
    converts = any(rule["existing"] == "convert" for rule in rules)
    assert converts or allowed[np.arange(6), TODAY].all()
    for one in lines:
        lifted = options_without(kinds, transitions, lines, one.name)[kinds.of]
        lost = allowed & ~lifted
        lost[np.arange(6), TODAY] = False
        assert not lost.any()


def _by_hand(unit: int, today: int, rules: list[dict[str, Any]], transitions: np.ndarray) -> set[int]:
    """What one unit may become, rule by rule, class by class."""
    left = set()
    for planned, name in enumerate(CLASSES.names):
        barred, own = not transitions[today, planned], CLASSES.names[today]
        for rule in rules:
            unwanted = name not in rule["allow"] or name in rule["forbid"]
            if not rule["inside"][unit]:
                barred |= planned != today and name in rule["only_inside"]
            elif planned == today:
                barred |= rule["existing"] == "convert" and unwanted and own not in rule["keep"]
            else:
                barred |= unwanted or own in rule["keep"]
        if not barred:
            left.add(planned)
    return left or {today}


@given(rules=st.lists(RULES, max_size=4), cells=TABLES)
def test_units_of_one_kind_are_alike_and_no_kind_is_empty(
    rules: list[dict[str, Any]], cells: list[bool]
) -> None:
    """Kinds tell units apart by today's class and the lines around them, nothing else."""
    kinds, _, lines = _random(rules, cells)
    assert (kinds.today[kinds.of] == TODAY).all()
    for position, one in enumerate(lines):
        assert (kinds.inside[kinds.of, position] == one.inside).all()
    assert set(kinds.of) == set(range(len(kinds)))
    keys = [(int(today), *row) for today, row in zip(kinds.today, kinds.inside.tolist(), strict=True)]
    assert len(set(keys)) == len(keys)
