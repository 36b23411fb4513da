"""A folder written whole or not at all.

Everything is written into a draft beside the folder, brought to the disk, and then takes the folder's
place by renaming. What a killed run left behind is put right by the next run that writes there:

* ``.NAME.draft-*``     a draft that nobody holds any more: deleted;
* ``.NAME.previous-*``  the result before, moved aside: put back where the folder is missing, else deleted.
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import sqlite3
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pyogrio.errors import DataLayerError, DataSourceError
from rasterio._err import CPLE_BaseError
from rasterio.errors import RasterioError

from instances.study.findings import Finding, StudyError

if sys.platform != "win32":
    import fcntl

CERTIFICATE = "certificate.json"
LEFT_BY_SYSTEMS = {".DS_Store", "Thumbs.db", "desktop.ini", ".directory"}
WRITE_FAULTS = (
    OSError,
    RasterioError,
    CPLE_BaseError,  # what rasterio lets through when GDAL fails while it copies
    DataSourceError,
    DataLayerError,
    sqlite3.OperationalError,
)
LITTLE = 1_000_000
"""Bytes left on a disk below which a failure to write means that it is full."""
REMEDIES = {
    errno.ENOSPC: "Free some space, or name a folder on another disk with --out",
    errno.EDQUOT: "Free some of your quota, or name a folder on another disk with --out",
    errno.EROFS: "Name a folder on a disk that can be written with --out",
    errno.EACCES: "Name a folder that you may write to with --out",
    errno.EPERM: "Name a folder that you may write to with --out",
}


@contextmanager
def whole_folder(out: Path, names: Collection[str], proof: str = CERTIFICATE) -> Iterator[Path]:
    """A draft folder that takes the place of ``out`` when the block ends well, and vanishes when it does not.

    ``names`` are the files that such a folder may hold; a folder that holds others, or that holds some
    without ``proof``, the one that shows it to be a finished result, is somebody else's and is refused.
    Raises ``StudyError`` where ``out`` cannot be written, before the block is entered where that can be told.
    """
    out = out.resolve()
    with writing(out):
        _put_right(out)
        _refuse_foreign(out, names, proof)
        made = _make_parents(out.parent)
        draft = out.parent / f".{out.name}.draft-{secrets.token_hex(4)}"
        draft.mkdir()
    held = _hold(draft)
    try:
        yield draft
        with writing(out):
            _to_disk(draft)
            _swap(draft, out)
        made = []
    finally:
        _let_go(held)
        shutil.rmtree(draft, ignore_errors=True)
        for folder in made:
            with suppress(OSError):
                folder.rmdir()


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
    remedy = REMEDIES.get(
        number or 0, "Check the folder and the space on its disk, or name another with --out"
    )
    kept = "the result before is kept" if out.exists() else "nothing is left half-written"
    return Finding(str(out), f"cannot be written ({reason}); {kept}", remedy)


def _nearest_folder(out: Path) -> Path:
    return next(folder for folder in (out, *out.absolute().parents) if folder.is_dir())


def _refuse_foreign(out: Path, names: Collection[str], proof: str) -> None:
    """``StudyError`` where ``out`` is something that must not be replaced."""
    if not out.exists():
        return
    if not out.is_dir():
        raise StudyError([Finding(str(out), "is a file, not a folder", "Name another folder with --out")])
    if out.is_mount() or out == Path.cwd():
        what = "is where a disk is mounted" if out.is_mount() else "is the folder you are in"
        remedy = f"Name a folder inside it, such as --out {out / 'plan'}"
        raise StudyError([Finding(str(out), f"{what}, so it cannot be replaced as a whole", remedy)])
    held = sorted(entry.name for entry in out.iterdir() if entry.name not in LEFT_BY_SYSTEMS)
    foreign = [name for name in held if not any(name == own or name.startswith(f"{own}-") for own in names)]
    foreign = [name for name in foreign if not name.endswith((".aux.xml", ".ovr"))]
    if held and proof not in held:
        foreign = held
    if foreign:
        more = f" and {len(foreign) - 3} more" if len(foreign) > 3 else ""
        fault = f"holds files that no run wrote: {', '.join(foreign[:3])}{more}"
        raise StudyError([Finding(str(out), fault, "Move them away, or name another folder with --out")])


def _make_parents(parent: Path) -> list[Path]:
    """Make the folders above; returns those made, the deepest first."""
    missing = [folder for folder in (parent, *parent.parents) if not folder.exists()]
    parent.mkdir(parents=True, exist_ok=True)
    return missing


def _put_right(out: Path) -> None:
    """Put right what killed runs left beside ``out``."""
    if not out.parent.is_dir():
        return
    for aside in sorted(out.parent.glob(f".{_literal(out.name)}.previous-*")):
        if out.exists():
            shutil.rmtree(aside, ignore_errors=True)
        else:
            aside.rename(out)
    for draft in out.parent.glob(f".{_literal(out.name)}.draft-*"):
        held = _hold(draft)
        if held is not None or sys.platform == "win32":  # Windows refuses to delete what is still open
            _let_go(held)
            shutil.rmtree(draft, ignore_errors=True)


def _literal(name: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)


def _hold(draft: Path) -> int | None:
    """Lock a draft as in use; None where another run holds it, or where there are no such locks."""
    if sys.platform == "win32":
        return None
    try:
        handle = os.open(draft, os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        return None
    return handle


def _let_go(handle: int | None) -> None:
    if handle is not None:
        os.close(handle)


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


def _swap(draft: Path, out: Path) -> None:
    """Put the draft in the place of ``out``; the result before is deleted last."""
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
    shutil.rmtree(aside, ignore_errors=True)
