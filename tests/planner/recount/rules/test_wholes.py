"""Land that stays whole, from the study file to a verified folder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from planner import load, optimise, run, verify
from planner.recount.ledger import Ledger
from planner.recount.rules.wholes import check_wholes
from tests.support.small_study import write_study

WHOLE = {"places": {"label": "Places", "classes": ["forest", "bare_unused", "grassland"]}}


def test_no_piece_is_split_and_verify_says_so(tmp_path: Path) -> None:
    """A run keeps pieces whole, by either method; its bound is proven again with every piece as one unit."""
    study = write_study(tmp_path / "study", {"whole": WHOLE, "solver": {"room": 0.5}})
    result = run(study, out=tmp_path / "out")
    record = result.plan.certificate.whole[0]
    assert (record.pieces, record.area_ha) == (3, 38.0)
    assert not result.plan.problem.splits(result.plan.layout).any()
    found = verify(tmp_path / "out")
    assert found.differences == ()
    assert any(one.key == "wholes.verified" for one in found.checked)
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "stay or go as one each" in page


@pytest.mark.slow
def test_a_split_piece_is_found(tmp_path: Path) -> None:
    """A layout in which one cell of a wood goes alone is no plan of this study."""
    study = write_study(tmp_path, {"whole": WHOLE, "solver": {"room": 0.5}})
    plan = optimise(load(study))
    layout = plan.layout.copy()
    first = int(np.flatnonzero(plan.instance.wholes.of == 0)[0])  # type: ignore[union-attr]
    layout[first] = (layout[first] + 1) % len(plan.instance.classes)
    ledger = Ledger()
    check_wholes(plan.certificate, plan.instance, layout, ledger)
    assert any("several classes" in str(one) for one in ledger.differences)


def test_least_sizes_beside_it_are_kept_as_well(tmp_path: Path) -> None:
    """Pieces that stay whole count with all of their land, and nothing new lies in smaller ones: verified."""
    patches = {"woods": {"classes": ["forest"], "min_ha": 4, "kind": "project"}}
    study = write_study(tmp_path / "study", {"whole": WHOLE, "patches": patches, "solver": {"room": 0.5}})
    plan = run(study, out=tmp_path / "out").plan
    assert not plan.problem.splits(plan.layout).any()
    assert plan.certificate.patches is not None
    assert plan.certificate.patches.kept
    found = verify(tmp_path / "out")
    assert found.differences == ()
    assert {"wholes.verified", "patches.verified"} <= {one.key for one in found.checked}
