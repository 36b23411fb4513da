"""The map of interwoven town and country: today's land beside the grades of its units."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from instances.areas.interlacing import GRADES
from planner.interlace.ask import Interlaced
from planner.interlace.colours import COLOURS, COUNTRY, TOWN
from planner.maps.parts import DPI, PIXELS, drawing, footing, heading, legend, panel, panel_title
from planner.maps.pictures import canvas
from planner.maps.sheet import HEIGHT, WIDTH, sheet
from planner.runs.whole import whole_file
from planner.words.crs_names import crs_label
from words.catalogue import Words
from words.numbers import nearest


def draw_interlace(found: Interlaced, path: Path, lang: str) -> None:
    """Write the map to ``path`` (.png, .pdf or .svg), whole or not at all."""
    with whole_file(path) as draft:
        _draw(found, draft, Words(lang))


def _draw(found: Interlaced, path: Path, words: Words) -> None:
    instance = found.instance
    ground = canvas(instance.grid, PIXELS)
    where = sheet(ground.drawn_m, 2)
    built = instance.classes.built[instance.today]
    land = np.where(built[:, None], np.array(TOWN, np.uint8), np.array(COUNTRY, np.uint8))
    graded = np.array(COLOURS, np.uint8)[found.grade]
    area = nearest(instance.grid.total_ha)
    captions = (
        (words.text("interlace.today"), words.text("interlace.built", area=nearest(_ha(found, built)))),
        (words.text("interlace.grades"), words.text("interlace.most", area=nearest(_most(found)))),
    )
    with drawing():
        figure = Figure(figsize=(WIDTH, HEIGHT), dpi=DPI, facecolor="white")
        for box, colours, caption in zip(where.panels, (land, graded), captions, strict=True):
            panel(figure, box, ground, colours, ())
            panel_title(figure, box, *caption)
        crs = crs_label(instance.grid.crs.name, words)
        about = words.text("interlace.about", n=f"{len(found.units):,}", area=area, crs=crs)
        heading(figure, instance.study.title, about)
        swatches = [(TOWN, words.text("interlace.town")), (COUNTRY, words.text("interlace.country"))]
        swatches += [
            (COLOURS[grade], words.text("interlace.alone" if grade == 0 else f"interlace.grade_{grade}"))
            for grade in range(GRADES + 1)
        ]
        legend(figure, where, swatches, (), words.lang)
        footing(figure, words.text("interlace.how"), instance.study.marks)
        figure.savefig(path, dpi=DPI)


def _ha(found: Interlaced, inside: np.ndarray) -> float:
    """Area of some units of land in ha."""
    return float(found.instance.grid.area_ha[inside].sum())


def _most(found: Interlaced) -> float:
    """Area in ha of the highest grade."""
    return _ha(found, found.grade == GRADES)
