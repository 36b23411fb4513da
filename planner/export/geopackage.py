"""The plan as a GeoPackage: its layers with styles that QGIS loads by itself, and readable field names.

Geometry and tables are written by pyogrio; styles (table ``layer_styles``) and field names (the schema
extension, ``gpkg_data_columns``) by SQL. The same plan gives the same bytes: times of writing are fixed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from types import MappingProxyType

from instances.layers.geopackages import dated
from instances.layers.ogr import write_features
from instances.units.grid import Grid
from planner.export.layer import Layer, described
from planner.export.layers import plan_layers
from planner.plans.plan import Plan
from planner.styles.layer_styles import polygon_qml, polygon_sld
from words.catalogue import LANGS, Words

WRITTEN = "2000-01-01T00:00:00.000Z"
"""Stands for the time of writing, so that equal plans are equal files."""
VERSION = "1.2"
"""Version of the GeoPackage standard: programs of 2022 warn of later ones."""

EMPTY: Mapping[str, str] = MappingProxyType({})
_STYLE_TABLE = """
CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256), f_geometry_column TEXT(256),
    styleName TEXT(30), styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT,
    owner TEXT(30), ui TEXT(30), update_time DATETIME DEFAULT CURRENT_TIMESTAMP
)"""
_REGISTER = (
    "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change, srs_id) "
    "VALUES ('layer_styles', 'attributes', 'layer_styles', ?, ?, 0)"
)
_INSERT_STYLE = (
    "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, "
    "styleQML, styleSLD, useAsDefault, description, owner, update_time) "
    "VALUES ('', '', ?, ?, ?, ?, ?, ?, ?, '', ?)"
)
_SCHEMA_EXTENSION = """
CREATE TABLE IF NOT EXISTS gpkg_data_columns (
    table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT,
    mime_type TEXT, constraint_name TEXT,
    CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name), CONSTRAINT gdc_tn UNIQUE (table_name, name)
);
CREATE TABLE IF NOT EXISTS gpkg_data_column_constraints (
    constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT, min NUMERIC,
    min_is_inclusive BOOLEAN, max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
    CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value)
);
CREATE TABLE IF NOT EXISTS gpkg_extensions (
    table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL,
    definition TEXT NOT NULL, scope TEXT NOT NULL,
    CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name)
);
INSERT INTO gpkg_extensions VALUES
    ('gpkg_data_columns', NULL, 'gpkg_schema',
     'http://www.geopackage.org/spec121/#extension_schema', 'read-write'),
    ('gpkg_data_column_constraints', NULL, 'gpkg_schema',
     'http://www.geopackage.org/spec121/#extension_schema', 'read-write');
"""


def write_geopackage(
    plan: Plan, path: Path, lang: str | None = None, layers: Iterable[Layer] | None = None
) -> tuple[Layer, ...]:
    """Write the layers of a plan (or ``layers`` in their place) to ``path`` (.gpkg), replacing it.

    Layers: ``patches``, ``changes``, ``reasons``, ``conflicts``, ``network``, ``redlines``, ``today``, of a
    study with districts ``districts`` and ``balance``, of parcels ``units``, and the table ``classes``;
    ``lang`` (zh or en; default: the study's) is the language of names and of the style loaded by itself,
    the other language's style lies beside it. Returns what was written, the tables emptied.
    """
    lang = lang or plan.instance.study.lang
    path.unlink(missing_ok=True)
    written = []
    for layer in plan_layers(plan, lang) if layers is None else layers:
        with dated(WRITTEN):
            _write(layer, path, plan.instance.grid, lang)
        written.append(layer.emptied())
    with closing(sqlite3.connect(path)) as database, database:
        database.executescript(_SCHEMA_EXTENSION)
        database.execute(_STYLE_TABLE)
        for layer in written:
            _name_fields(database, layer, lang)
            _style(database, layer, lang)
        database.execute(_REGISTER, (Words(lang).text("layers.styles"), WRITTEN))
    return tuple(written)


def _write(layer: Layer, path: Path, grid: Grid, lang: str) -> None:
    """Add one layer to the file, which is made with the first."""
    append = path.exists()
    options = {"IDENTIFIER": layer.name, "DESCRIPTION": described(layer, grid, lang)}
    promoted = layer.shape.startswith("Multi")
    drawn = {"geometry_type": layer.shape, "promote_to_multi": promoted} if layer.has_geometry else {}
    write_features(
        layer.table,
        path,
        layer=layer.name,
        driver="GPKG",
        append=append,
        dataset_options=None if append else {"VERSION": VERSION},
        layer_options=options | ({"GEOMETRY_NAME": "geom"} if layer.has_geometry else {}),
        **drawn,
    )


def name_layers(path: Path, layers: Mapping[str, str], lang: str, own: Mapping[str, str] = EMPTY) -> None:
    """Name layers of a file that is written already (by the key of their title), and their fields, as readers
    do; fields have the names of ``fields.NAME`` unless ``own`` has the key of another."""
    words = Words(lang)
    with closing(sqlite3.connect(path)) as database, database:
        database.executescript(_SCHEMA_EXTENSION)
        for name, title in layers.items():
            columns = database.execute("SELECT name FROM pragma_table_info(?)", (name,)).fetchall()
            named = {field: words.find(own.get(field, f"fields.{field}")) for (field,) in columns}
            _tell_names(database, name, {field: alias for field, alias in named.items() if alias})
            told = (words.text(title), name)
            database.execute("UPDATE gpkg_contents SET description = ? WHERE table_name = ?", told)


def _name_fields(database: sqlite3.Connection, layer: Layer, lang: str) -> None:
    _tell_names(database, layer.name, layer.aliases(lang))


def _tell_names(database: sqlite3.Connection, layer: str, aliases: Mapping[str, str]) -> None:
    database.executemany(
        "INSERT INTO gpkg_data_columns (table_name, column_name, name, title) VALUES (?, ?, ?, ?)",
        [(layer, field, alias, alias) for field, alias in aliases.items()],
    )


def _style(database: sqlite3.Connection, layer: Layer, default: str) -> None:
    """Keep a layer's style in every language, the default's to be loaded by itself."""
    if layer.styled_by is None:
        return
    for lang in LANGS:
        marks = layer.marks(lang)
        database.execute(
            _INSERT_STYLE,
            (
                layer.name,
                "geom",
                f"{layer.name} ({lang})",
                polygon_qml(layer.styled_by, marks, layer.aliases(lang)),
                polygon_sld(layer.name, layer.styled_by, marks),
                lang == default,
                f"{layer.title_in(lang)} ({Words(lang).text('layers.language')})",
                WRITTEN,
            ),
        )
