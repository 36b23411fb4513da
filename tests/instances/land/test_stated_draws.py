from __future__ import annotations

import csv
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from instances.carbon.draws import Together, draw_sets, stated_shares
from instances.land.stated import Stated
from instances.land.stated_draws import at_shares, columns, lines_of, mean_of, ranged, text_of
from tests.instances.carbon.test_draws import ROWS, SET

CLASSES = ("field", "wood", "town")


def per_class(*figures: tuple[float, float, float], file: str = "people.csv") -> Stated:
    """Figures (low, value, high) of each class, from a file."""
    low, value, high = (np.tile(column, (3, 1)) for column in zip(*figures, strict=True))
    return Stated(value, low, high, file=file)


def per_change() -> Stated:
    """Field to wood costs 3 (1 to 9), field to town 20."""
    low, value, high = np.zeros((3, 3, 3))
    low[0, 1], value[0, 1], high[0, 1] = 1, 3, 9
    low[0, 2] = value[0, 2] = high[0, 2] = 20
    return Stated(value, low, high, by_class=False, file="costs.csv")


def stated() -> dict[str, Stated]:
    """People and floors of one file, costs of another, and figures without ranges."""
    people = per_class((0, 0, 0), (1, 1, 1), (80, 100, 150))
    return {
        "people": people,
        "floors": per_class((0, 0, 0), (5, 5, 5), (800, 1000, 1500)),
        "costs": per_change(),
        "sure": per_class((0, 0, 0), (2, 2, 2), (3, 3, 3), file=""),
    }


def test_figures_with_a_range_are_found() -> None:
    """A line that two indicators read is one; what has no range is none."""
    assert lines_of(stated()) == (("costs.csv", 0, 1), ("people.csv", -1, 2))
    assert ranged(stated()) == ("people", "floors", "costs")


def test_a_line_has_one_share_in_all_indicators() -> None:
    """A quarter of the range of people is 90 of 80 to 150, 900 floors; three quarters of a cost 6."""
    drawn = at_shares(stated(), {("people.csv", -1, 2): 0.25, ("costs.csv", 0, 1): 0.75})
    assert columns(drawn, CLASSES) == {"people.town": 90, "floors.town": 900, "costs.field.wood": 6}
    assert drawn["people"].value[:, 2].tolist() == [90, 90, 90]
    assert drawn["costs"].value[0, 2] == 20
    assert (drawn["sure"].value == stated()["sure"].value).all()


def test_the_mean_of_draws_is_their_mean() -> None:
    """Of the ends of the range of a cost 5."""
    ends = [at_shares(stated(), {("costs.csv", 0, 1): share}) for share in (0.0, 1.0)]
    assert mean_of(ends)["costs"].value[0, 1] == 5


@given(st.integers(1, 9), st.sampled_from(list(Together)), st.integers(0, 5))
def test_coefficients_are_drawn_as_without_them(draws: int, together: Together, seed: int) -> None:
    """Every share lies in its range; with all together it is that of the coefficients."""
    shares = stated_shares(ROWS, lines_of(stated()), draws, together, seed)
    assert len(shares) == draws
    for share in shares:
        assert all(0 <= each <= 1 for each in share.values())
    sets = draw_sets(SET, ROWS, draws, together, seed)
    if together is Together.SET:
        row = ROWS[0]
        for share, found in zip(shares, sets, strict=True):
            (each,) = set(share.values())
            value = found.rows[row.name, row.kind, row.pool].value
            assert value == pytest.approx(np.interp(each, [0, 0.5, 1], [row.low, row.value, row.high]))


def test_what_is_written_is_what_was_drawn() -> None:
    """As a table that a study can name, to the last digit."""
    drawn = at_shares(stated(), {("people.csv", -1, 2): 1 / 3, ("costs.csv", 0, 1): 1 / 3})
    (wood, town) = csv.DictReader(io.StringIO(text_of(drawn["people"], CLASSES)))
    assert (wood["class"], town["class"]) == ("wood", "town")
    assert float(town["value"]) == drawn["people"].value[0, 2]
    assert (float(town["low"]), float(town["high"])) == (80, 150)
    first, second = csv.DictReader(io.StringIO(text_of(drawn["costs"], CLASSES)))
    assert (first["from"], first["to"], second["to"]) == ("field", "wood", "town")
    assert float(first["value"]) == drawn["costs"].value[0, 1]
