"""Districts: a division of the study area (townships, zones) by which limits can be set."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from instances.land.codes import plain_number
from instances.layers.vector_files import field_of, lies_in_area, read_vector
from instances.rules.district_areas import drawn_hectares, overlaps, tell_areas, tell_overlaps
from instances.rules.naming import some
from instances.study.findings import Findings
from instances.study.schema import DistrictSource
from instances.units.cover import owner
from instances.units.grid import FloatArray, Grid
from instances.units.sums import sum_by
from words.catalogue import LANGS
from words.said import say


@dataclass(frozen=True, eq=False)
class Districts:
    """A division of the units: ``member[i]`` is the district of unit ``i``, -1 where it lies in none."""

    name: str
    names: tuple[str, ...]
    member: NDArray[np.int32]
    labels: Mapping[str, str] = field(default_factory=dict)
    """The division's name for readers, by language."""
    names_by_lang: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The districts' names in the languages for which the file has a field of its own."""
    drawn_ha: FloatArray | None = None
    """(districts,) area of the polygons as the file draws them, in ha."""
    outlines: NDArray[np.object_] | None = None
    """(districts,) whole outlines in the CRS of the grid, of units that were made."""

    def __len__(self) -> int:
        return len(self.names)

    def total(self, values: FloatArray) -> FloatArray:
        """(districts,) the sum of ``values`` (units,) over each district."""
        return sum_by(self.member, values, len(self))

    def label(self, lang: str) -> str:
        """The division's name for readers of a language; the one of its table where the study gives none."""
        return self.labels.get(lang) or next(iter(self.labels.values()), self.name)

    def names_in(self, lang: str) -> tuple[str, ...]:
        """The districts' names for readers of a language."""
        return self.names_by_lang.get(lang, self.names)

    def find(self, name: str) -> int | None:
        """The position of the district that a study means by a name, in any of its languages: the very name,
        else the only one that differs in case, spaces or full-width characters alone; else None."""
        if name in self.names:
            return self.names.index(name)
        wanted = _folded(name)
        found = {
            position
            for names in (self.names, *self.names_by_lang.values())
            for position, own in enumerate(names)
            if _folded(own) == wanted
        }
        return found.pop() if len(found) == 1 else None

    @classmethod
    def whole(cls, units: int) -> Districts:
        """The whole area as one district."""
        return cls("", ("",), np.zeros(units, dtype=np.int32))


def _folded(name: str) -> str:
    """A name without what readers do not see: case, spaces, full-width forms."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def read_districts(
    name: str, source: DistrictSource, grid: Grid, folder: Path, findings: Findings
) -> Districts | None:
    """The division ``[districts.<name>]`` of the units; None, with findings, where it cannot be used.

    A raster cell belongs to the district at its centre (the last in the file of several that overlap there),
    a parcel to the district that holds most of it where at least half of it lies in districts. Polygons of
    one name are one district. Land that districts share, districts whose counted area is far off the drawn
    one, and land in no district are told in ha.
    """
    place = f"districts.{name}"
    frame = read_vector(source, place, folder, findings, grid.crs)
    if frame is None:
        return None
    column = field_of(frame, source.name, f"{place}.name", findings)
    if column is None or not lies_in_area(frame, grid, place, findings):
        return None
    frame = _usable(frame, column, place, findings)
    if frame is None:
        return None
    position, names = pd.factorize(pd.Series([plain_number(value) for value in frame[column]]))
    order = np.argsort(position, kind="stable")
    polygons = shapely.geometrycollections(frame.geometry.to_numpy()[order], indices=position[order])
    drawn = drawn_hectares(polygons, grid)
    labels = tuple(str(label) for label in names)
    member = owner(polygons, grid)
    told = _names_by_lang(frame, source, position, labels, place, findings)
    districts = Districts(name, labels, member, labels_of(source), told, drawn)
    _tell(districts, len(frame), grid, place, findings)
    tell_overlaps(overlaps(polygons, drawn, grid), labels, grid, place, findings)
    tell_areas(polygons, drawn, labels, member, grid, place, findings)
    return districts


def labels_of(source: DistrictSource) -> dict[str, str]:
    """A division's name for readers, by language."""
    if isinstance(source.label, dict):
        return {str(lang): text for lang, text in source.label.items()}
    return dict.fromkeys(LANGS, source.label) if source.label else {}


def _names_by_lang(
    frame: gpd.GeoDataFrame,
    source: DistrictSource,
    position: NDArray[np.intp],
    names: tuple[str, ...],
    place: str,
    findings: Findings,
) -> dict[str, tuple[str, ...]]:
    """The districts' names in each language for which the study names a field; a district whose field is
    empty keeps its plain name."""
    columns = {
        str(each): field_of(frame, wanted, f"{place}.names.{each}", findings)
        for each, wanted in source.names.items()
    }
    return {
        each: _first_names(frame[column], position, names)
        for each, column in columns.items()
        if column is not None
    }


def _first_names(column: pd.Series, position: NDArray[np.intp], names: tuple[str, ...]) -> tuple[str, ...]:
    """(districts,) the first text of a column over each district's polygons, else its plain name."""
    texts = pd.Series([plain_number(value) for value in column.fillna("")])
    first = texts[texts != ""].groupby(position[(texts != "").to_numpy()]).first()
    return tuple(str(first.get(number, name)) for number, name in enumerate(names))


def _usable(frame: gpd.GeoDataFrame, column: str, place: str, findings: Findings) -> gpd.GeoDataFrame | None:
    """The polygons that have a name."""
    areal = shapely.get_dimensions(frame.geometry.to_numpy()) == 2
    if not areal.any():
        findings.error(place, say("rules_districts.no_polygon"), say("rules_districts.name_polygons"))
        return None
    named = (frame[column].notna() & (frame[column].astype(str).str.strip() != "")).to_numpy()
    if not (areal & named).any():
        findings.error(
            f"{place}.name",
            say("rules_districts.no_name", field=column),
            say("rules_districts.name_the_field"),
        )
        return None
    if not areal.all():
        count = int(np.count_nonzero(~areal))
        findings.warn(place, say("rules_districts.no_area", n=count), say("rules_districts.left_out"))
    if not named[areal].all():
        count = int(np.count_nonzero(~named & areal))
        findings.warn(
            f"{place}.name",
            say("rules_districts.some_nameless", field=column, n=count),
            say("rules_districts.left_out"),
        )
    return frame[areal & named]


def _tell(districts: Districts, polygons: int, grid: Grid, place: str, findings: Findings) -> None:
    """Tell of polygons of one name, of land in no district and of districts without land."""
    if polygons > len(districts):
        findings.note(
            place,
            say("rules_districts.names", polygons=polygons, n=len(districts)),
            say("rules_districts.one_name"),
        )
    outside = districts.member < 0
    if outside.any():
        area = float(np.sum(grid.area_ha, where=outside))
        findings.warn(
            place,
            say("rules_districts.in_none", n=int(outside.sum()), units=len(grid), ha=area),
            say("rules_districts.no_limit_there"),
        )
    held = np.bincount(districts.member[~outside], minlength=len(districts))
    empty = [districts.names[k] for k in np.flatnonzero(held == 0)]
    if empty:
        findings.warn(
            place,
            say("rules_districts.empty", n=len(empty), names=some(empty)),
            say("rules_districts.empty_why"),
        )
