from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from instances.carbon.coefficient_csv import parse_set
from instances.carbon.coefficients import Coefficient, CoefficientSet, Kind, Mark
from instances.carbon.draws import (
    Together,
    at_share,
    draw_sets,
    hypercube,
    key_of,
    label,
    set_text,
    uncertain,
)
from instances.study.findings import Findings
from tests.support.made_plans import CLASSES


def row(name: str, kind: Kind, pool: str, low: float, value: float, high: float) -> Coefficient:
    """A coefficient made by hand."""
    return Coefficient(name, kind, pool, value, low, high, "made", Mark.NONE)


ROWS = (
    row("cropland", Kind.FLUX, "vegetation", 0.0, 1.0, 3.0),
    row("forest", Kind.FLUX, "vegetation", -4.0, -2.0, -1.0),
    row("forest", Kind.STOCK, "soil", 50.0, 100.0, 200.0),
    row("urban", Kind.FLUX, "energy", 10.0, 20.0, 30.0),
    row("water", Kind.FLUX, "vegetation", 0.5, 0.5, 0.5),
    row("grassland", Kind.FLUX, "vegetation", 0.0, 1.0, 2.0),
)
SET = CoefficientSet("made", {key_of(one): one for one in ROWS})


def test_only_used_coefficients_with_a_range_are_drawn() -> None:
    """Water has no range, grassland is not in the study; energy is exact where the area's own total is."""
    names = [label(one) for one in uncertain(SET, CLASSES, has_total=False)]
    assert names == [
        "cropland.flux.vegetation",
        "forest.flux.vegetation",
        "forest.stock.soil",
        "urban.flux.energy",
    ]
    assert "urban.flux.energy" not in [label(one) for one in uncertain(SET, CLASSES, has_total=True)]


def test_a_share_of_one_half_is_the_value() -> None:
    """Low, value and high are the shares 0, 1/2 and 1, with straight lines between."""
    assert [at_share(ROWS[0], share) for share in (0.0, 0.25, 0.5, 0.75, 1.0)] == [0.0, 0.5, 1.0, 2.0, 3.0]


@given(st.integers(1, 40), st.integers(1, 5), st.integers(0, 9))
def test_a_hypercube_has_one_draw_in_each_nth(draws: int, groups: int, seed: int) -> None:
    """Of n draws, one lies in each nth of every range."""
    shares = hypercube(draws, groups, seed)
    strata = np.sort(np.floor(shares * draws), axis=0)
    assert (strata == np.arange(draws)[:, None]).all()


def test_the_same_seed_draws_the_same() -> None:
    """Draws are repeated by their seed, and differ by it."""
    rows = uncertain(SET, CLASSES, has_total=False)
    one, again, other = (draw_sets(SET, rows, 3, Together.ROWS, seed) for seed in (1, 1, 2))
    assert [each.rows for each in one] == [each.rows for each in again]
    assert [each.rows for each in one] != [each.rows for each in other]


def share(drawn: CoefficientSet, one: Coefficient) -> float:
    """At which share of its range a drawn coefficient lies."""
    value = drawn.rows[key_of(one)].value
    return float(np.interp(value, [one.low, one.value, one.high], [0.0, 0.5, 1.0]))


@pytest.mark.parametrize(
    ("together", "same", "other"),
    [(Together.ROWS, (0, 0), (0, 1)), (Together.POOLS, (0, 1), (0, 2)), (Together.SET, (0, 2), None)],
)
def test_what_moves_together(
    together: Together, same: tuple[int, int], other: tuple[int, int] | None
) -> None:
    """Rows move alone, those of a pool with each other, or the whole set at once."""
    rows = uncertain(SET, CLASSES, has_total=False)
    for drawn in draw_sets(SET, rows, 5, together, 3):
        a, b = (share(drawn, ROWS[n]) for n in same)
        assert a == pytest.approx(b)
        if other is not None:
            a, b = (share(drawn, ROWS[n]) for n in other)
            assert a != pytest.approx(b)


def test_a_drawn_set_is_a_set_of_the_user_s_own() -> None:
    """What is written reads again, figure for figure, without a finding."""
    drawn = draw_sets(SET, uncertain(SET, CLASSES, has_total=False), 1, Together.ROWS, 0)[0]
    findings = Findings()
    again = parse_set(set_text(drawn), "again", CLASSES.names, findings)
    assert again is not None, list(findings)
    assert not findings.errors
    assert {k: one.value for k, one in again.rows.items()} == {k: one.value for k, one in drawn.rows.items()}
