"""Latin words in what readers are shown, file by file, and which of them need no translation."""

from __future__ import annotations

import csv
import re
import sqlite3
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from html.parser import HTMLParser
from pathlib import Path

import openpyxl

LATIN = re.compile(r"[A-Za-z]{2,}(?:[ -][A-Za-z]+)*")
NEUTRAL = re.compile(
    r"`[^`]*`"  # keys and commands as they are typed
    r"|\b[0-9a-f]{16,}\b|#[0-9a-f]{6}\b"  # hashes, colours
    r"|[\w./（）-]*[\w（）]\.(?:tif|tiff|gpkg|gdb|shp|csv|toml|json|qgz|xlsx|html|png|pdf|log|qml|aux\.xml)\b"
    r"|(?:\.\.?/)?\b[\w（）-]+/[\w（）/-]+"  # folders
    r"|\b[a-z]\w*(?:_\w+|\.\w+)+\b|\[\w+\]|--[\w-]+"  # keys, tables, options
    r"|\b\w+ = \S+"  # a key and its value
    r"|tCO[2₂]e|\btC\b|\bkm\b|EPSG:\d+|sha256|\d+-\d+ KB"
)
"""What is the same in any language: what is typed, names of files, units."""
NAMES = set(
    re.findall(
        r"\S+",
        """
        Sansheng sansheng sansheng-certificate HiGHS QGIS CSV GeoPackage GeoTIFF Noto Sans CJK SC SIL Shift
        Ctrl-C PC ECA IIC dPC ID china-default CLCD GB DynamicWorld ESRI MODIS CORINE-grid MNR JSON Schema
        Dask MCD IGBP Esri OGC TOML GIS python gdal pyomo highspy numpy scipy rasterio pyogrio geopandas
        pyproj pandas shapely xlsxwriter matplotlib MWh tce auto exact decompose hand decided optimal
        feasible infeasible verify check run Greenprint
        """,
    )
)
"""Names of programs, fonts, measures and schemes; what a study or a command line takes as it is typed."""


class _Page(HTMLParser):
    """The texts of a page: what is seen, and what is said of pictures and buttons."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in ("style", "script")
        self.texts += [value for name, value in attrs if name in ("alt", "title", "aria-label") and value]

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("style", "script")

    def handle_data(self, data: str) -> None:
        if not self._hidden and data.strip():
            self.texts.append(data.strip())


def page_texts(path: Path) -> list[str]:
    """Every text of a page of HTML."""
    page = _Page()
    page.feed(path.read_text(encoding="utf-8"))
    return page.texts


def workbook_texts(path: Path) -> Iterator[str]:
    """Sheets, cells, comments, headers and footers of a workbook."""
    for sheet in openpyxl.load_workbook(path):
        yield sheet.title
        for row in sheet.iter_rows():
            for cell in row:
                yield from (cell.value,) if isinstance(cell.value, str) else ()
                yield from (cell.comment.text,) if cell.comment else ()
        for part in (sheet.oddHeader, sheet.oddFooter):
            yield from (text for side in (part.left, part.center, part.right) if (text := side.text))


def package_texts(path: Path) -> Iterator[str]:
    """What a GeoPackage says of its layers and fields, and the texts in fields that are made for readers."""
    with closing(sqlite3.connect(path)) as database:
        tables = database.execute("SELECT table_name, description FROM gpkg_contents").fetchall()
        named = {
            (table, column): title
            for table, column, title in database.execute(
                "SELECT table_name, column_name, title FROM gpkg_data_columns"
            )
        }
        yield from named.values()
        for table, description in tables:
            yield description or f"layer {table} has no description"
            if table == "layer_styles":
                told = database.execute("SELECT description FROM layer_styles WHERE useAsDefault")
                yield from (text for (text,) in told)  # the other language's style lies beside it
                continue
            for _, column, kind, *_ in database.execute(f'PRAGMA table_info("{table}")').fetchall():
                if column in ("fid", "geom"):
                    continue
                yield named.get((table, column), f"field {column} of {table} has no name")
                if kind.startswith("TEXT") and column not in ("name_en", "colour"):
                    yield from (
                        str(text)
                        for (text,) in database.execute(f'SELECT DISTINCT "{column}" FROM "{table}"')
                    )


def project_texts(path: Path) -> list[str]:
    """Names of layers, themes, pages and what stands on them, of a QGIS project."""
    with zipfile.ZipFile(path) as packed:
        project = next(packed.read(name) for name in packed.namelist() if name.endswith(".qgs")).decode()
    found = re.findall(r'(?:label|title|labelText|alias|text)="([^"]*)"', project)
    found += re.findall(r"<(?:title|abstract|layername|rights|projectname)>([^<]*)<", project)
    return found + re.findall(
        r'<(?:Layout|layer-tree-group|layer-tree-layer|visibility-preset)\b[^>]* name="([^"]*)"', project
    )


def table_texts(path: Path) -> Iterator[str]:
    """The cells of a CSV file below its header: headers are keys, which every language shares."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        for row in rows:
            yield from row


READERS = {
    ".html": page_texts,
    ".xlsx": workbook_texts,
    ".gpkg": package_texts,
    ".qgz": project_texts,
    ".csv": table_texts,
}


def foreign(texts: Iterable[str], keys: Iterable[str]) -> set[tuple[str, str]]:
    """Latin words that are no name, unit, file or key (``keys``: those of the study), with their texts."""
    known = NAMES | set(keys)
    return {
        (words, text[:160])
        for text in texts
        for words in LATIN.findall(NEUTRAL.sub(" ~ ", text))
        if words not in known and not set(re.split("[ ]", words)) <= known
    }
