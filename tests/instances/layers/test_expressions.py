"""Conditions over layers."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from instances.layers.expressions import read_condition
from instances.study.findings import Findings

LAYERS = {
    "slope": np.array([0.0, 10.0, 26.0, 40.0, np.nan]),
    "dem": np.array([50.0, 120.0, 80.0, 300.0, 20.0]),
    "坡度": np.array([1.0, 2.0, 3.0, 4.0, 5.0]),
}


def holds(text: str) -> list[bool]:
    """Where a condition over ``LAYERS`` holds."""
    findings = Findings()
    condition = read_condition(text, LAYERS, "redlines.steep.where", findings)
    assert condition is not None, [str(finding) for finding in findings]
    return [bool(value) for value in condition.holds(LAYERS)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("slope > 25", [0, 0, 1, 1, 0]),
        ("slope > 25 and dem < 100", [0, 0, 1, 0, 0]),
        ("slope > 25 or dem < 100", [1, 0, 1, 1, 1]),
        ("not slope > 25", [1, 1, 0, 0, 0]),
        ("slope != 10", [1, 0, 1, 1, 0]),
        ("5 < slope <= 26", [0, 1, 1, 0, 0]),
        ("dem in (50, 80)", [1, 0, 1, 0, 0]),
        ("slope not in (0, 10)", [0, 0, 1, 1, 0]),
        ("坡度 ** 2 >= 9", [0, 0, 1, 1, 1]),
        ("1 / slope < 0.05", [0, 0, 1, 1, 0]),
        ("not 1 / slope < 0.05", [0, 1, 0, 0, 0]),
        ("sqrt(dem) > 10 and max(slope, 坡度, 5) == 40", [0, 0, 0, 1, 0]),
        ("-slope + dem // 7 % 3 * 2 < abs(-7)", [1, 1, 1, 1, 0]),
        ("slope > 1" + "0" * 400, [0, 0, 0, 0, 0]),
        ("slope >\n  25", [0, 0, 1, 1, 0]),
    ],
)
def test_a_condition_holds_where_its_numbers_say_and_never_where_one_is_missing(
    text: str, expected: list[int]
) -> None:
    """A condition is true where the layers say so; a missing or infinite number makes it not hold."""
    assert holds(text) == [bool(value) for value in expected]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("slpe > 25", "Did you mean `slope`"),
        ("slope", "is a number where a condition is needed"),
        ("slope + 1", "is a number where a condition is needed"),
        ("slope = 25", "Write `==`"),
        ("slope > 25 && dem < 3", "Write `and`"),
        ("(slope > 25) & (dem < 3)", "Write `and`"),
        ("slope > 25 & dem < 3", "Write `and`"),
        ("slope >", "character"),
        ("slope > 25 dem", "character"),
        ("", "cannot be read|ends too early"),
        ("3 > 2", "names no layer"),
        ("slope.real > 2", "is neither a number nor a layer"),
        ("__import__('os').system('true') > slope", "is not a function known here"),
        ("open(slope) > 1", "is not a function known here"),
        ("[x for x in (1,)] == slope", "is neither a number nor a layer"),
        ("(lambda: slope)() > 1", "is not a function known here"),
        ("slope ** 99 > 1", "exponent"),
        ("slope ** slope > 1", "exponent"),
        ("slope in 3", "list of numbers"),
        ("slope in ()", "list of numbers"),
        ("slope is 3", "`is` is not known"),
        ("slope > True", "is neither a number nor a layer"),
        ("slope > 'a'", "is neither a number nor a layer"),
        ("(slope > 1) + 1 > 1", "is a condition where a number is needed"),
        ("slope > 25 if dem else dem > 2", "is neither a number nor a layer"),
        ("sqrt(slope, 2) > 1", "takes one number"),
        ("max(slope) > 1", "two numbers or more"),
        ("max(*slope) > 1", "is not a function known here"),
        ("(" * 300 + "slope" + ")" * 300 + " > 1", "cannot be read|ends too early"),
        ("-" * 500 + "slope > 1", "nested"),
        ("slope > " + "1" * 3000, "characters"),
        ("slope > 1\0", "cannot be read"),
        ("slope := 3", "cannot be read"),
    ],
)
def test_what_is_not_a_condition_is_refused_with_its_place_and_a_remedy(text: str, words: str) -> None:
    """Anything but numbers, layers and comparisons is refused in one sentence at the key, never run."""
    findings = Findings()
    assert read_condition(text, LAYERS, "redlines.steep.where", findings) is None
    said = " ".join(str(finding) for finding in findings)
    assert said.startswith("redlines.steep.where: ")
    assert any(word in said for word in words.split("|")), said
    assert all(finding.remedy for finding in findings)


def test_the_position_of_a_fault_counts_characters_not_bytes() -> None:
    """The position named is the character that a reader counts, with Chinese names too."""
    findings = Findings()
    read_condition("坡度 > 1 and slope", LAYERS, "where", findings)
    assert "character 12 (`slope`)" in str(findings.items[0])


def test_every_unknown_layer_of_a_condition_is_named_at_once() -> None:
    """Two unknown names give two findings, and a layer that cannot be written here is told to be renamed."""
    findings = Findings()
    read_condition("slop > 1 or town > 2", {**LAYERS, "town-distance": LAYERS["dem"]}, "where", findings)
    assert len(findings.items) == 2
    assert "Did you mean `slope`?" in str(findings.items[0])
    assert "Give the layer `town-distance` a name of letters" in str(findings.items[1])


def test_dividing_by_zero_warns_nobody() -> None:
    """Division by zero and roots of negative numbers pass in silence: such units are not inside."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert holds("1 / (dem - 50) > 0 or sqrt(0 - dem) > 1 or ((10 ** 16) ** 16) ** 16 > dem") == [
            False,
            True,
            True,
            True,
            False,
        ]


NUMBERS = st.sampled_from(["slope", "dem", "坡度", "0", "3", "25.5", "1e2"])


def _numeric(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    binary = st.tuples(inner, st.sampled_from(["+", "-", "*"]), inner).map(
        lambda t: f"({t[0]} {t[1]} {t[2]})"
    )
    return st.one_of(binary, inner.map(lambda t: f"(-{t})"), inner.map(lambda t: f"abs({t})"))


def _logical(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    binary = st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})")
    return st.one_of(binary, inner.map(lambda t: f"(not {t})"))


ARITHMETIC = st.recursive(NUMBERS, _numeric, max_leaves=6)
COMPARISON = st.tuples(ARITHMETIC, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), ARITHMETIC).map(
    lambda t: f"({t[0]} {t[1]} {t[2]})"
)
CONDITION = st.recursive(COMPARISON, _logical, max_leaves=6)


@settings(deadline=None, max_examples=200)
@given(text=CONDITION, seed=st.integers(0, 2**16))
def test_conditions_equal_numpy_where_every_number_is_known(text: str, seed: int) -> None:
    """On complete layers a condition is exactly what the same comparisons in numpy give."""
    random = np.random.default_rng(seed)
    layers = {name: random.integers(-5, 30, 12).astype(float) for name in LAYERS}
    findings = Findings()
    condition = read_condition(text, layers, "where", findings)
    if condition is None:
        assert "names no layer" in str(findings.items[0])
        return
    for unit in range(12):
        here = {name: float(values[unit]) for name, values in layers.items()}
        expected = eval(text, {"abs": abs}, here)  # noqa: S307 (the reference, on generated text)
        assert bool(condition.holds(layers)[unit]) == bool(expected)
