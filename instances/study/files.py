"""Input files: found by the path the study names, with near names where there is none, and their sha256."""

from __future__ import annotations

import difflib
import hashlib
import json
import os
from pathlib import Path

from instances.study.findings import Findings
from words.said import Said, say

SHOWN = 8
"""Names of files that a remedy lists."""
SHAPEFILE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
"""Files of a shapefile that decide what is read."""


def find_file(path: str, folder: Path, place: str, findings: Findings) -> Path | None:
    """The file that a study names, relative to the study's folder; a finding and None where it is missing.

    A folder is accepted where it is a file geodatabase (``.gdb``).
    """
    if not path.strip():
        findings.error(place, say("study_inputs.empty"), say("study_inputs.name_file"))
        return None
    if any(ord(sign) < 32 for sign in path):
        findings.error(
            place,
            say("study_inputs.signs", path=json.dumps(path, ensure_ascii=False)),
            say("study_inputs.quote"),
        )
        return None
    found = folder / path
    try:
        present, is_folder, is_file = found.exists(), found.is_dir(), found.is_file()
    except (OSError, ValueError) as fault:
        findings.error(
            place,
            say("study_inputs.no_path", path=repr(path), reason=str(fault)),
            say("study_inputs.correct"),
        )
        return None
    if not present:
        findings.error(place, say("study_inputs.missing", path=path), _near_file(path, found))
        return None
    if is_folder and found.suffix.lower() != ".gdb":
        findings.error(place, say("study_inputs.folder", path=path), say("study_inputs.name_inside"))
        return None
    if not is_folder and not is_file:
        findings.error(place, say("study_inputs.no_regular", path=path), say("study_inputs.name_file"))
        return None
    if found.suffix.lower() == ".shp":
        missing = [f"{found.stem}{end}" for end in (".shx", ".dbf") if part_of_shapefile(found, end) is None]
        if missing:
            told = (
                missing[0]
                if len(missing) == 1
                else say("study_inputs.both", one=missing[0], other=missing[1])
            )
            findings.error(
                place, say("study_inputs.parts", path=path, parts=told), say("study_inputs.copy_parts")
            )
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


def _near_file(path: str, missing: Path) -> Said:
    """What to do where there is no file: one of a like name, a path written for another system, or what its
    folder holds."""
    parent = missing.parent
    if "\\" in path and os.sep != "\\":
        return say("study_inputs.slashes", path=path.replace("\\", "/"))
    if not parent.is_dir():
        return say("study_inputs.no_folder", name=parent.name or parent)
    names = sorted(entry.name for entry in parent.iterdir() if not entry.name.startswith("."))
    close = nearest(missing.name, names)
    if close is not None:
        return say("finding.did_you_mean", close=close)
    if not names:
        return say("study_inputs.empty_folder")
    if len(names) > SHOWN:
        return say("study_inputs.holds_more", names=names[:SHOWN], more=len(names) - SHOWN)
    return say("study_inputs.holds", names=names)
