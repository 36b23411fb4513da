"""The county's relief: hills on one side, foothills, and a plain that falls towards the other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from instances.demo.noise import Field, centres, fractal, quantile, smoothstep, stream


@dataclass(frozen=True, eq=False)
class Relief:
    """``height`` above the sea in m, and ``hilliness`` from 0 (plain) to 1 (mountain), both (size, size)."""

    height: Field
    hilliness: Field


def relief(seed: int, size: int, steepness: float = 1.0) -> Relief:
    """The relief of a county at any resolution; ``steepness`` stretches its heights."""
    fall = _fall(seed, size)
    highest, lowest = (quantile(_fall(seed, 128), share) for share in (0.05, 0.60))
    hilliness = smoothstep(fall, lowest, highest)
    knolls = smoothstep(fractal(seed, "knolls", size, 5, 3), 1.0, 2.2)
    hilliness = np.clip(hilliness + 0.35 * knolls * (1 - hilliness), 0, 1)
    ridges = 1 - np.minimum(np.abs(fractal(seed, "ridges", size, 7, 8, 0.48)), 1.2)
    rough = fractal(seed, "roughness", size, 12, 8, 0.55)
    height = 18 + 45 * (1 - fall) + 2.5 * rough
    height += steepness * hilliness * (180 + 420 * ridges + 45 * rough) * (0.5 + 0.5 * hilliness)
    return Relief(np.maximum(height, 2.0).astype(np.float32), hilliness.astype(np.float32))


def _fall(seed: int, size: int) -> Field:
    """How far down the county lies, from about 0 in the hill country to about 1 in the plain."""
    angle = stream(seed, "aspect").uniform(0.15, 0.35) * np.pi
    across, down = centres(size)[None, :] - 0.5, centres(size)[:, None] - 0.5
    tilt = across * np.float32(np.cos(angle)) + down * np.float32(np.sin(angle))
    fall: Field = 0.5 + tilt + 0.16 * fractal(seed, "hill country", size, 3, 4)
    return fall


def slope_degrees(height: Field, hilliness: Field, cell_m: float, seed: int) -> Field:
    """Mean slope of every cell in degrees: the fall between cells, and the relief within coarse ones."""
    down, across = np.gradient(height, np.float32(cell_m))
    tangent = np.hypot(down, across)
    within = np.float32(0.42 * (1 - np.exp(-max(cell_m - 30.0, 0.0) / 400)))
    tangent += within * hilliness * np.exp(0.45 * fractal(seed, "steepness", height.shape[0], 24, 4))
    return np.degrees(np.arctan(tangent)).astype(np.float32)
