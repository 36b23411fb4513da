from __future__ import annotations

import itertools

import numpy as np
import pytest

from planner.styles.change_colours import CHANGES, GROUND, OTHERS, changes_of
from tests.support.made_plans import CROPLAND, FOREST, URBAN, small_plan, with_layout

SEEN = {
    "normal": np.eye(3),
    "protanope": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranope": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanope": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
"""How linear light is seen (Machado, Oliveira and Fernandes, 2009, severity 1)."""


def linear(colour: tuple[int, int, int]) -> np.ndarray:
    """A colour of sRGB as linear light."""
    share = np.array(colour) / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def contrast(one: tuple[int, int, int], other: tuple[int, int, int]) -> float:
    """The contrast of two colours as WCAG counts it."""
    low, high = sorted(float(linear(each) @ [0.2126, 0.7152, 0.0722]) for each in (one, other))
    return (high + 0.05) / (low + 0.05)


def lab(light: np.ndarray) -> np.ndarray:
    """Linear light in CIELAB, under D65."""
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ light
    f = [x ** (1 / 3) if x > 0.008856 else 7.787 * x + 16 / 116 for x in xyz / [0.9505, 1.0, 1.089]]
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("colour", [*CHANGES, OTHERS])
def test_every_change_stands_out_from_unchanged_land(colour: tuple[int, int, int]) -> None:
    """Graphics need a contrast of 3:1; the classes' own colours had 1.01:1."""
    assert contrast(colour, GROUND) >= 3.0


@pytest.mark.parametrize("eyes", SEEN)
def test_changes_are_told_apart_with_any_colour_vision(eyes: str) -> None:
    """Any two colours, and each and the ground, lie 20 apart in CIELAB; 2.3 is a difference just seen."""
    seen = [lab(np.clip(SEEN[eyes] @ linear(each), 0, 1)) for each in (*CHANGES, OTHERS, GROUND)]
    assert min(float(np.linalg.norm(a - b)) for a, b in itertools.combinations(seen, 2)) >= 20


def test_changes_with_most_land_have_a_colour_each() -> None:
    """Origin and destination decide the colour: two hectares become forest, one urban; the rest is ground."""
    plan = small_plan()
    found = changes_of(plan.instance, plan.layout)
    assert found.pairs == ((CROPLAND, FOREST), (CROPLAND, URBAN))
    assert found.area_ha.tolist() == [2.0, 1.0]
    assert found.colours == (*CHANGES[:2], OTHERS, GROUND)
    changed = plan.layout != plan.instance.today
    assert (found.value[~changed] == 3).all()
    assert sorted(found.value[changed].tolist()) == [0, 0, 1]
    assert found.others_ha == 0.0


def test_without_change_all_is_ground() -> None:
    """A plan that changes nothing has no colour but the ground's."""
    plan = small_plan()
    found = changes_of(plan.instance, with_layout(plan, plan.instance.today).layout)
    assert found.pairs == ()
    assert set(np.array(found.colours)[found.value].ravel().tolist()) == {GROUND[0]}
