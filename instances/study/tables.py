"""The project's own data tables: CSV files in ``instances/data``."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

Row = Mapping[str, str]


def table_text(name: str) -> str:
    """Text of a file of ``instances/data``; ``FileNotFoundError`` where the project has none of that name."""
    return files("instances").joinpath("data", *name.split("/")).read_text(encoding="utf-8")


@cache
def table(name: str) -> tuple[Row, ...]:
    """Rows of a CSV file of ``instances/data``, each a mapping from column to text."""
    return tuple(csv.DictReader(table_text(name).splitlines()))


def table_names(folder: str) -> tuple[str, ...]:
    """Names (without ``.csv``) of the tables in a folder of ``instances/data``."""
    entries = files("instances").joinpath("data", folder).iterdir()
    return tuple(sorted(entry.name.removesuffix(".csv") for entry in entries if entry.name.endswith(".csv")))
