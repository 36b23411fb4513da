"""Layers of other packages in a run's folder, as its project shows them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as Xml


@dataclass(frozen=True)
class Beside:
    """A layer of a package beside the plan's: its name in the project, its title, and its style."""

    name: str
    title: str
    about: str
    package: str
    table: str
    style: Xml.Element


def layers_beside(package: Path) -> Iterator[Beside]:
    """The layers of a GeoPackage of ours that hold a style; none where there is no such file."""
    if not package.is_file():
        return
    with closing(sqlite3.connect(package)) as database:
        rows = database.execute(
            "SELECT f_table_name, styleQML, styles.description, contents.description "
            "FROM layer_styles styles JOIN gpkg_contents contents ON contents.table_name = f_table_name "
            "WHERE useAsDefault ORDER BY id"
        ).fetchall()
    for number, (table, style, title, about) in enumerate(rows):
        found = Xml.fromstring(style).find("renderer-v2")
        if found is not None:
            name = f"{package.stem}_{number}"
            yield Beside(name, title.rpartition(" (")[0] or title, about, package.name, table, found)
