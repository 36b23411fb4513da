"""What a folder holds: every file that was written into it, listed with its hash in the folder's proof.

The proof of a run is its ``certificate.json``, that of a comparison ``comparison.json``, and so on. It lists
every other file of its folder, those of the runs inside as well, and of a run also what its study says, table
by table. Last it has a seal, the hash of all of this. Whoever replaces a result removes what is listed and
nothing else; whoever verifies one compares what is listed with what is there.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from planner.plans.record import FileRecord, StudyRecord

CERTIFICATE, STUDY = "certificate.json", "study.toml"
DRAFT = ".sansheng-draft"
"""The file that marks a draft as ours; no list has it."""
DRAFT_OF = re.compile(r"\.(.+)\.draft2?")
"""The name of a draft, beside the file that it is of."""
PROOFS = (
    CERTIFICATE,
    "comparison.json",
    "front.json",
    "alternatives.json",
    "robust.json",
    "monitor.json",
    "replan.json",
)
"""Files that show a folder to be a finished result."""
FILES, ASKED, SEAL = "files", "study", "seal"
"""Entries of a proof: the files listed, what the study says, the seal."""
LEFT_BY_SYSTEMS = frozenset({".DS_Store", "Thumbs.db", "desktop.ini", ".directory"})
SIDES = {
    **dict.fromkeys((".aux.xml", ".ovr"), (".tif", ".png")),
    **dict.fromkeys(("-wal", "-shm", "-journal"), (".gpkg",)),
}
"""What GIS programs append to the names of which files for what they keep of them beside them."""
MOST_BYTES = 200_000_000
"""A larger file is no proof."""
_SQLITE = b"SQLite format 3\x00"
_LOOKED_AT = (18, 19, *range(24, 28), *range(92, 100))
"""Bytes of an SQLite file that change where somebody only looks at it: journal mode, counters, version."""
_KINDS = {
    "plan.tif": "layout",
    "plan.gpkg": "layers",
    STUDY: "study",
    CERTIFICATE: "certificate",
    "report.html": "report",
    "plan.xlsx": "workbook",
    "run.log": "log",
    **dict.fromkeys(PROOFS[1:], "record"),
}
_BY_ENDING = {
    ".csv": "table",
    ".png": "picture",
    ".qml": "style",
    ".sld": "style",
    ".xml": "style",
    ".qgz": "project",
    ".tif": "raster",
    ".gpkg": "layers",
}


def kind_of(name: str) -> str:
    """What a file of a result is, by its name; ``other`` where nothing is known of it."""
    path = Path(name)
    return _KINDS.get(path.name) or _BY_ENDING.get(path.suffix) or "other"


def seal(folder: Path, proof: str) -> None:
    """List what a folder holds in its proof, and seal that; ``ValueError`` where the proof is no table."""
    tree = read_proof(folder / proof)
    if tree is None:
        raise ValueError(f"{proof} is no table")
    if (folder / STUDY).is_file():
        tree[ASKED] = study_record(folder / STUDY).model_dump()
    tree[FILES] = {name: entry(folder / name) for name in files_in(folder) if name not in (proof, DRAFT)}
    _write(folder / proof, tree)


def relist(changed: Iterable[Path]) -> None:
    """Files that were rightly written anew: bring them into the lists of the folder that holds them and of
    those above it that list them."""
    waiting = [path.resolve() for path in changed]
    above = {folder for path in waiting for folder in list(path.parents)[:4]}
    for folder in sorted(above, key=lambda folder: -len(folder.parts)):
        proof = proof_of(folder)
        tree = None if proof is None else read_proof(folder / proof)
        if proof is None or tree is None:
            continue
        names = [path.relative_to(folder).as_posix() for path in waiting if path.is_relative_to(folder)]
        known = {"", *(name.rpartition("/")[0] for name in tree[FILES])}
        ours = [name for name in names if name.rpartition("/")[0] in known and name != proof]
        if ours:
            tree[FILES] |= {name: entry(folder / name) for name in ours}
            _write(folder / proof, tree)
            waiting.append(folder / proof)


def _write(path: Path, tree: dict[str, Any]) -> None:
    """Write a proof with its seal, whole or not at all."""
    tree.pop(SEAL, None)
    text = json.dumps({**tree, SEAL: seal_of(tree)}, ensure_ascii=False, indent=2, allow_nan=False)
    draft = path.with_name(f".{path.name}.draft")
    try:
        draft.write_text(text + "\n", encoding="utf-8")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def seal_of(tree: Mapping[str, Any]) -> str:
    """The sha256 of everything in a proof but its seal, however it is laid out."""
    return _canonical({name: value for name, value in tree.items() if name != SEAL})


def read_proof(path: Path) -> dict[str, Any] | None:
    """The table of a proof; None where there is none that can be read."""
    try:
        if not stat.S_ISREG(path.stat().st_mode) or path.stat().st_size > MOST_BYTES:
            return None
        tree = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return tree if isinstance(tree, dict) else None


def proof_of(folder: Path) -> str | None:
    """The proof of a finished result that lists its files; None where a folder holds none."""
    for name in PROOFS:
        tree = read_proof(folder / name) if (folder / name).is_file() else None
        if tree is not None and isinstance(tree.get(FILES), dict):
            return name
    return None


def study_record(path: Path) -> StudyRecord:
    """What a study file says, whole and table by table, whatever its layout and comments."""
    tree = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    return StudyRecord(sha256=_canonical(tree), parts=dict(_parts(tree)))


def _parts(tree: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in tree.items():
        if isinstance(value, dict) and value and all(isinstance(one, dict) for one in value.values()):
            yield from ((f"{name}.{inner}", _canonical(one)) for inner, one in value.items())
        else:
            yield name, _canonical(value)


def _canonical(tree: Any) -> str:
    text = json.dumps(tree, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def entry(path: Path) -> dict[str, Any]:
    """What a list says of a file."""
    return record_of(path).model_dump(exclude_none=True)


def record_of(path: Path) -> FileRecord:
    """Size, sha256 and kind of a file; of an SQLite file also the hash of what is in it."""
    whole, within, size = hashlib.sha256(), hashlib.sha256(), 0
    with path.open("rb") as stream:
        head = stream.read(100)
        is_table = head.startswith(_SQLITE)
        whole.update(head)
        if is_table:
            kept = bytearray(head)
            for place in _LOOKED_AT:
                kept[place : place + 1] = b"\x00"
            within.update(kept)
        size += len(head)
        while piece := stream.read(1 << 20):
            size += len(piece)
            whole.update(piece)
            if is_table:
                within.update(piece)
    content = within.hexdigest() if is_table else None
    return FileRecord(bytes=size, sha256=whole.hexdigest(), what=kind_of(path.name), content=content)


def agrees(path: Path, said: FileRecord) -> bool:
    """True where a file is the one listed, even if somebody looked into it meanwhile; ``OSError`` where it
    cannot be read."""
    if not stat.S_ISREG(path.lstat().st_mode) or path.stat().st_size != said.bytes:
        return False
    now = record_of(path)
    return now.sha256 == said.sha256 or (said.content is not None and now.content == said.content)


def files_in(folder: Path) -> list[str]:
    """Every file of a folder by its path from there, sorted; links are files, wherever they lead."""
    found = []
    for above, folders, files in os.walk(folder):
        linked = [name for name in folders if (Path(above) / name).is_symlink()]
        found += [(Path(above) / name).relative_to(folder).as_posix() for name in (*files, *linked)]
    return sorted(name for name in found if Path(name).name not in LEFT_BY_SYSTEMS)


def empty_folders(folder: Path) -> list[str]:
    """Folders inside that hold nothing at all, by their path from there, sorted."""
    walk = os.walk(folder)
    empty = [
        Path(above) for above, folders, files in walk if not folders and not set(files) - LEFT_BY_SYSTEMS
    ]
    return sorted(path.relative_to(folder).as_posix() for path in empty if path != folder)


def foreign_in(folder: Path, proof: str | None) -> list[str]:
    """What lies in a folder and is not listed there, sorted; side files of what is listed are not foreign."""
    tree = None if proof is None else read_proof(folder / proof)
    listed = set() if tree is None else {*tree[FILES], str(proof)}
    return sorted(
        name
        for name in (*files_in(folder), *empty_folders(folder))
        if name not in listed and not is_side(name, listed)
    )


def is_side(name: str, listed: Collection[str]) -> bool:
    """True for what a GIS program keeps beside a listed file, and for a draft of it that a killed command
    left."""
    folder, slash, last = name.rpartition("/")
    draft = DRAFT_OF.fullmatch(last)
    if draft is not None and f"{folder}{slash}{draft[1]}" in listed:
        return True
    return any(
        name.endswith(end) and name.removesuffix(end).endswith(of) and name.removesuffix(end) in listed
        for end, of in SIDES.items()
    )


def changed_in(folder: Path, proof: str) -> list[str]:
    """Listed files that are no longer what was written, sorted; side files, which GIS programs write anew,
    are not among them, nor are files that are gone, nor those that a command was killed while it renewed."""
    tree = read_proof(folder / proof) or {}
    changed = [] if tree.get(SEAL) == seal_of(tree) else [proof]
    for name, told in listed_in(tree).items():
        path = folder / name
        if not os.path.lexists(path) or is_side(name, tree[FILES]) or agrees(path, told):
            continue
        if not _being_renewed(path):
            changed.append(name)
    return sorted(changed)


def renewing(path: Path) -> Path:
    """The draft that lies beside a listed file from before it is written anew until all lists know of it."""
    return path.with_name(f".{path.name}.draft")


def _being_renewed(path: Path) -> bool:
    """True where a command was killed after it wrote a file anew and before all lists knew: its draft is
    still there and is the same. With the file the list beside it changes."""
    drafts = [renewing(path)] if path.name not in PROOFS else path.parent.glob(".*.draft")
    for draft in drafts:
        file = draft.with_name(draft.name[1:].removesuffix(".draft"))
        if draft.is_file() and file.is_file() and draft.read_bytes() == file.read_bytes():
            return True
    return False


def listed_in(tree: Mapping[str, Any]) -> dict[str, FileRecord]:
    """The files that a proof lists; entries that are none, or lead out of the folder, are left out."""
    found = {}
    for name, told in (tree.get(FILES) or {}).items():
        plain = not re.match(r"^([A-Za-z]:|[/\\])", name) and ".." not in re.split(r"[/\\]", name)
        try:
            record = FileRecord.model_validate(told)
        except ValueError:
            continue
        if plain and name:
            found[name] = record
    return found
