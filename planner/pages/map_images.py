"""Maps as pictures of a page: palette images at the page's resolution, and red lines as vector paths."""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import shapely
from contourpy import LineType, contour_generator
from numpy.typing import NDArray
from PIL import Image

from instances.instance import Instance
from instances.land.classes import Classes
from instances.land.colours import Colour
from instances.rules.districts import Districts
from instances.units.centres import inner_points
from instances.units.grid import Layout
from planner.maps.borders import closed_mask, district_picture
from planner.maps.outlines import HALF, Outline, dashed, outlines, smoothed
from planner.maps.pictures import Canvas, canvas, every
from planner.maps.plan_map import UNCHANGED
from planner.maps.sheet import round_length
from planner.pages.map_labels import Label, placed
from planner.styles.change_colours import changes_of

Course = NDArray[np.float64]
"""(points, 2) the course of a line."""

PIXELS, MOST_PIXELS = 1_600, 8_000
"""Pixels along the side of a square map, and along any side: larger rasters show every nth cell."""
LINE_PIXELS = 800
"""Pixels along the longer side on which red lines are followed."""
DASH = 1.6
"""Pixels of a map for each unit of a dash."""
REACH = 3.0
"""Of those pixels, over how many red lines are smoothed."""
SHORTEST = 25.0
"""Pixels along its border below which a piece of a red line is left out."""
TOLERANCE = 0.35
"""Pixels by which a drawn line may stray from the smoothed one."""
SHARPEST = 1_000
"""Pictures smaller than this keep the edges of their cells when they are enlarged."""
LABELLED, MOST_BORDERS = 400, 80
"""Pixels along the longer side at which the middles of districts are looked for, and the most districts whose
outlines are drawn."""
DIFFERS: Colour = (194, 65, 12)
"""Where plans differ."""
BAR_SHARE = 0.3
"""Share of a map's width that its scale bar takes at most."""


@dataclass(frozen=True, slots=True)
class Line:
    """A red line over a map: the data of an SVG path in pixels of the map, its colour and dashes."""

    name: str
    label: str
    path: str
    colour: str
    dashes: str
    whole: str = ""
    """Its pieces that are too small for dashes, as another path."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What the maps of one area share: pixels, ground in metres as it is drawn, and the scale bar."""

    width: int
    height: int
    width_m: float
    height_m: float
    sharp: bool
    thinned: bool
    widened: float = 1.0
    """How many times as wide as it is a strip is drawn."""

    @property
    def bar_m(self) -> float:
        """Length of the scale bar in metres."""
        return round_length(BAR_SHARE * self.width_m)

    @property
    def bar_percent(self) -> float:
        """Length of the scale bar in per cent of the map's width."""
        return 100 * self.bar_m / self.width_m

    @property
    def aspect(self) -> float:
        """Width of the ground over its height."""
        return self.width_m / self.height_m


class Mapper:
    """Draws the maps of one area: every map is a palette image over the same ground."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self._canvas: Canvas = canvas(instance.grid, PIXELS)
        down, across = self._canvas.unit.shape
        step = math.ceil(max(math.sqrt(down * across) / PIXELS, max(down, across) / MOST_PIXELS))
        self._unit = every(self._canvas.unit, step)
        rows, columns = self._unit.shape
        sharp, widened = max(rows, columns) < SHARPEST, self._canvas.widened
        self.ground = Ground(columns, rows, *self._canvas.drawn_m, sharp, step > 1, widened)

    def layout(self, layout: Layout) -> str:
        """The picture of a layout, as a data address."""
        return self._encoded(layout, _palette(self.instance.classes))

    def change(self, layout: Layout) -> str:
        """The picture of what changes, by origin and destination."""
        found = changes_of(self.instance, layout)
        return self._encoded(found.value, list(found.colours))

    def faint(self, layout: Layout) -> str:
        """The picture of a layout in pale colours: ground for what is drawn over it."""
        pale = [
            tuple(255 - (255 - part) * 2 // 5 for part in colour)
            for colour in _palette(self.instance.classes)
        ]
        return self._encoded(layout, cast("list[Colour]", pale))

    def outlined(self, inside: NDArray[np.bool_]) -> tuple[str, tuple[float, float]]:
        """The outline of some units (units,) as the data of an SVG path, and the middle of them."""
        rows, columns = np.nonzero(np.append(inside, False)[self._unit])
        middle = (float(columns.mean()) + 0.5, float(rows.mean()) + 0.5) if len(rows) else (0.0, 0.0)
        return self._path(inside), middle

    def pixels(self, points: Course) -> Course:
        """Points in the CRS of the study as pixels of the maps."""
        left, bottom, right, top = self._canvas.bounds
        x = (points[:, 0] - left) * (self.ground.width / (right - left))
        y = (top - points[:, 1]) * (self.ground.height / (top - bottom))
        return np.column_stack([x, y])

    def polygon(self, shape: shapely.Geometry) -> str:
        """The outline of a polygon in the CRS of the study, as the data of an SVG path."""
        laid = shapely.transform(shape, self.pixels)
        simpler = shapely.simplify(
            laid, TOLERANCE * max(1.0, max(self.ground.width, self.ground.height) / 800)
        )
        rings = shapely.get_rings(shapely.get_parts(simpler))
        return "".join(f"{_course(ring)}z" for ring in rings)

    def labels(self, division: Districts, lang: str) -> tuple[Label, ...]:
        """The names of districts where they have room, those of large ones first."""
        step = max(1, max(self._unit.shape) // LABELLED)
        member = np.append(division.member, np.int32(-1))[self._unit[::step, ::step]]
        at = inner_points(member, len(division)) * step
        order = np.argsort(-np.bincount(member[member >= 0], minlength=len(division)), kind="stable")
        names = division.names_in(lang)
        texts = [names[n] for n in order]
        return placed(texts, at[order], self.ground.width, self.ground.height)

    def borders(self, division: Districts) -> str:
        """The outlines of districts, along streets between parcels, as the data of an SVG path; none where
        they are too many to be told."""
        if len(division) > MOST_BORDERS:
            return ""
        whose = np.pad(district_picture(self._canvas, division.member, LINE_PIXELS), 1, constant_values=-1)
        masks = (whose == number for number in range(len(division)))
        return "".join(_course(line) for mask in masks for line in self._followed(mask, reach=0.0))

    def painted(self, value: NDArray[np.uint8], colours: Sequence[Colour]) -> str:
        """The picture of a value of each unit (units,), the position of its colour."""
        return self._encoded(value, list(colours))

    def marked(self, where: NDArray[np.bool_]) -> str:
        """The picture of some units (units,) on a grey ground."""
        return self._encoded(where.astype(np.uint8), [UNCHANGED, DIFFERS])

    def graded(self, grade: NDArray[np.uint8], palette: list[Colour]) -> str:
        """The picture of a grade of every unit (units,), in the colours of the grades."""
        return self._encoded(grade, palette)

    def lines(self, instance: Instance | None = None) -> tuple[Line, ...]:
        """The red lines of a scenario of the same area."""
        return tuple(self._line(each) for each in outlines(instance or self.instance))

    def border(self) -> str:
        """The outline of the area, as the data of an SVG path."""
        mask = closed_mask(self._canvas, np.ones(self._canvas.units, dtype=bool), LINE_PIXELS)
        return "".join(map(_course, self._followed(mask, reach=0.0)))

    def _encoded(self, value: NDArray[np.uint8], palette: list[Colour]) -> str:
        """A PNG of a value of each unit; land outside the area is transparent."""
        nothing = len(palette)
        index = np.append(value, np.uint8(nothing))[self._unit]
        image = Image.fromarray(index)
        image.putpalette([part for colour in [*palette, (255, 255, 255)] for part in colour])
        stream = io.BytesIO()
        image.save(stream, "PNG", transparency=nothing)  # optimising: 7 % smaller, ten times as long
        return data_address("image/png", stream.getvalue())

    def _line(self, each: Outline) -> Line:
        _, lengths = each.dashes
        text = " ".join(f"{DASH * length:g}" for length in lengths)
        courses = self._followed(closed_mask(self._canvas, each.line.inside, LINE_PIXELS), REACH)
        long = dashed(shapely.length(courses), each.dashes, DASH) | (not lengths)
        path, whole = ("".join(map(_course, courses[which])) for which in (long, ~long))
        return Line(each.line.name, each.line.label, path, each.colour, text, whole)

    def _path(self, inside: NDArray[np.bool_]) -> str:
        """The border of some units as the data of an SVG path, in pixels of the maps."""
        mask = self._canvas.mask(inside, LINE_PIXELS)
        return "".join(map(_course, self._followed(mask, reach=0.0)))

    def _followed(self, mask: NDArray[np.bool_], reach: float) -> NDArray[np.object_]:
        """The border of a picture with nothing around it, as lines in pixels of the maps."""
        finer = max(1, LINE_PIXELS // max(mask.shape))
        if finer > 1:
            mask = np.pad(np.kron(mask[1:-1, 1:-1], np.ones((finer, finer), dtype=bool)), 1)
        share = smoothed(mask, reach) if reach else mask.astype(np.float32)
        rows, columns = mask.shape[0] - 2, mask.shape[1] - 2
        x = (np.arange(-1, columns + 1) + 0.5) * (self.ground.width / columns)
        y = (np.arange(-1, rows + 1) + 0.5) * (self.ground.height / rows)
        scale = max(self.ground.width / columns, self.ground.height / rows)
        down, across = _around(share > 0)
        followed = contour_generator(x[across], y[down], share[down, across], line_type=LineType.Separate)
        courses = followed.lines(HALF)
        return _lines(cast("list[Course]", courses), scale)


def data_address(kind: str, content: bytes) -> str:
    """Content as an address that holds it: nothing needs to be fetched."""
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"


def _around(land: NDArray[np.bool_]) -> tuple[slice, slice]:
    """The rows and columns that hold some land, with one more on either side: a line is followed there
    alone."""
    sides = []
    for axis in (1, 0):
        held = np.flatnonzero(land.any(axis=axis))
        first, last = (int(held[0]), int(held[-1])) if len(held) else (0, 0)
        sides.append(slice(max(0, first - 1), last + 2))
    return sides[0], sides[1]


def _palette(classes: Classes) -> list[Colour]:
    return [item.colour for item in classes]


def _lines(courses: list[Course], scale: float) -> NDArray[np.object_]:
    """Courses as lines, simplified; the shortest are left out. ``scale`` is the width of a pixel followed."""
    if not courses:
        return np.zeros(0, dtype=object)
    numbers = np.repeat(np.arange(len(courses)), [len(course) for course in courses])
    lines = shapely.linestrings(np.concatenate(courses), indices=numbers)
    return shapely.simplify(lines[shapely.length(lines) >= SHORTEST * scale], TOLERANCE * scale)


def _course(line: shapely.LineString) -> str:
    """A line as ``M x y l dx dy ...``, rounded to tenths of a pixel without drifting."""
    tenths = np.round(10 * shapely.get_coordinates(line)).astype(int)
    steps = np.diff(tenths, axis=0)
    start = f"M{_tenth(tenths[0, 0])} {_tenth(tenths[0, 1])}l"
    return start + " ".join(f"{_tenth(across)} {_tenth(down)}" for across, down in steps)


def _tenth(number: int) -> str:
    return f"{number / 10:g}"
