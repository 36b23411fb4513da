"""Input files: found by the path the study names, with near names where there is none, and their sha256."""

from __future__ import annotations

import difflib
import hashlib
from pathlib import Path

from instances.study.findings import Findings
from words.said import say

SHAPEFILE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
"""Files of a shapefile that decide what is read."""


def find_file(path: str, folder: Path, place: str, findings: Findings) -> Path | None:
    """The file that a study names, relative to the study's folder; a finding and None where it is missing.

    A folder is accepted where it is a file geodatabase (``.gdb``).
    """
    if not path.strip():
        findings.error(place, "its path is empty", "Name a file")
        return None
    found = folder / path
    try:
        present, is_folder = found.exists(), found.is_dir()
    except (OSError, ValueError) as fault:
        findings.error(place, f"{path!r} is not a path that can be read ({fault})", "Correct the path")
        return None
    if not present:
        findings.error(place, f"there is no file {path}", _near_file(found))
        return None
    if is_folder and found.suffix.lower() != ".gdb":
        findings.error(place, f"{path} is a folder, not a file", "Name the file inside it")
        return None
    if not is_folder and not found.is_file():
        findings.error(place, say("vector.no_ordinary_file", path=path), say("vector.copy_into_file"))
        return None
    if found.suffix.lower() == ".shp":
        missing = [end for end in (".shx", ".dbf") if part_of_shapefile(found, end) is None]
        if missing:
            names = " and ".join(f"{found.stem}{end}" for end in missing)
            findings.error(place, f"{path} lacks {names}", "Copy all files of the shapefile together")
            return None
    return found


def part_of_shapefile(shapefile: Path, termination: str) -> Path | None:
    """The file beside a ``.shp`` with the given ending in lower or upper case; None where there is none."""
    for end in (termination, termination.upper()):
        part = shapefile.with_suffix(end)
        if part.is_file():
            return part
    return None


def input_hashes(path: str, folder: Path) -> dict[str, str]:
    """sha256 of an input by the path as the study names it: of every part of a shapefile, of every file
    of a file geodatabase, else of the one file. Empty where the file is missing."""
    found = folder / path
    if found.is_dir():
        inner = sorted(part for part in found.rglob("*") if part.is_file() and part.suffix != ".lock")
        return {f"{path.rstrip('/')}/{part.relative_to(found).as_posix()}": sha256(part) for part in inner}
    if found.suffix.lower() == ".shp":
        parts = [part_of_shapefile(found, end) for end in SHAPEFILE_PARTS]
        stem = path[: -len(found.suffix)]
        return {stem + part.suffix: sha256(part) for part in parts if part is not None}
    return {path: sha256(found)} if found.is_file() else {}


def sha256(path: Path) -> str:
    """sha256 of a file as hexadecimal text; reads it in pieces."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def nearest(word: str, known: tuple[str, ...] | list[str]) -> str | None:
    """The known word most like ``word``, upper and lower case alike; None where none is near."""
    lowered = {name.lower(): name for name in reversed(known)}
    close = difflib.get_close_matches(word.lower(), list(lowered), n=1, cutoff=0.5)
    return lowered[close[0]] if close else None


def _near_file(missing: Path) -> str:
    parent = missing.parent
    if not parent.is_dir():
        return f"There is no folder {parent.name or parent} either: check the path"
    names = sorted(entry.name for entry in parent.iterdir() if not entry.name.startswith("."))
    close = nearest(missing.name, names)
    if close is not None:
        return f"Did you mean `{close}`?"
    if not names:
        return "That folder is empty: check the path"
    more = f" and {len(names) - 8} more" if len(names) > 8 else ""
    return f"That folder holds {', '.join(names[:8])}{more}"
