"""Names in layers of years, counted again."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from planner.recount.beside.named import Called, check_names
from planner.recount.ledger import Ledger

CALLED = {"why": Called("reason", ("early", "budget"), "schedule_reasons")}


class Land:
    """A class with its name for readers."""

    name = "cropland"

    def label(self, lang: str) -> str:
        """Its name in a language."""
        return {"en": "Cropland", "zh": "耕地"}[lang]


def table(**fields: list[str | None]) -> dict[str, Any]:
    """A layer of one row or more."""
    return {field: np.array(cells, dtype=object) for field, cells in fields.items()}


@pytest.mark.parametrize(
    ("lang", "name", "why", "wrong"),
    [
        ("en", "Cropland", "The money of a better year is spent", 0),
        ("zh", "耕地", "更好年份的经费已用完", 0),
        ("en", "耕地", "The money of a better year is spent", 1),
        ("en", "Cropland", "Because", 1),
        ("en", None, None, 2),
    ],
)
def test_a_wrong_name_is_found(lang: str, name: str | None, why: str | None, wrong: int) -> None:
    """Names of classes and reasons are those of the study's language; what a layer has no field for is left
    out."""
    ledger = Ledger()
    instance = cast("Any", SimpleNamespace(study=SimpleNamespace(lang=lang), classes=[Land()]))
    told = table(from_class=["cropland"], from_name=[name], reason=["budget"], why=[why])
    check_names("layer", told, instance, CALLED, ledger)
    assert len(ledger.differences) == wrong
