"""Outlines that run to and fro are told before anything waits for them; long plain ones are not."""

from __future__ import annotations

import numpy as np
import shapely

from instances.units.outlines import tangled


def star(corners: int) -> shapely.Polygon:
    """A star, every second corner near its middle."""
    turn = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    reach = np.where(np.arange(corners) % 2, 500.0, 100.0)
    return shapely.Polygon(np.c_[reach * np.cos(turn), reach * np.sin(turn)])


def river(corners: int) -> shapely.Polygon:
    """A winding band, 80 m wide."""
    rng = np.random.default_rng(0)
    turn = np.cumsum(rng.normal(0.0, 0.1, corners // 2)) * 0.99
    bank = np.cumsum(np.c_[np.abs(np.cos(turn)) + 0.2, np.sin(turn)] * 8.0, axis=0)
    return shapely.Polygon(np.r_[bank, (bank + np.array([0.0, 80.0]))[::-1]])


def told(polygon: shapely.Polygon, reach: float = 0.0) -> bool:
    """Whether one polygon is told."""
    return bool(tangled(np.array([polygon], dtype=object), reach)[0])


def test_a_star_of_a_hundred_thousand_rays_is_told() -> None:
    """Every ray meets the boxes of a quarter of the others: a check compares a thousand million pairs."""
    assert told(star(100_000))
    assert not told(star(5_000))


def test_a_star_is_told_sooner_where_it_is_widened() -> None:
    """To widen costs more than to check."""
    assert told(star(10_000), reach=1.0)
    assert not told(star(1_000), reach=1.0)


def test_a_long_river_is_never_told() -> None:
    """Outlines of many corners that go on and on are no matter, however far they are widened."""
    for reach in (0.0, 1.0, 50.0, 1000.0):
        assert not told(river(100_000), reach), reach


def test_points_and_nothing_are_never_told() -> None:
    """Whatever has no outline has none that is tangled."""
    geometries = np.array([shapely.Point(0, 0), shapely.Polygon(), None], dtype=object)
    assert not tangled(geometries, 10.0).any()
