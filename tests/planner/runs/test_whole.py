from __future__ import annotations

import errno
import multiprocessing
import os
from pathlib import Path
from types import SimpleNamespace

import pytest
from pyogrio.errors import DataLayerError

from instances.study.findings import StudyError
from planner.runs import whole
from planner.runs.whole import whole_folder, writing

NAMES = {"certificate.json", "plan.tif"}


def fill(out: Path, text: str) -> None:
    """Write a result as a run does."""
    with whole_folder(out, NAMES) as draft:
        (draft / "certificate.json").write_text(text)


def break_off(out: Path, fault: BaseException | type[BaseException]) -> None:
    """Write half a result and fail."""
    with whole_folder(out, NAMES) as draft:
        (draft / "certificate.json").write_text("half")
        raise fault


def beside(out: Path) -> list[str]:
    """Names of what lies beside a folder."""
    return sorted(entry.name for entry in out.parent.iterdir() if entry != out)


def test_a_folder_appears_whole(tmp_path: Path) -> None:
    """A result lies in its folder, parents made, and nothing else is left."""
    out = tmp_path / "a" / "b"
    fill(out, "one")
    assert [entry.name for entry in out.iterdir()] == ["certificate.json"]
    assert beside(out) == []


def test_a_run_replaces_the_result_before(tmp_path: Path) -> None:
    """The new result takes the place of the old one, whose files are gone."""
    out = tmp_path / "out"
    fill(out, "one")
    (out / "plan.tif").write_text("old")
    fill(out, "two")
    assert (out / "certificate.json").read_text() == "two"
    assert not (out / "plan.tif").exists()
    assert beside(out) == []


@pytest.mark.parametrize("fault", [KeyboardInterrupt, RuntimeError("a fault"), OSError(errno.ENOSPC, "full")])
def test_a_run_that_fails_keeps_the_result_before(
    tmp_path: Path, fault: BaseException | type[BaseException]
) -> None:
    """Whatever ends a run half-way, the old result is untouched and no draft is left."""
    out = tmp_path / "out"
    fill(out, "one")
    with pytest.raises((KeyboardInterrupt, RuntimeError, OSError)):
        break_off(out, fault)
    assert (out / "certificate.json").read_text() == "one"
    assert beside(out) == []


def test_a_run_that_fails_leaves_no_folder(tmp_path: Path) -> None:
    """Where nothing was, nothing is left: not even the folders above."""
    out = tmp_path / "a" / "b" / "out"
    with pytest.raises(KeyboardInterrupt), whole_folder(out, NAMES):
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("stop_at", [1, 2])
def test_an_interrupted_swap_keeps_the_result_before(
    tmp_path: Path, stop_at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C between the two renamings puts the old result back."""
    out = tmp_path / "out"
    fill(out, "one")
    calls, rename = [], Path.rename

    def interrupted(path: Path, target: Path) -> Path:
        calls.append(path)
        if len(calls) == stop_at:
            raise KeyboardInterrupt
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt):
        fill(out, "two")
    assert (out / "certificate.json").read_text() == "one"
    assert beside(out) == []


def test_foreign_files_are_never_replaced(tmp_path: Path) -> None:
    """A folder that holds what no run wrote is refused by name, and left as it is."""
    out = tmp_path / "out"
    fill(out, "one")
    (out / "thesis.docx").write_text("mine")
    with pytest.raises(StudyError, match="thesis.docx"):
        fill(out, "two")
    assert (out / "certificate.json").read_text() == "one"


def test_a_folder_without_a_certificate_is_not_ours(tmp_path: Path) -> None:
    """Even a file of our name in a folder without certificate is somebody's own."""
    out = tmp_path / "out"
    out.mkdir()
    (out / "plan.tif").write_text("mine")
    with pytest.raises(StudyError, match="no run wrote"):
        fill(out, "two")


@pytest.mark.parametrize("name", ["plan.tif.aux.xml", "plan.tif-wal", ".DS_Store", "Thumbs.db"])
def test_what_programs_leave_beside_our_files_is_no_obstacle(tmp_path: Path, name: str) -> None:
    """A look at the result in GIS, which writes side files, does not hinder the next run."""
    out = tmp_path / "out"
    fill(out, "one")
    (out / name).write_text("side")
    fill(out, "two")
    assert [entry.name for entry in out.iterdir()] == ["certificate.json"]


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    """A folder that somebody made for the result is used."""
    out = tmp_path / "out"
    out.mkdir()
    fill(out, "one")
    assert (out / "certificate.json").exists()


def test_a_file_is_not_replaced_by_a_folder(tmp_path: Path) -> None:
    """A file in the way is named and kept."""
    out = tmp_path / "out"
    out.write_text("mine")
    with pytest.raises(StudyError, match="is a file, not a folder"):
        fill(out, "one")
    assert out.read_text() == "mine"


def test_the_folder_one_is_in_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``--out .`` is refused with a folder inside it as the remedy."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StudyError, match="plan"):
        fill(Path(), "one")


def test_what_a_killed_run_left_is_put_right(tmp_path: Path) -> None:
    """A draft that nobody holds is deleted; a result moved aside comes back where the folder is missing."""
    out = tmp_path / "out"
    fill(out, "one")
    out.rename(tmp_path / ".out.previous-0000")
    (tmp_path / ".out.draft-0000").mkdir()
    with pytest.raises(KeyboardInterrupt), whole_folder(out, NAMES):
        raise KeyboardInterrupt
    assert (out / "certificate.json").read_text() == "one"
    assert beside(out) == []


def test_a_draft_that_another_run_holds_is_left_alone(tmp_path: Path) -> None:
    """Two runs into one folder do not delete each other's drafts."""
    out = tmp_path / "out"
    with whole_folder(out, NAMES) as first:
        (first / "certificate.json").write_text("first")
        context = multiprocessing.get_context("spawn")
        other = context.Process(target=fill, args=(out, "second"))
        other.start()
        other.join()
        assert other.exitcode == 0
        assert (first / "certificate.json").read_text() == "first"
    assert (out / "certificate.json").read_text() == "first"


def test_a_full_disk_is_told_with_its_remedy(tmp_path: Path) -> None:
    """The sentence says what is full and where else to write."""
    with pytest.raises(StudyError, match="No space left on device.*Free some space"), writing(tmp_path):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_disk_that_fills_at_the_last_moment_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Data that do not reach the disk do not become a result."""

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(whole.os, "fsync", full)
    with pytest.raises(StudyError, match="No space left"):
        fill(tmp_path / "out", "one")
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_recognised_whatever_the_library_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no space is left the sentence says so, not what SQLite or GDAL stumbled over."""
    monkeypatch.setattr(whole.shutil, "disk_usage", lambda _: SimpleNamespace(free=0))
    with pytest.raises(StudyError, match="No space left on device"), writing(tmp_path / "out"):
        raise DataLayerError("Could not create layer 'patches'")
