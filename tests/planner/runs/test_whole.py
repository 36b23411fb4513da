from __future__ import annotations

import errno
import json
import multiprocessing
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from types import SimpleNamespace

import pytest
from pyogrio.errors import DataLayerError

from instances.study.findings import StudyError
from planner.runs import manifest, whole
from planner.runs.whole import whole_file, whole_folder, writing


def fill(out: Path, text: str, files: tuple[str, ...] = ()) -> None:
    """Write a result as a run does."""
    with whole_folder(out) as draft:
        (draft / "certificate.json").write_text(json.dumps({"title": text}))
        for name in files:
            (draft / name).parent.mkdir(parents=True, exist_ok=True)
            (draft / name).write_text(text)


def title(out: Path) -> str:
    """What the result in a folder is called."""
    return str(json.loads((out / "certificate.json").read_text())["title"])


def held(folder: Path) -> list[str]:
    """Every file in a folder by its path."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def break_off(out: Path, fault: BaseException | type[BaseException]) -> None:
    """Write half a result and fail."""
    with whole_folder(out) as draft:
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
    fill(out, "one", ("plan.tif", "scenarios/base/map.png"))
    fill(out, "two")
    assert title(out) == "two"
    assert held(out) == ["certificate.json"]
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
    assert title(out) == "one"
    assert beside(out) == []


def test_a_run_that_fails_leaves_no_folder(tmp_path: Path) -> None:
    """Where nothing was, nothing is left: not even the folders above."""
    out = tmp_path / "a" / "b" / "out"
    with pytest.raises(KeyboardInterrupt), whole_folder(out):
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
    assert title(out) == "one"
    assert beside(out) == []


def test_foreign_files_are_never_replaced(tmp_path: Path) -> None:
    """A folder that holds what no run wrote is refused by name, and left as it is."""
    out = tmp_path / "out"
    fill(out, "one")
    (out / "thesis.docx").write_text("mine")
    with pytest.raises(StudyError, match="thesis.docx"):
        fill(out, "two")
    assert title(out) == "one"


def test_a_folder_without_a_certificate_is_not_ours(tmp_path: Path) -> None:
    """Even a file of our name in a folder without certificate is somebody's own."""
    out = tmp_path / "out"
    out.mkdir()
    (out / "plan.tif").write_text("mine")
    with pytest.raises(StudyError, match="no run wrote"):
        fill(out, "two")


@pytest.mark.parametrize(
    "name",
    [
        "notes.txt",
        "report.html-notes.txt",
        "mydata.aux.xml",
        "map.png-archive/thesis.docx",
        "scenarios/base/notes.txt",
        "scenarios/mine/thesis.docx",
        "report.html.ovr",
        "plan.tif.bak",
    ],
)
def test_what_looks_like_ours_is_not_ours(tmp_path: Path, name: str) -> None:
    """Only what a result lists is removed: a file of a like name, or deep inside, is named and kept."""
    out = tmp_path / "out"
    fill(out, "one", ("plan.tif", "report.html", "map.png", "scenarios/base/plan.tif"))
    (out / name).parent.mkdir(parents=True, exist_ok=True)
    (out / name).write_text("mine")
    with pytest.raises(StudyError, match=name.rpartition("/")[2]):
        fill(out, "two")
    assert ((out / name).read_text(), title(out)) == ("mine", "one")


def test_an_empty_folder_of_ones_own_is_named(tmp_path: Path) -> None:
    """Even a folder that somebody made for later is not removed."""
    out = tmp_path / "out"
    fill(out, "one")
    (out / "archive").mkdir()
    with pytest.raises(StudyError, match="archive"):
        fill(out, "two")
    assert (out / "archive").is_dir()


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    """A link to somebody's folder, put into a result, is foreign; what it leads to is never touched."""
    out, mine = tmp_path / "out", tmp_path / "mine"
    fill(out, "one")
    mine.mkdir()
    (mine / "thesis.docx").write_text("mine")
    (out / "link").symlink_to(mine)
    with pytest.raises(StudyError, match="link"):
        fill(out, "two")
    assert (mine / "thesis.docx").read_text() == "mine"


def test_a_file_that_was_edited_is_not_replaced(tmp_path: Path) -> None:
    """A project that somebody saved over ours is work of theirs: named and kept."""
    out = tmp_path / "out"
    fill(out, "one", ("plan.qgz", "report.html"))
    (out / "plan.qgz").write_text("mine")
    with pytest.raises(StudyError, match=r"changed since they were written: plan\.qgz"):
        fill(out, "two")
    assert (out / "plan.qgz").read_text() == "mine"


def test_a_look_into_a_geopackage_changes_nothing(tmp_path: Path) -> None:
    """QGIS writes counters into a GeoPackage that it only opens; that is no edit, an edit is."""
    out = tmp_path / "out"
    with whole_folder(out) as draft:
        (draft / "certificate.json").write_text("{}")
        with closing(sqlite3.connect(draft / "plan.gpkg")) as database, database:
            database.execute("CREATE TABLE patches (area REAL)")
    for mode in ("wal", "delete"):
        with closing(sqlite3.connect(out / "plan.gpkg")) as database:
            database.execute(f"PRAGMA journal_mode = {mode}")
    assert manifest.changed_in(out, "certificate.json") == []
    with closing(sqlite3.connect(out / "plan.gpkg")) as database, database:
        database.execute("INSERT INTO patches VALUES (1)")
    assert manifest.changed_in(out, "certificate.json") == ["plan.gpkg"]


def test_what_comes_while_a_run_works_is_kept(tmp_path: Path) -> None:
    """Notes put into the old result after the run began lie in the new one."""
    out = tmp_path / "out"
    fill(out, "one", ("scenarios/base/plan.tif",))
    with whole_folder(out) as draft:
        (draft / "certificate.json").write_text(json.dumps({"title": "two"}))
        (out / "scenarios" / "base" / "notes.txt").write_text("mine")
    assert (title(out), held(out)) == ("two", ["certificate.json", "scenarios/base/notes.txt"])
    assert beside(out) == []


@pytest.mark.parametrize(
    "name", [".out.previous-mine", ".out.draft-mine", ".out.previous-0123abcd", ".out.draft-0123abcd"]
)
def test_a_backup_of_a_like_name_is_somebodys_own(tmp_path: Path, name: str) -> None:
    """What lies beside a result is removed only where it bears our mark inside."""
    out, backup = tmp_path / "out", tmp_path / name
    fill(out, "one")
    backup.mkdir()
    (backup / "thesis.docx").write_text("mine")
    fill(out, "two")
    assert (backup / "thesis.docx").read_text() == "mine"
    shutil.rmtree(out)
    fill(out, "three")
    assert (backup / "thesis.docx").read_text() == "mine"


@pytest.mark.parametrize(
    "name", ["plan.tif.aux.xml", "plan.tif.ovr", "plan.gpkg-wal", ".DS_Store", "Thumbs.db"]
)
def test_what_programs_leave_beside_our_files_is_no_obstacle(tmp_path: Path, name: str) -> None:
    """A look at the result in GIS, which writes side files, does not hinder the next run."""
    out = tmp_path / "out"
    fill(out, "one", ("plan.tif", "plan.gpkg"))
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
    out.rename(tmp_path / ".out.previous-0000abcd")
    draft = tmp_path / ".out.draft-0000abcd"
    draft.mkdir()
    (draft / manifest.DRAFT).touch()
    (draft / "plan.tif").write_text("half")
    with pytest.raises(KeyboardInterrupt), whole_folder(out):
        raise KeyboardInterrupt
    assert title(out) == "one"
    assert beside(out) == []


@pytest.mark.slow
class Killed(BaseException):
    """Stands for the end of a process: nothing after it is done."""


@pytest.mark.parametrize("step", range(8))
def test_a_run_killed_while_it_deletes_the_result_before_leaves_nothing_for_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    """Whichever of its files or folders goes last, the next run knows the rest as ours and deletes it."""
    out = tmp_path / "out"
    fill(out, "one", ("a.txt", "below/z.txt"))
    left = [step]

    def counted(change: Callable[..., None]) -> Callable[..., None]:
        def counting(path: Path, **further: bool) -> None:
            if ".previous-" in str(path):
                if left[0] == 0:
                    raise Killed
                left[0] -= 1
            change(path, **further)

        return counting

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", counted(Path.unlink))
        patched.setattr(Path, "rmdir", counted(Path.rmdir))
        with suppress(Killed):
            fill(out, "two", ("a.txt",))
    assert title(out) == "two"
    fill(out, "three")
    assert title(out) == "three"
    assert beside(out) == []


def test_a_draft_that_another_run_holds_is_left_alone(tmp_path: Path) -> None:
    """Two runs into one folder do not delete each other's drafts."""
    out = tmp_path / "out"
    with whole_folder(out) as first:
        (first / "certificate.json").write_text(json.dumps({"title": "first"}))
        context = multiprocessing.get_context("spawn")
        other = context.Process(target=fill, args=(out, "second"))
        other.start()
        other.join()
        assert other.exitcode == 0
        assert title(first) == "first"
    assert title(out) == "first"


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


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    """The old file stays until the new one is whole; what a killed command left is not added to."""
    out = tmp_path / "new" / "table.csv"
    with whole_file(out) as draft:
        draft.write_text("old")
    draft.write_text("left by a kill")

    def write_half() -> None:
        with whole_file(out) as draft:
            assert not draft.exists()
            draft.write_text("half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_half()
    assert (out.read_text(), [path.name for path in out.parent.iterdir()]) == ("old", ["table.csv"])


@pytest.mark.parametrize("name", ["", ".", "/"])
def test_a_folder_is_no_file(name: str) -> None:
    """An empty path, too, is answered with a sentence."""
    with pytest.raises(StudyError, match="is a folder, not a file"), whole_file(Path(name)):
        pass
