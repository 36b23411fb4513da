"""A map layer: its table, its names for readers and its style; every vector format writes these."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import geopandas as gpd
import pandas as pd

from instances.units.grid import Grid
from planner.styles.layer_styles import Mark
from planner.words.crs_names import crs_label
from words.catalogue import Words

_PLAIN = re.compile(r"\w")
_RESERVED = ("gpkg_", "sqlite_", "rtree_", "layer_styles", "_")
"""How the tables begin that a GeoPackage keeps for itself, and ours of names that are not plain."""


def _unmarked(_: str) -> tuple[Mark, ...]:
    """No marks in any language."""
    return ()


@dataclass(frozen=True, eq=False)
class Layer:
    """One layer of a plan: its table (with polygons, or without), its title, and the style on a field.

    Titles and names of fields are keys of the catalogue of words: a layer can be told in any language.
    """

    name: str
    table: pd.DataFrame
    title: str
    styled_by: str | None = None
    marks: Callable[[str], tuple[Mark, ...]] = _unmarked
    """The marks of the style in a language."""
    about: Mapping[str, object] = field(default_factory=dict)
    """The values that the title takes."""
    named: Mapping[str, str] = field(default_factory=dict)
    """Keys of the names of fields that are this layer's own; of others it is ``fields.NAME``."""
    briefer: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Of some fields, by their long texts, what says the same in fewer letters where a format has few."""
    shape: Literal["MultiPolygon", "LineString", "Point"] = "MultiPolygon"
    """What is drawn, where the table has geometry."""
    filed: str = ""
    """Its name in geodatabases, shapefiles and GeoParquet, where that is another one."""

    @property
    def file_name(self) -> str:
        """The name of the layer in formats that hold no titles."""
        return self.filed or self.name

    @property
    def has_geometry(self) -> bool:
        """True where the layer has polygons or lines."""
        return isinstance(self.table, gpd.GeoDataFrame)

    def emptied(self) -> Layer:
        """The layer without its rows: fields, names and style."""
        return replace(self, table=self.table.iloc[:0])

    def title_in(self, lang: str) -> str:
        """The title for readers."""
        return Words(lang).text(self.title, **self.about)

    def aliases(self, lang: str) -> dict[str, str]:
        """The name of every field for readers, in the order of the table."""
        words = Words(lang)
        columns = [str(name) for name in self.table.columns if name != "geometry"]
        return {name: words.text(self.named.get(name, f"fields.{name}")) for name in columns}


def table_names(names: Iterable[str]) -> dict[str, str]:
    """The name of a layer for each of some names: as they are, but for a line before those that no GeoPackage
    takes, and a number after those that are alike but for upper and lower case."""
    found: dict[str, str] = {}
    for name in names:
        wanted = name if _PLAIN.match(name) and not name.lower().startswith(_RESERVED) else f"_{name}"
        taken = {each.lower() for each in found.values()}
        number = 1
        while wanted.lower() in taken:
            number += 1
            wanted = f"{name}_{number}"
        found[name] = wanted
    return found


def described(layer: Layer, grid: Grid, lang: str) -> str:
    """A layer's title, and whether its areas are planar or ellipsoidal."""
    words = Words(lang)
    kind = words.text(f"area_kinds.{grid.area_kind}")
    return words.text(
        "layers.described", title=layer.title_in(lang), kind=kind, crs=crs_label(grid.crs.name, words)
    )
