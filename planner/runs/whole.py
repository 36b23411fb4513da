"""A folder written whole or not at all.

Everything is written into a draft beside the folder, brought to the disk, and then takes the folder's
place by renaming. What a killed run left behind is put right by the next run that writes there.
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pyogrio.errors import DataLayerError, DataSourceError
from rasterio.errors import RasterioError

from instances.study.findings import Finding, StudyError
from planner.runs.clearing import (
    hold,
    let_go,
    move_rest,
    put_right,
    refuse_what_is_not_ours,
    remove_listed,
)
from planner.runs.manifest import CERTIFICATE, DRAFT, seal
from words.said import say

WRITE_FAULTS = (OSError, RasterioError, DataSourceError, DataLayerError, sqlite3.OperationalError)
LITTLE = 1_000_000
"""Bytes left on a disk below which a failure to write means that it is full."""
REMEDIES = {
    errno.ENOSPC: "runs_writing.free_space",
    errno.EDQUOT: "runs_writing.free_quota",
    errno.EROFS: "runs_writing.read_only",
    errno.EACCES: "runs_writing.not_allowed",
    errno.EPERM: "runs_writing.not_allowed",
}


@contextmanager
def whole_folder(out: Path, proof: str = CERTIFICATE) -> Iterator[Path]:
    """A draft folder that takes the place of ``out`` when the block ends well, and vanishes when it does not.

    The block writes ``proof``, the file that shows the folder to be a finished result; in it every file of
    the folder is listed. A folder that holds what its own list does not, or a listed file that was changed
    since, is not replaced. Raises ``StudyError`` where ``out`` cannot be written, before the block is entered
    where that can be told.
    """
    try:
        out = out.resolve()
    except (OSError, RuntimeError):  # a link that leads to itself
        raise StudyError(
            [Finding(str(out), say("runs_folders.no_way"), say("runs_folders.another"))]
        ) from None
    with writing(out):
        put_right(out)
        refuse_what_is_not_ours(out, proof)
        made = _make_parents(out.parent)
        draft = out.parent / f".{out.name}.draft-{secrets.token_hex(4)}"
        draft.mkdir()
        (draft / DRAFT).touch()
    held = hold(draft)
    try:
        yield draft
        with writing(out):
            # Its list stands before its mark goes: killed in between, either tells the draft as ours.
            seal(draft, proof)
            _to_disk(draft)
            (draft / DRAFT).unlink()
            _swap(draft, out, proof)
        made = []
    finally:
        let_go(held)
        shutil.rmtree(draft, ignore_errors=True)
        for folder in made:
            with suppress(OSError):
                folder.rmdir()


@contextmanager
def whole_file(out: Path) -> Iterator[Path]:
    """A draft beside the file ``out``, of the same ending, that takes its place when the block ends well.

    Raises ``StudyError`` where ``out`` is a folder or cannot be written; what a killed command left is put
    right.
    """
    if not out.name or out.is_dir():
        raise StudyError(
            [Finding(str(out), say("runs_folders.is_a_folder"), say("runs_folders.name_a_file"))]
        )
    draft = out.with_name(f".{out.name}.draft{out.suffix}")
    with writing(out):
        out.parent.mkdir(parents=True, exist_ok=True)
        draft.unlink(missing_ok=True)
        try:
            yield draft
            draft.replace(out)
        finally:
            draft.unlink(missing_ok=True)


@contextmanager
def writing(out: Path) -> Iterator[None]:
    """Turn a failure to write into a finding that names ``out``, the fault and the remedy."""
    try:
        yield
    except WRITE_FAULTS as fault:
        raise StudyError([_finding(out, fault)]) from fault


def _finding(out: Path, fault: Exception) -> Finding:
    number = getattr(fault, "errno", None)
    if number is None and shutil.disk_usage(_nearest_folder(out)).free < LITTLE:
        number = errno.ENOSPC  # GDAL and SQLite tell of a full disk in many ways
    reason = os.strerror(number) if number else str(fault)
    remedy = say(REMEDIES.get(number or 0, "runs_writing.check"))
    kept = say("runs_writing.kept") if os.path.lexists(out) else say("runs_writing.nothing_half")
    return Finding(str(out), say("runs_writing.fault", reason=reason, kept=kept), remedy)


def _nearest_folder(out: Path) -> Path:
    return next(folder for folder in out.absolute().parents if folder.is_dir())


def _make_parents(parent: Path) -> list[Path]:
    """Make the folders above; returns those made, the deepest first."""
    missing = [folder for folder in (parent, *parent.parents) if not folder.exists()]
    parent.mkdir(parents=True, exist_ok=True)
    return missing


def _to_disk(folder: Path) -> None:
    """Bring every file to the disk; a disk that is full says so here at the latest."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb+") as stream:
                os.fsync(stream.fileno())
    sync_folder(folder)


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk, where the system can."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _swap(draft: Path, out: Path, proof: str) -> None:
    """Put the draft in the place of ``out``; the result before is deleted last, and what somebody put into it
    meanwhile is kept."""
    if not out.exists():
        draft.rename(out)
        sync_folder(out.parent)
        return
    aside = out.parent / f".{out.name}.previous-{secrets.token_hex(4)}"
    try:
        out.rename(aside)
        draft.rename(out)
    except BaseException:
        if aside.exists() and not out.exists():
            aside.rename(out)
        raise
    sync_folder(out.parent)
    remove_listed(aside, proof)
    move_rest(aside, out)
