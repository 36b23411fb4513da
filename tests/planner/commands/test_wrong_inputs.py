"""Each wrong input gives its sentence, its exit status, and no half-written folder."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
import shapely
import tomli_w
from typer.testing import CliRunner, Result

from planner.cli import app
from planner.runs import folder as run_folder
from tests.support import small_study
from tests.support.small_study import box, write_polygons
from tests.support.wrong_inputs import REGISTRY, Wrong, lines
from words.said import numbered


def run(study: Path, out: Path, *options: str) -> Result:
    """``sansheng run`` as a planner types it."""
    return CliRunner().invoke(app, ["run", str(study), "--out", str(out), *options])


@pytest.mark.parametrize("wrong", REGISTRY, ids=lambda wrong: wrong.name)
def test_a_wrong_input_gives_its_sentence(wrong: Wrong, tmp_path: Path) -> None:
    """Each wrong input is named with its place, ends with its exit status, and leaves nothing behind."""
    tree = small_study.tree()
    wrong.tree(tree)
    small_study.write_files(tmp_path)
    (tmp_path / "study.toml").write_text(tomli_w.dumps(tree), encoding="utf-8")
    wrong.files(tmp_path)
    before = sorted(tmp_path.iterdir())
    result = run(tmp_path / "study.toml", tmp_path / "out", *wrong.options)
    assert result.exit_code == wrong.status, result.stderr
    assert "Traceback" not in result.output
    assert result.stdout == ""
    for part in wrong.says:
        assert numbered(part, "en") in result.stderr  # entries of lists are counted from one
    assert sorted(tmp_path.iterdir()) == before


def test_there_are_thirty_wrong_inputs_and_more() -> None:
    """The registry is what the product promises to answer; no two entries are the same."""
    assert len({wrong.name for wrong in REGISTRY}) == len(REGISTRY) >= 30


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    """A planner with three faults in the study reads three lines, not one after the other."""
    tree = small_study.tree()
    tree["redlines"]["steep"]["where"] = "slpe > 25"
    tree["redlines"]["farmland"]["keep"] = ["crop"]
    small_study.write_files(tmp_path)
    (tmp_path / "slope.tif").unlink()
    (tmp_path / "study.toml").write_text(tomli_w.dumps(tree), encoding="utf-8")
    result = run(tmp_path / "study.toml", tmp_path / "out")
    assert result.exit_code == 2
    for place in ("layers.slope", "redlines.steep.where", "redlines.farmland.keep"):
        assert f"sansheng: {place}" in result.stderr


@pytest.mark.slow
def test_a_disk_that_cannot_be_written_keeps_the_old_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk or a missing permission half-way: one sentence, the old result, no draft."""
    study, out = small_study.write_quick_study(tmp_path / "study"), tmp_path / "out"
    assert run(study, out).exit_code == 0
    old = {path.name: path.read_bytes() for path in out.iterdir()}
    for number in (errno.ENOSPC, errno.EACCES, errno.EROFS):

        def fails(*_: object, number: int = number) -> None:
            raise OSError(number, os.strerror(number))

        monkeypatch.setattr(run_folder, "write_indicators", fails)
        result = run(study, out)
        assert result.exit_code == 2
        assert os.strerror(number) in result.stderr
        assert len(result.stderr.splitlines()) == 1
        assert {path.name: path.read_bytes() for path in out.iterdir()} == old
        assert sorted(entry.name for entry in tmp_path.iterdir()) == ["out", "study"]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_folder_without_permission_is_told_before_the_solve(tmp_path: Path) -> None:
    """Nobody waits for a plan that cannot be written."""
    study = small_study.write_study(tmp_path / "study")
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    result = run(study, locked / "out")
    assert result.exit_code == 2
    assert "Permission denied" in result.stderr


def test_out_that_is_a_file_is_refused(tmp_path: Path) -> None:
    """A file in the way is named and kept."""
    study = small_study.write_study(tmp_path / "study")
    (tmp_path / "out").write_text("mine")
    result = run(study, tmp_path / "out")
    assert (result.exit_code, (tmp_path / "out").read_text()) == (2, "mine")
    assert "is a file, not a folder" in result.stderr


def test_out_that_holds_other_files_is_refused(tmp_path: Path) -> None:
    """The study's own folder is never replaced by a result."""
    study = small_study.write_study(tmp_path / "study")
    result = run(study, tmp_path / "study")
    assert result.exit_code == 2
    assert "no run wrote" in result.stderr
    assert study.exists()


@pytest.mark.slow
def test_a_broken_polygon_is_mended_or_told(tmp_path: Path) -> None:
    """A polygon that crosses itself either counts where it lies, with a warning, or stops the run by name."""
    study = small_study.write_study(tmp_path / "study")
    left, top = small_study.LEFT, small_study.TOP
    bow = shapely.Polygon([(left, top), (left + 800, top - 800), (left + 800, top), (left, top - 800)])
    lines("farmland", bow)(study.parent)
    result = run(study, tmp_path / "out")
    assert result.exit_code in {0, 2}
    assert "redlines.farmland" in result.output


def test_parcels_without_their_field_are_told(tmp_path: Path) -> None:
    """A parcel layer whose class field does not exist is answered with the fields that do."""
    study = small_study.write_study(tmp_path / "study")
    write_polygons(
        study.parent / "parcels.gpkg", "parcels", {"0101": box(0, 0, 8, 12), "0301": box(8, 0, 16, 12)}
    )
    tree = {
        **small_study.tree(),
        "landcover": {"path": "parcels.gpkg", "field": "DLBM", "scheme": "GBT21010-2017"},
    }
    study.write_text(tomli_w.dumps(tree), encoding="utf-8")
    result = run(study, tmp_path / "out")
    assert result.exit_code == 2
    assert "landcover" in result.stderr
    assert "MC" in result.stderr


@pytest.mark.slow
def test_a_fault_of_ours_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What we did not foresee ends with status 1, a sentence, and a file with the details."""
    study = small_study.write_study(tmp_path / "study")

    def fails(*_: object) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(run_folder, "write_indicators", fails)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    result = run(study, tmp_path / "out")
    assert result.exit_code == 1
    assert "a fault of ours: ZeroDivisionError: division by zero" in result.stderr
    (kept,) = tmp_path.glob("sansheng-fault-*.log")
    assert "Traceback" in kept.read_text()
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_the_smallest_study_runs(tmp_path: Path) -> None:
    """What the registry changes is right to begin with: unchanged, it gives a plan."""
    study = small_study.write_study(tmp_path / "study")
    assert run(study, tmp_path / "out").exit_code == 0
