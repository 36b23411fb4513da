"""Rasters inside zip files: which a zip holds, and the name under which GDAL opens one of them."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import NamedTuple

RASTER_ENDINGS = (".tif", ".tiff", ".img")
"""Endings of files that are meant to be rasters, in a zip and elsewhere."""

MARKED_UTF8 = 0x800
"""Flag of a file in a zip whose name is UTF-8; without it the name is in the writer's own code page."""


class Member(NamedTuple):
    """A file in a zip: ``opened`` is GDAL's name of it, ``shown`` the path inside as its writer saw it."""

    opened: str
    shown: str


def is_zip(path: Path) -> bool:
    """True where a file is a zip by its name."""
    return path.suffix.lower() == ".zip"


def rasters_inside(path: Path) -> tuple[Member, ...]:
    """The rasters of a zip by their paths inside, in order; empty where there are none, or it is broken."""
    return tuple(member for member in members(path) if member.opened.lower().endswith(RASTER_ENDINGS))


def members(path: Path) -> tuple[Member, ...]:
    """The files in a zip by their paths inside, in order; empty where it is broken.

    What macOS puts beside a file under its name (``__MACOSX/._x.tif``) is none.
    """
    try:
        with zipfile.ZipFile(path) as content:
            infos = [info for info in content.infolist() if not info.is_dir()]
    except (OSError, zipfile.BadZipFile, NotImplementedError, ValueError):
        return ()
    # Braces mark where the zip's own path ends, whatever its name.
    root = f"/vsizip/{{{path.resolve().as_posix()}}}"
    found = [Member(f"{root}/{info.filename}", _shown(info)) for info in infos if not _is_shadow(info)]
    return tuple(sorted(found))


def _shown(info: zipfile.ZipInfo) -> str:
    """The name as its writer saw it: without a mark it was taken for western, and is mostly Chinese."""
    if info.flag_bits & MARKED_UTF8 or info.filename.isascii():
        return info.filename
    try:
        return info.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return info.filename


def _is_shadow(info: zipfile.ZipInfo) -> bool:
    return info.filename.startswith("__MACOSX/") or info.filename.rsplit("/", 1)[-1].startswith("._")
