"""What may be removed to make room for a result: what a result's own list names, and nothing else, ever.

What a killed command left behind is put right by the next one that writes there:

* ``.NAME.draft-*``     a draft that nobody holds any more: deleted;
* ``.NAME.previous-*``  the result before, moved aside: put back where the folder is missing, else deleted.

Both bear a mark of ours inside (a draft the file ``DRAFT``, a result its list); whatever else has such a name
is somebody's own.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from instances.study.findings import Finding, StudyError
from planner.runs.manifest import (
    DRAFT,
    LEFT_BY_SYSTEMS,
    PROOFS,
    changed_in,
    files_in,
    foreign_in,
    is_side,
    listed_in,
    proof_of,
    read_proof,
)
from words.said import Said, say

if sys.platform != "win32":
    import fcntl

MOST_NAMED = 3


def refuse_what_is_not_ours(out: Path, proof: str) -> None:
    """``StudyError`` where ``out`` is something that must not be replaced."""
    if not out.exists():
        return
    if not out.is_dir():
        raise StudyError([Finding(str(out), say("runs_folders.is_a_file"), say("runs_folders.another"))])
    if out.is_mount() or out == Path.cwd():
        key = "runs_folders.mounted" if out.is_mount() else "runs_folders.standing_in"
        remedy = say("runs_folders.inside", path=out / "plan")
        raise StudyError([Finding(str(out), Said(key, {}), remedy)])
    ours = proof if proof_of(out) is not None and (out / proof).is_file() else None
    for key, names in (
        ("runs_folders.foreign", foreign_in(out, ours)),
        ("runs_folders.changed", changed_in(out, proof) if ours else []),
    ):
        if names:
            raise StudyError([Finding(str(out), _naming(key, names), say("runs_folders.move_away"))])


def _naming(key: str, names: list[str]) -> Said:
    """A sentence with names, the first of many."""
    named = list(names[:MOST_NAMED])
    if len(names) <= MOST_NAMED:
        return Said(key, {"names": ", ".join(named)})
    return Said(key, {"names": say("runs_folders.and_more", names=named, more=len(names) - MOST_NAMED)})


def put_right(out: Path) -> None:
    """Put right what killed commands left beside ``out``."""
    for aside in _left(out, "previous"):
        proof = proof_of(aside)
        if proof is None:
            _remove_empty(aside)
            continue
        if out.exists():
            remove_listed(aside, proof)
            move_rest(aside, out)
        else:
            aside.rename(out)
    for draft in _left(out, "draft"):
        held = hold(draft)
        free = held is not None or sys.platform == "win32"  # Windows refuses to delete what is still open
        let_go(held)
        if free and (draft / DRAFT).is_file():
            shutil.rmtree(draft, ignore_errors=True)
        elif free and (proof := proof_of(draft)) is not None:
            remove_listed(draft, proof)
        elif free:
            with suppress(OSError):  # killed before its mark was in it: empty, else it is somebody's own
                draft.rmdir()


def _left(out: Path, kind: str) -> Iterator[Path]:
    """Folders beside ``out`` with the name of a draft or of a result moved aside."""
    if not out.parent.is_dir():
        return
    named = re.compile(re.escape(f".{out.name}.{kind}-") + "[0-9a-f]{8}")
    for path in sorted(out.parent.iterdir()):
        if named.fullmatch(path.name) and path.is_dir() and not path.is_symlink():
            yield path


def remove_listed(folder: Path, proof: str) -> None:
    """Delete what a result lists, what programs keep beside that, and the folders that are then empty."""
    tree = read_proof(folder / proof) or {}
    listed = {*listed_in(tree), proof}
    kept = set(changed_in(folder, proof))
    ours = [name for name in files_in(folder) if name in listed - kept or is_side(name, listed)]
    # The list goes last: whoever is killed on the way leaves what can still be told as ours.
    every = [folder / name for name in ours if name != proof] + _of_systems(folder)
    for path in (*every, folder / proof):
        with suppress(OSError):
            path.unlink()
    above = {parent for name in ours for parent in Path(name).parents}
    for parent in sorted(above, key=lambda path: -len(path.parts)):
        with suppress(OSError):
            (folder / parent).rmdir()


def _of_systems(folder: Path) -> list[Path]:
    return [
        Path(above) / name for above, _, files in os.walk(folder) for name in files if name in LEFT_BY_SYSTEMS
    ]


def _remove_empty(folder: Path) -> None:
    """Delete folders in which there is nothing: what is left of one that was killed while it was deleted."""
    for above, _, _ in sorted(os.walk(folder), key=lambda found: -len(Path(found[0]).parts)):
        with suppress(OSError):
            Path(above).rmdir()


def move_rest(aside: Path, out: Path) -> None:
    """Bring what somebody else put into a result that was moved aside to the same place in the new one; what
    has no room there stays where it is."""
    if not aside.exists():
        return
    for name in files_in(aside):
        target = out / name
        with suppress(OSError):
            if not os.path.lexists(target) and target.name not in PROOFS:
                target.parent.mkdir(parents=True, exist_ok=True)
                (aside / name).rename(target)
    _remove_empty(aside)


def hold(draft: Path) -> int | None:
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


def let_go(handle: int | None) -> None:
    """Give up a lock."""
    if handle is not None:
        os.close(handle)
