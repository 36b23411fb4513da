"""Interwoven town and country from a study to table, layers, raster and map."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from instances.areas.interlacing import GRADES
from instances.study.basics import WIDEST_M
from instances.study.findings import Finding, StudyError
from instances.units.grid import FloatArray
from planner.interlace.ask import Interlaced, interlaced
from planner.interlace.write import write_interlace_layer, write_interlace_raster, write_interlace_table
from planner.plans.optimise import Loaded, loaded_from
from words.said import say

PICTURES = (".png", ".pdf", ".svg")
"""How the names of pictures end."""
SIDE_M = 1000.0
"""Size of the units where neither a division nor a size is named."""


@dataclass(frozen=True, eq=False)
class GradeRow:
    """A grade: how many units have it, their land in ha, and the mean of each measure over them, by name."""

    grade: int
    units: int
    area_ha: float
    means: dict[str, float]


@dataclass(frozen=True, eq=False)
class InterlaceResult:
    """The units of a study's area with their grades."""

    interlaced: Interlaced
    lang: str

    @property
    def title(self) -> str:
        """The study's title."""
        return self.interlaced.instance.study.title

    @property
    def grades(self) -> dict[str, int]:
        """The grade of every unit by its name: 1 (little interwoven) to 5; 0 is town or country alone."""
        return dict(zip(self.interlaced.units.names, self.interlaced.found.grade.tolist(), strict=True))

    @property
    def rows(self) -> tuple[GradeRow, ...]:
        """Every grade, 0 first."""
        found = self.interlaced.found
        rows = []
        for grade in range(GRADES + 1):
            has = found.grade == grade
            means = {name: _mean(values[has], found.area_ha[has]) for name, values in found.measures.items()}
            rows.append(GradeRow(grade, int(has.sum()), float(found.area_ha[has].sum()), means))
        return tuple(rows)


def interlace(
    study: Loaded | str | Path,
    *,
    by: str | None = None,
    side_m: float = SIDE_M,
    table: str | Path | None = None,
    layer: str | Path | None = None,
    raster: str | Path | None = None,
    picture: str | Path | None = None,
    lang: str | None = None,
) -> InterlaceResult:
    """How interwoven town and country are today, in five grades; solves nothing.

    Units are the districts of the study's division ``by``, else hexagons of ``side_m`` metres. They are
    written as ``table`` (.csv), as ``layer`` (.gpkg), as ``raster`` of grades (.tif, studies on cells) and as
    ``picture`` (.png, .pdf, .svg), where those are given; layer and raster can be layers of the study, for
    red lines (``where = "interlace >= 4"``) and indicators. ``instances.areas.interlacing`` has the formulas.
    Raises ``StudyError`` with everything that is wrong, or where a file cannot be written.

    >>> found = planner.interlace("study.toml", side_m=400)
    >>> [(row.grade, row.units) for row in found.rows][:2]
    [(0, 15), (1, 1)]
    """
    loaded = loaded_from(study)
    result = InterlaceResult(interlaced(loaded.instance, by, _side(side_m)), lang or loaded.study.lang)
    found = result.interlaced
    if picture is not None and Path(picture).suffix.lower() not in PICTURES:
        names = ", ".join(PICTURES)
        raise StudyError(
            [
                Finding(
                    "--map",
                    say("interlace.no_picture", name=Path(picture).name),
                    say("interlace.pictures", names=names),
                )
            ]
        )
    if raster is not None and not loaded.instance.grid.is_raster:
        raise StudyError([Finding("--raster", say("interlace.parcels"), say("interlace.layer_instead"))])
    if table is not None:
        write_interlace_table(found, Path(table))
    if layer is not None:
        write_interlace_layer(found, Path(layer), result.lang)
    if raster is not None:
        write_interlace_raster(found, Path(raster))
    if picture is not None:
        from planner.interlace.picture import draw_interlace  # noqa: PLC0415 - slow to load

        draw_interlace(found, Path(picture), result.lang)
    return result


def _side(side_m: float) -> float:
    """The size of units; ``StudyError`` where it is none."""
    if not 1.0 <= side_m <= WIDEST_M:
        raise StudyError(
            [Finding("--side", say("interlace.no_side", side=side_m), say("interlace.give_side"))]
        )
    return side_m


def _mean(values: FloatArray, area_ha: FloatArray) -> float:
    """The mean of a measure by area; 0 over no land."""
    return float(np.average(values, weights=area_ha)) if area_ha.sum() > 0 else 0.0
