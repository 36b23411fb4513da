from __future__ import annotations

import base64
import io

import numpy as np
import pytest
from PIL import Image

from planner.pages.map_images import PIXELS, Mapper
from planner.styles.change_colours import CHANGES, GROUND
from tests.support.made_plans import (
    CLASSES,
    CROPLAND,
    FOREST,
    URBAN,
    made_plan,
    parcel_grid,
    raster_grid,
    small_parcels,
    small_plan,
)


def picture(address: str) -> np.ndarray:
    """The pixels of a picture held in an address."""
    kind, _, content = address.partition(",")
    assert kind == "data:image/png;base64"
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(content))).convert("RGBA"))


def test_a_map_has_the_colours_of_its_classes() -> None:
    """Every cell is one pixel in its class's colour; land outside the area is transparent."""
    plan = small_plan()
    pixels = picture(Mapper(plan.instance).layout(plan.layout))
    assert pixels.shape == (3, 4, 4)
    assert tuple(pixels[0, 0]) == (*CLASSES[FOREST].colour, 255)
    assert tuple(pixels[2, 3]) == (*CLASSES[URBAN].colour, 255)
    assert pixels[0, 3, 3] == 0


def test_only_change_is_coloured_on_the_map_of_change() -> None:
    """Land that stays is grey, land that changes has the colour of its origin and destination."""
    plan = small_plan()
    pixels = picture(Mapper(plan.instance).change(plan.layout))
    assert tuple(pixels[0, 0, :3]) == CHANGES[0]
    assert tuple(pixels[1, 0, :3]) == GROUND


def test_large_rasters_are_brought_to_the_pages_resolution() -> None:
    """A raster of more cells than a page can show is sampled, and says so."""
    grid = raster_grid(np.ones((PIXELS + 10, PIXELS + 10), dtype=bool))
    today = np.full(len(grid), CROPLAND, dtype=np.uint8)
    mapper = Mapper(made_plan(grid, today, today).instance)
    assert mapper.ground.thinned
    assert max(picture(mapper.layout(today)).shape) <= PIXELS


def test_the_scale_bar_is_of_round_length() -> None:
    """A ground of 400 m has a bar of 100 m, a quarter of its width."""
    ground = Mapper(small_plan().instance).ground
    assert (ground.bar_m, ground.bar_percent) == (100.0, 25.0)


@pytest.mark.parametrize("make", [small_plan, small_parcels])
def test_the_border_surrounds_the_area(make) -> None:
    """The outline of the area begins at its edge and is not empty, for cells and for parcels."""
    path = Mapper(make().instance).border()
    assert path.startswith("M")
    assert "nan" not in path


def test_red_lines_are_drawn_apart() -> None:
    """Each line has its label, colour and dashes."""
    grid = raster_grid(np.ones((60, 60), dtype=bool))
    today = np.full(len(grid), CROPLAND, dtype=np.uint8)
    half = np.arange(len(grid)) % 60 < 30
    plan = made_plan(grid, today, today, lines={"West": half, "East": ~half})
    first, second = Mapper(plan.instance).lines()
    assert (first.label, second.label) == ("West", "East")
    assert first.path.startswith("M")
    assert first.dashes != second.dashes


@pytest.mark.parametrize("shape", [(1, 2000), (2000, 1), (1, 1), (2, 30_000), (3, 1700)])
def test_a_strip_of_any_length_is_drawn(shape: tuple[int, int]) -> None:
    """One row of cells, or one column, has a picture with its ends, an outline and a scale bar; what is too
    narrow to be seen is drawn wider, and the page says by how much."""
    grid = raster_grid(np.ones(shape, dtype=bool))
    today = np.zeros(len(grid), dtype=np.uint8)
    today[[0, -1]] = 1
    plan = made_plan(grid, today, today, lines={"line": today == 0})
    mapper = Mapper(plan.instance)
    assert mapper.border()
    assert mapper.ground.width <= 8_000
    assert mapper.ground.height <= 8_000
    assert 1 / 16 <= mapper.ground.aspect <= 16
    assert mapper.ground.widened == pytest.approx(max(1.0, max(shape) / min(shape) / 16))
    assert mapper.ground.bar_m > 0
    assert [line.name for line in mapper.lines()] == ["line0"] * int(len(grid) > 1)
    assert mapper.layout(today).startswith("data:image/png")


def test_parcels_in_a_long_row_are_drawn() -> None:
    """A row of parcels two thousand times as long as it is wide has its maps too."""
    boxes = [(5e5 + 200 * n, 3.5e6, 5e5 + 200 * (n + 1), 3.5e6 + 10.0) for n in range(100)]
    grid = parcel_grid(boxes, list(range(99)), list(range(1, 100)))
    today = np.arange(100, dtype=np.uint8) % 2
    plan = made_plan(grid, today, today, lines={"line": today == 0})
    mapper = Mapper(plan.instance)
    assert mapper.border()
    assert mapper.ground.aspect == pytest.approx(16.0)
    assert len(np.unique(picture(mapper.layout(today)).reshape(-1, 4), axis=0)) >= 2
