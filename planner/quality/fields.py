"""Fields of a layer against the standard's: which there are, their types, what they hold, their codes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from instances.study.findings import Severity
from instances.study.tables import table
from planner.export.fields import DECIMALS, DIGITS
from planner.export.standard import StandardField, standard_fields, standard_layers
from planner.quality.item import Item

LAND = ("JQDLTB", "TDGHDL")
"""Layers of the standard that cover the area, a polygon a patch of land."""
REQUIRED: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(LAND, ("DLBM", "DLMC", "MJ")),
    "XZQ": ("XZQDM", "XZQMC", "MJ"),
    **{one.name: ("MJ",) for one in standard_layers() if one.labels},
}
"""Fields that a layer must have beside ``BSM`` and ``YSDM``."""
CLASS_CODES = ("DLBM", "JQDLBM", "GHDLBM")
CENT = 10.0**-DECIMALS


def field_items(layer: str, frame: pd.DataFrame) -> Iterator[Item]:
    """Every check of names, types and contents of a layer as it was read from a file."""
    known, named = standard_fields(), layer in {one.name for one in standard_layers()}
    yield Item("layers_other", Severity.NOTE, 1, int(not named))
    there = [str(name) for name in frame.columns if name != "geometry"]
    wanted = ("BSM", "YSDM", *REQUIRED.get(layer, ()))
    missing = [name for name in wanted if name not in there]
    yield Item("fields_missing", Severity.ERROR, len(wanted), len(missing), ", ".join(missing))
    other = [name for name in there if name not in known]
    yield Item("fields_other", Severity.NOTE, len(there), len(other), ", ".join(other))
    present = [known[name] for name in there if name in known]
    wrong = [one.name for one in present if not _is_kind(frame[one.name], one)]
    yield Item("types", Severity.ERROR, len(present), len(wrong), ", ".join(wrong))
    right = [one for one in present if one.name not in wrong]
    yield from (_lengths(frame, right), *_numbers(frame, right))
    coded = [one.name for one in right if layer in LAND or one.name != "DLBM"]
    yield from _codes(frame, coded, named)


def _is_kind(column: pd.Series, field: StandardField) -> bool:
    """True for a column of the kind that the standard has for it; without rows any is."""
    numeric = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
    return column.isna().all() or numeric == (field.kind == "number")


def _texts(column: pd.Series) -> NDArray[np.object_]:
    """Texts of a column, empty where there is none: some formats have no empty text."""
    found: NDArray[np.object_] = column.fillna("").astype(str).to_numpy(dtype=object)
    return found


def _lengths(frame: pd.DataFrame, fields: list[StandardField]) -> Item:
    """Texts that are longer than the standard's field is."""
    checked, faults, example = 0, 0, ""
    for one in fields:
        if one.kind == "text":
            length = np.array([len(text) for text in _texts(frame[one.name])], dtype=int)
            over = length > one.length
            checked, faults = checked + len(length), faults + int(over.sum())
            if over.any() and not example:
                example = f"{one.name}: {length.max()} > {one.length}"
    return Item("lengths", Severity.ERROR, checked, faults, example)


def _numbers(frame: pd.DataFrame, fields: list[StandardField]) -> Iterator[Item]:
    """Numbers of features, each its own; areas above zero with the standard's decimals."""
    names = {one.name for one in fields}
    if "BSM" in names:
        texts = _texts(frame["BSM"])
        sound = np.array([len(one) == DIGITS and one.isdigit() for one in texts], dtype=bool)
        faults = ~sound | pd.Series(texts).duplicated(keep=False).to_numpy()
        yield Item("numbers", Severity.ERROR, len(texts), int(faults.sum()), _first(texts, faults))
    if "MJ" in names:
        area = frame["MJ"].to_numpy(dtype=float)
        cents = area / CENT
        near = np.abs(cents - np.round(cents)) <= 1e-6 * np.maximum(1.0, np.abs(cents) * 1e-6)
        faults = ~(near & (area > 0))
        yield Item("areas", Severity.ERROR, len(area), int(faults.sum()), _first(area, faults))


def _codes(frame: pd.DataFrame, names: list[str], standard: bool) -> Iterator[Item]:
    """Codes of classes that the classification has not; in layers of the ``standard`` codes of features and
    areas that are empty."""
    codes = {row["code"] for row in table("standard_codes.csv") if row["code"]}
    present = [name for name in CLASS_CODES if name in names]
    if present:
        texts = np.concatenate([_texts(frame[name]) for name in present])
        faults = np.array([one not in codes for one in texts], dtype=bool)
        yield Item("class_codes", Severity.ERROR, len(texts), int(faults.sum()), _first(texts, faults))
    for name, rule in (("YSDM", "feature_codes"), ("XZQDM", "area_codes")):
        if name in names and standard:
            empty = _texts(frame[name]) == ""
            yield Item(rule, Severity.WARNING, len(empty), int(empty.sum()))


def _first(values: NDArray[np.generic] | NDArray[np.object_], faults: NDArray[np.bool_]) -> str:
    """The first of the values that are at fault, as text; empty where none is."""
    return str(values[np.argmax(faults)]) if faults.any() else ""
