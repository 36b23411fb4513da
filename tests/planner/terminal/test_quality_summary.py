from __future__ import annotations

from pathlib import Path

import pytest

from instances.study.findings import Severity
from planner.quality.item import Item, LayerItem
from planner.reissue import export as reissue
from planner.terminal.quality_summary import print_quality

MISSING = LayerItem("plan.gdb", "", Item("layers_missing", Severity.ERROR, 2, 0))
SLIVERS = LayerItem("plan.gdb", "TDGHDL", Item("slivers", Severity.WARNING, 5, 1, "3.00 m²"))


def test_what_is_checked_of_a_file_is_no_layer(capsys: pytest.CaptureFixture[str]) -> None:
    """One layer was checked, and of its file whether layers are missing: two checks of one layer."""
    print_quality((MISSING, SLIVERS))
    assert "1 layers: 2 checks" in " ".join(capsys.readouterr().out.split())


def test_of_several_runs_every_check_names_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else two lines about one layer of two scenarios cannot be told apart, nor are their layers counted."""
    monkeypatch.setattr(reissue, "runs_in", lambda folder: (folder / "base", folder / "loose"))
    monkeypatch.setattr(reissue, "_compared", lambda _runs: {})
    monkeypatch.setattr(reissue, "_one", lambda *_: ((), (SLIVERS,)))
    found = reissue.export(tmp_path, ["gdb"], check=True, out=tmp_path / "out").quality
    assert [one.file for one in found] == ["base/plan.gdb", "loose/plan.gdb"]
