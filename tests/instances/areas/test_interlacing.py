"""How interwoven town and country are: by hand on a few cells, and natural breaks by trying all."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from instances.areas.interlacing import GRADES, Interlacing, Land, interlacing, natural_breaks
from tests.support.made_files import made_grid

KINDS = {"B": 0, "F": 1, "N": 2}


def measured(rows: list[str], units: list[list[int]]) -> Interlacing:
    """The measures of a map of cells of one hectare, B built, F farmed, N other; the units of its cells."""
    kind = np.array([[KINDS[each] for each in row] for row in rows], dtype=np.int8).ravel()
    grid = made_grid(len(rows), len(rows[0]))
    member = np.array(units, dtype=np.int32).ravel()
    build = np.where(kind == 0, 0.0, 100.0)
    run = np.array([50.0, 2.0, -4.0])[kind]
    return interlacing(Land(grid, kind, build, run), member, int(member.max()) + 1)


def test_measures_of_a_few_cells_by_hand() -> None:
    """Two units of two by two hectares: two homesteads apart in the first, one field of built land beside
    them, and built land alone in the second."""
    found = measured(["BFBB", "FBBB"], [[0, 0, 1, 1]] * 2)
    # Edges of 100 m: cell 0 with its two fields, cell 5 with the same two; and a field with the town in the
    # second unit, half of which each unit has.
    assert found.measures["edge"].tolist() == pytest.approx([(400 + 50) / 4, 50 / 4])
    half = np.log(2) / np.log(3)
    assert found.measures["mix"].tolist() == pytest.approx([half, 0.0])
    # Two pieces of one hectare, cut at the border of the unit: two places lie apart in half of all cases.
    assert found.measures["fragmentation"].tolist() == pytest.approx([0.5, 0.0])
    assert found.measures["build"].tolist() == pytest.approx([100.0, 0.0])
    assert found.measures["run"].tolist() == pytest.approx([26.0, 50.0])
    assert found.built_share.tolist() == [0.5, 1.0]


def test_town_or_country_alone_has_no_grade() -> None:
    """Grade 0 where there is no built land, or nothing else; the only interwoven unit has grade 1."""
    found = measured(["BFBBFN", "FBBBFN"], [[0, 0, 1, 1, 2, 2]] * 2)
    assert found.grade.tolist() == [1, 0, 0]
    assert np.isnan(found.score[1:]).all()


def test_more_interwoven_has_the_higher_grade() -> None:
    """Where only edges and mix differ, more of both is a higher grade."""
    found = measured(["BBBBFB", "FFFFBF"], [[0, 0, 1, 1, 2, 2]] * 2)
    assert found.grade[2] > found.grade[0]


@given(
    values=st.lists(st.integers(0, 30), min_size=1, max_size=9),
    groups=st.integers(1, GRADES),
)
def test_breaks_are_the_best_of_all(values: list[int], groups: int) -> None:
    """No other way to part the values has a smaller sum of squared distances to the means."""
    ordered = np.sort(np.array(values, dtype=float))
    kept = np.unique(ordered)
    groups = min(groups, len(kept))

    def spread(breaks: tuple[float, ...]) -> float:
        group = np.searchsorted(np.array(breaks), ordered, side="left")
        return sum(float(((ordered[group == g] - ordered[group == g].mean()) ** 2).sum()) for g in set(group))

    found = natural_breaks(np.array(values, dtype=float), groups)
    assert len(found) == groups - 1
    best = min(spread(breaks) for breaks in combinations(kept[:-1].tolist(), groups - 1))
    assert spread(found) == pytest.approx(best, abs=1e-9)


def test_breaks_of_very_many_values_are_found_between_steps() -> None:
    """Five clusters of a thousand values each are told apart."""
    rng = np.random.default_rng(1)
    values = np.concatenate([centre + 0.05 * rng.random(1000) for centre in range(5)])
    assert np.searchsorted(np.array(natural_breaks(values, 5)), [0.02, 1.02, 2.02, 3.02, 4.02]).tolist() == [
        0, 1, 2, 3, 4,
    ]  # fmt: skip
    assert natural_breaks(np.empty(0), 5) == ()
