"""The benchmark of models beside the layout, at a small size."""

from __future__ import annotations

from benchmarks.linked import CASES, county_of_waste, measured, page


def test_a_county_of_waste_is_solved_to_a_tenth_of_a_per_cent() -> None:
    """Twenty villages and six sites: the plan is within what is asked for of its bound, and a row of the
    page takes the place of the one before."""
    row = measured(next(iter(CASES)), lambda: county_of_waste(1, 20, 6, 12.0))
    assert 0 <= row.gap <= 1e-3
    once = page("", [row])
    assert once == page(once, [row])
    assert row.name in once
