"""Land that stays whole: which pieces there are, what they may become, and what is told of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from instances.instance import Instance, read
from instances.study.file import load_study
from instances.study.findings import StudyError
from tests.support import small_study


def instance(folder: Path, lines: dict[str, Any] | None = None, **rule: Any) -> Instance:
    """The small study with one rule of land that stays whole, and more red lines."""
    table = {"classes": ["forest", "bare_unused"], **rule}
    changed = {"redlines": {**small_study.tree()["redlines"], **(lines or {})}, "whole": {"woods": table}}
    return read(load_study(small_study.write_study(folder, changed)))


def test_a_piece_is_land_of_one_class_that_hangs_together(tmp_path: Path) -> None:
    """The wood of 20 cells and the waste of 6 are a piece each; nothing else is."""
    wholes = instance(tmp_path).wholes
    assert wholes is not None
    assert sorted(wholes.area_ha.tolist()) == [6.0, 20.0]
    assert np.bincount(wholes.of[wholes.of >= 0]).tolist() == [20, 6]


def test_large_pieces_are_not_bound(tmp_path: Path) -> None:
    """``most_ha`` leaves the wood of 20 ha to itself."""
    wholes = instance(tmp_path, most_ha=10).wholes
    assert wholes is not None
    assert wholes.area_ha.tolist() == [6.0]


def test_a_condition_bounds_where_it_holds(tmp_path: Path) -> None:
    """Only what lies where the condition holds is a piece: slope is twice the column."""
    wholes = instance(tmp_path, where="slope < 3").wholes
    assert wholes is not None
    assert wholes.area_ha.tolist() == [8.0]  # two columns of four rows


def test_what_one_unit_may_not_become_no_unit_of_its_piece_may(tmp_path: Path) -> None:
    """A line bars forest from the first column of the waste: none of the waste may become forest. Without the
    line all of it may."""
    found = instance(tmp_path, {"low": {"where": "slope < 5", "forbid": ["forest"]}}, classes=["bare_unused"])
    assert found.wholes is not None
    waste = np.flatnonzero(found.wholes.of >= 0)
    forest = found.classes.names.index("forest")
    kind = found.kinds.of[waste]
    assert len(waste) == 6
    assert not found.kinds.allowed[kind, forest].any()
    assert found.kinds.allowed[kind, found.today[waste]].all()
    assert found.lifted("low")[kind, forest].all()


def test_a_piece_with_nothing_left_is_told_with_its_place(tmp_path: Path) -> None:
    """Where a line has part of a piece converted and another bars from the rest what that part may become."""
    tree = small_study.tree()
    lines = {
        "out": {"where": "slope < 3", "allow": ["water"], "existing": "convert"},
        "dry": {"where": "slope > 3", "forbid": ["water"]},
    }
    changed = {"redlines": {**tree["redlines"], **lines}, "whole": {"woods": {"classes": ["forest"]}}}
    path = small_study.write_study(tmp_path, changed)
    with pytest.raises(StudyError) as wrong:
        read(load_study(path))
    told = str(wrong.value)
    assert "whole.woods" in told
    assert "20.00 ha" in told


def test_land_that_is_not_there_is_told(tmp_path: Path) -> None:
    """A rule about classes that lie nowhere inside is a warning, no fault."""
    found = instance(tmp_path, where="slope > 24")
    assert any(item.place == "whole.woods" for item in found.findings)
    assert found.wholes is not None
    assert len(found.wholes) == 0
