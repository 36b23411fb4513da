"""What a layer says of every polygon beside its land: colours, codes of classes, red lines, other areas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from instances.land.classes import Classes
from instances.land.standard_codes import standard_code
from instances.rules.redlines import RedLine
from instances.units.grid import Grid
from planner.export.areas import ellipsoidal_ha, planar_ha
from planner.export.fields import CUT
from planner.recount.layers.layered import CODES, Table, is_standard
from planner.recount.layers.reread import GEOMETRY
from planner.styles.layer_styles import hexadecimal
from words.catalogue import LANGS, Words

UNKNOWN = -2
"""The position of a class that there is not."""


def index_of(names: Sequence[object], told: Iterable[object]) -> NDArray[np.int64]:
    """(rows,) the first position of every name told among names, ``UNKNOWN`` for any other."""
    position = {name: number for number, name in reversed(list(enumerate(names)))}
    return np.array([position.get(name, UNKNOWN) for name in told], dtype=np.int64)


def classes_told(table: Table, field: str, classes: Classes) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(rows,) the class that a field tells, and (classes,) the first class that it cannot tell from each:
    under the standard's names several classes may have one code."""
    if field in table or not is_standard(table):
        return index_of(classes.names, table[field]), np.arange(len(classes))
    codes = [(one.code, one.name_zh) for one in map(standard_code, classes)]
    first = np.array([codes.index(each) for each in codes], dtype=np.int64)
    begins = CODES[field]
    number, name = _texts(table[f"{begins}BM"]), _texts(table[f"{begins}MC"])
    told = [f"{one} {other}" for one, other in zip(number, name, strict=True)]
    return index_of([f"{code} {name_zh}" for code, name_zh in codes], told), first


def wrongly_classed(
    table: Table, of: NDArray[np.int64], classes: Classes, field: str = "class"
) -> Iterator[tuple[str, int]]:
    """Fields that follow from the class of every row, (rows,) positions, and how many rows tell another."""
    if field == "class":
        values: dict[str, list[object]] = {
            "code": classes.codes.tolist(),
            "space": [str(item.space) for item in classes],
            "colour": [hexadecimal(item.colour) for item in classes],
        }
    else:
        values = {}
    if is_standard(table):
        codes = [standard_code(item) for item in classes]
        begins = CODES[field]
        values |= {f"{begins}BM": [one.code for one in codes], f"{begins}MC": [one.name_zh for one in codes]}
    for name, known in values.items():
        if name in table:
            expected = np.array([*known, None], dtype=object)[np.where(of < 0, len(known), of)]
            yield name, int((_texts(table[name]) != expected).sum())


def _texts(told: NDArray[Any]) -> NDArray[np.object_]:
    """Values as they were written: some formats have no empty text, and read it as nothing."""
    texts = told.astype(object)
    texts[pd.isna(told)] = ""
    return texts


def wrong_lines(told: NDArray[np.object_], lines: Sequence[RedLine], touched: NDArray[np.bool_]) -> int:
    """How many texts (rows,) are none by which the red lines touched (rows, lines) are told: in whatever
    language, and in a shapefile by their keys or cut."""
    if not len(told):
        return 0
    marks = [Words(lang).text("series.names") for lang in LANGS]
    rows, of = np.unique(touched, axis=0, return_inverse=True)
    wrong = 0
    for number, row in enumerate(rows):  # of which there are few: patches that touch the same lines are one
        mine = [line for line, is_touched in zip(lines, row, strict=True) if is_touched]
        names = ([line.label for line in mine], [line.name for line in mine])
        known = {mark.join(each) for mark in marks for each in names}
        texts, times = np.unique(_texts(told[of.ravel() == number]).astype(str), return_counts=True)
        right = [
            text in known or (text.endswith(CUT) and any(one.startswith(text[: -len(CUT)]) for one in known))
            for text in texts.tolist()
        ]
        wrong += int(times[~np.array(right)].sum())
    return wrong


def wrong_areas(table: Table, grid: Grid, share: float) -> Iterator[tuple[str, int]]:
    """Planar and ellipsoidal areas that stand beside the plan's own, and how many differ from the drawing."""
    if GEOMETRY not in table:
        return
    polygons = shapely.from_wkb(table[GEOMETRY])
    for field, area in (("planar_ha", planar_ha), ("ellipsoidal_ha", ellipsoidal_ha)):
        found = area(polygons, grid) if field in table else None
        if found is not None:
            yield field, int((~np.isclose(table[field].astype(float), found, rtol=share)).sum())


def joined(kinds: Iterable[object], names: Iterable[object]) -> NDArray[np.object_]:
    """(rows,) kind and name of every row as one text."""
    return np.array([f"{kind} {name}".strip() for kind, name in zip(kinds, names, strict=True)], dtype=object)


def sums_of(kinds: Iterable[object], names: Iterable[object], areas: Iterable[float]) -> dict[str, float]:
    """The sum of areas of every kind and class."""
    found: dict[str, float] = {}
    for key, area in zip(joined(kinds, names), areas, strict=True):
        found[key] = found.get(key, 0.0) + float(area)
    return found
