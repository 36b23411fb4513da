"""Limits rounded to whole units, proven again: on every layout of small studies, and of a real one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner import load, optimise
from planner.recount.bound.floor import prove
from planner.recount.bound.rounding import Told, ToldRow, fits, layout_pays, rounded
from planner.runs.folder import write
from planner.runs.verify import verify
from tests.planner.recount.bound.test_proof import DATA, LAYOUTS, STUDIES, Drawn, changed, proofs, values


def drawn_rows(rng: np.random.Generator, drawn: Drawn) -> Told:
    """Rounding rows of any size and price, of limits and sides that there are, counted from anywhere."""
    sides = [(number, True) for number, row in enumerate(drawn.rows) if row.at_least is not None]
    sides += [(number, False) for number, row in enumerate(drawn.rows) if row.at_most is not None]
    rows = tuple(
        ToldRow(
            *sides[place], float(rng.choice([0.3, 1.0, 2.0, 3.5])), bool(rng.integers(2)), rng.uniform(0, 30)
        )
        for place in rng.integers(0, len(sides), 3)
    )
    otherwise = tuple((int(unit), int(rng.integers(4))) for unit in rng.choice(6, 2, replace=False))
    return Told(rows, otherwise)


@given(st.integers(0, 2**32 - 1))
def test_no_rounding_proves_more_than_the_best_plan(seed: int) -> None:
    """Whatever a certificate tells of rounding rows (sizes, prices, where they are counted from), what they
    prove is no more than the best of all layouts that keep the limits, and the plan costs the same counted as
    a whole or unit by unit."""
    rng = np.random.default_rng(seed)
    drawn = Drawn(seed, joined=bool(rng.integers(2)))
    record = drawn_rows(rng, drawn)
    assert fits(record, drawn.count, drawn.rows)
    proven = prove(drawn.count, drawn.weights, drawn.objective, drawn.priced, rounding=record)
    assert proven.floor <= drawn.best + proven.tolerance
    assert proven.charged == pytest.approx(proven.again, abs=proven.tolerance)


@given(st.integers(0, 2**32 - 1))
def test_every_layout_that_keeps_the_limits_keeps_the_rounded_ones(seed: int) -> None:
    """Of all 4,096 layouts none that keeps the bounds pays the rows less than they ask for."""
    rng = np.random.default_rng(seed)
    drawn = Drawn(seed, joined=False)
    record = drawn_rows(rng, drawn)
    bounds = [
        (-np.inf if row.at_least is None else row.at_least, np.inf if row.at_most is None else row.at_most)
        for row in drawn.rows
    ]
    found = rounded(record, drawn.count, drawn.rows, bounds)
    limits = zip(drawn.rows, bounds, strict=True)
    of_row = {(row.indicator, row.by, row.position): bound for row, bound in limits}
    keeps = np.ones(len(LAYOUTS), dtype=bool)
    for (name, by, position), (low, high) in of_row.items():
        value = values()[1][name, by][:, position or 0]
        keeps &= (value >= low - 1e-9) & (value <= high + 1e-9)
    lawful = drawn.instance.kinds.allowed[drawn.instance.kinds.of[np.arange(6)], :]
    keeps &= lawful[np.arange(6), LAYOUTS].all(axis=1)
    paid = found.paid[np.arange(6), LAYOUTS].sum(axis=1)
    assert (paid[keeps] >= found.asked - 1e-6 * max(1.0, abs(found.asked))).all()
    assert layout_pays(found, LAYOUTS[7]) == pytest.approx(paid[7])


@pytest.mark.slow
@pytest.mark.skipif(not DATA.exists(), reason="the real data (../shared/data) are not beside this checkout")
def test_the_whole_bound_of_dongguan_is_proven_without_a_solver(tmp_path: Path) -> None:
    """Dongguan at 300 m, where prices alone prove 570 t/yr less: the certificate tells of limits rounded to
    whole cells and of the few cells cut off at the edge, and ``verify`` proves all of the bound from them. A
    bound raised, a row left out or a size made another is found."""
    plan = optimise(load(STUDIES / "dongguan_300m.toml", lang="en"))
    write(plan, tmp_path / "run")
    certificate = plan.certificate
    assert certificate.proof is not None
    told = certificate.proof.rounding
    assert told is not None
    assert certificate.bound is not None
    assert told.bound - (certificate.proof.bound or 0.0) > 400
    assert 0 < len(told.otherwise) < 500
    assert proofs(verify(tmp_path / "run")) == ["verify.bound"]
    for change in (
        {"bound": told.bound + 100},
        {"rows": [one.model_dump() for one in told.rows[:-3]]},
        {"rows": [{**one.model_dump(), "size": 1.3 * one.size} for one in told.rows]},
        {"prices": [0.0 for _ in told.prices]},
        {"otherwise": [[10**9, 0]]},
    ):
        outcome = changed(tmp_path / "run", lambda tree, new=change: tree["proof"]["rounding"].update(new))
        assert any("proof, rounding" in one.figure for one in outcome.differences), change
