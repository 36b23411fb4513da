from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from planner.maps.plan_map import draw_map
from planner.styles.change_colours import CHANGES, GROUND
from tests.support.made_plans import (
    CLASSES,
    CROPLAND,
    FOREST,
    made_plan,
    raster_grid,
    small_parcels,
    small_plan,
)


def picture(path):
    """The pixels of a map."""
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def share(pixels, colour):
    """The share of pixels of one colour."""
    return float((pixels == colour).all(axis=-1).mean())


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("make", [small_plan, small_parcels], ids=["raster", "parcels"])
def test_maps_are_a4_at_200_dpi(tmp_path, make, lang):
    """The map of cells or parcels is one A4 sheet with the colours of the classes, without a warning for a
    missing character."""
    draw_map(make(lang), tmp_path / "map.png", lang)
    pixels = picture(tmp_path / "map.png")
    assert pixels.shape == (1654, 2338, 3)
    for k in (CROPLAND, FOREST):
        assert share(pixels, CLASSES[k].colour) > 0.005


def test_only_changed_land_is_coloured_on_the_change_map(tmp_path):
    """In the change map land that stays is grey, and land that changes has its origin's and destination's."""
    grid = raster_grid(np.ones((10, 10), dtype=bool))
    today = np.full(100, CROPLAND, dtype=np.uint8)
    layout = today.copy()
    layout[:10] = FOREST
    draw_map(made_plan(grid, today, layout), tmp_path / "map.png")
    pixels = picture(tmp_path / "map.png")
    third = pixels.shape[1] // 3
    left, right = pixels[300:1200, :third], pixels[300:1200, 2 * third :]
    assert share(right, GROUND) > 0.4
    assert share(right, CLASSES[CROPLAND].colour) == 0
    assert share(right, CHANGES[0]) > 0.03
    assert share(left, GROUND) < 0.002  # the swatch in the legend


def test_rare_characters_and_long_titles_are_drawn(tmp_path):
    """A title as long as a sentence is drawn on the sheet, and marks stand in the caption."""
    plan = small_plan("zh")
    title = "某某市国土空间总体规划三生空间布局优化与蓝绿网络连通方案（2021—2035年）" * 3
    marks = tuple(f"系数 {number} 为占位值，须以本地数据替换。" * 4 for number in range(6))
    certificate = plan.certificate.model_copy(update={"title": title, "marks": marks, "gap": None})
    draw_map(replace(plan, certificate=certificate), tmp_path / "map.png")
    pixels = picture(tmp_path / "map.png")
    assert (pixels[:, -60:] == 255).all()
    assert not (pixels[-160:-20] == 255).all()


@pytest.mark.parametrize("title", ["", " ", "\x1b[2J", "\u3d72 \U00030edd"])
def test_a_title_of_any_kind_is_drawn(tmp_path, title):
    """No title, one that would command a terminal, and one that no font has: a sheet, and no warning."""
    plan = small_plan()
    draw_map(
        replace(plan, certificate=plan.certificate.model_copy(update={"title": title})), tmp_path / "map.png"
    )
    assert (tmp_path / "map.png").is_file()


@pytest.mark.parametrize("shape", [(1, 2000), (2000, 1)])
def test_a_strip_is_drawn_as_wide_as_can_be_seen(tmp_path, shape):
    """One row of cells, or one column, shows its colour."""
    grid = raster_grid(np.ones(shape, dtype=bool))
    today = np.full(len(grid), FOREST, dtype=np.uint8)
    draw_map(made_plan(grid, today, today), tmp_path / "map.png")
    assert share(picture(tmp_path / "map.png"), CLASSES[FOREST].colour) > 0.01


def test_maps_can_be_vector_files(tmp_path):
    """The same map can be written as PDF or SVG for print."""
    draw_map(small_plan(), tmp_path / "map.pdf")
    draw_map(small_plan(), tmp_path / "map.svg")
    assert (tmp_path / "map.pdf").read_bytes().startswith(b"%PDF")
    assert "<svg" in (tmp_path / "map.svg").read_text(encoding="utf-8")
