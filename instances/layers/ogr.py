"""The door to OGR: what pyogrio reads and writes, with paths taken as they are.

pyogrio takes ``!`` in a path for the mark of a file inside an archive and ``;`` for parameters of an
address, so that folders such as ``!projects`` could be neither read nor written.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pyogrio
import pyogrio.raw
import pyogrio.util
from numpy.typing import NDArray
from pyproj.exceptions import CRSError

_split_path = pyogrio.util.vsi_path


def _plain_path(path: str | Path) -> str:
    """A path for GDAL: one on this machine as it is, anything else as pyogrio reads it."""
    text = str(path)
    if text.startswith("/vsi") or "://" in text or not Path(text).parent.is_dir():
        return str(_split_path(path))
    archive, inner, _ = text.rpartition("!")
    if inner and not Path(text).exists() and Path(archive).is_file():
        return str(_split_path(path))
    zipped = text.endswith(".zip") and not text.endswith(pyogrio.util.MULTI_EXTENSIONS)
    return f"/vsizip/{text}" if zipped else text


# Its functions look the name up where they need it; there is no argument by which to tell them.
for _module in (pyogrio.util, pyogrio.core, pyogrio.raw):
    _module.vsi_path = _plain_path


@contextmanager
def patient() -> Iterator[None]:
    """Polygons with many holes take some drivers longer to sort out; they say so, and it is no fault."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "organizePolygons", RuntimeWarning)
        yield


def layer_kinds(path: Path) -> dict[str, str | None]:
    """The layers of a file and the kind of their geometries, None for tables that have none."""
    return {str(name): kind for name, kind in pyogrio.list_layers(path)}


def read_features(path: Path, **options: Any) -> pd.DataFrame:
    """A layer's features as a (geo)dataframe; options and errors are those of ``pyogrio.read_dataframe``, and
    ``CRSError`` where its CRS is no text."""
    try:
        with patient():
            frame: pd.DataFrame = pyogrio.read_dataframe(path, **options)
    except UnboundLocalError as fault:  # what pyogrio comes to where the text of a CRS cannot be decoded
        raise CRSError("the CRS is no text") from fault
    return frame


def read_columns(path: Path, **options: Any) -> tuple[Any, NDArray[Any], NDArray[Any], list[NDArray[Any]]]:
    """A layer as arrays: what it is, feature numbers, geometries as WKB, fields; as ``pyogrio.raw.read``."""
    with patient():
        meta, numbers, geometries, fields = pyogrio.raw.read(path, **options)
    return meta, numbers, geometries, fields


def write_features(table: pd.DataFrame, path: Path, **options: Any) -> None:
    """Write a table as a layer; options and errors are those of ``pyogrio.write_dataframe``."""
    pyogrio.write_dataframe(table, path, **options)
