"""Fractal noise on the unit square, the same at every resolution, and how coarse fields are drawn out."""

from __future__ import annotations

import zlib

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, sparse

Field = NDArray[np.float32]
"""(size, size) values on the unit square; row 0 is the northern edge."""

_PERIOD = 1.25
"""Sides of the county after which the waves repeat, so that its edges do not match each other."""

_MODES = 64
"""Waves a period that are drawn as waves; finer octaves are spline surfaces."""

_SPLINE_KNOTS = 2 * _MODES
_SPLINE_DEVIATION = 0.4794
"""Standard deviation of a cubic B-spline surface over white noise of deviation 1."""


def stream(seed: int, name: str, part: int = 0) -> np.random.Generator:
    """The random numbers of one named feature, independent of every other feature's."""
    return np.random.default_rng([seed, zlib.crc32(name.encode()), part])


def fractal(seed: int, name: str, size: int, waves: int, octaves: int, persistence: float = 0.5) -> Field:
    """Noise of mean 0 and deviation near 1, ``waves`` patches a side and ``octaves`` doublings of detail;
    ``persistence`` is the strength of each octave against the one before.

    Detail finer than a cell is left out, so that a field looks the same at every size, only sharper.
    """
    spline = [octave for octave in range(octaves) if waves * 2**octave > _SPLINE_KNOTS]
    strength = persistence ** np.arange(octaves)
    whole = np.float32(1 / np.sqrt((strength**2).sum()))
    wavy = [octave for octave in range(octaves) if octave not in spline]
    total = np.zeros((size, size), dtype=np.float32)
    if wavy:
        finest = 0.5 * waves * 2 ** wavy[-1]
        total += _waves(seed, name, size, (0.25 * waves, finest), persistence) * np.float32(
            np.sqrt((strength[wavy] ** 2).sum())
        )
    for octave in spline:
        knots = waves * 2**octave
        if knots > size:
            break
        lattice = stream(seed, name, octave).standard_normal((knots + 3, knots + 3), dtype=np.float32)
        weights = _spline(size, knots)
        total += np.float32(strength[octave] / _SPLINE_DEVIATION) * (weights @ (weights @ lattice.T).T)
    total *= whole
    return total


def _waves(seed: int, name: str, size: int, band: tuple[float, float], persistence: float) -> Field:
    """Plane waves of all directions in a band of frequencies (waves a side), longer ones stronger."""
    along, down = np.arange(-_MODES, _MODES + 1), np.arange(_MODES + 1)
    frequency = np.hypot(along[None, :], down[:, None]) / _PERIOD
    within = (frequency >= band[0]) & (frequency <= max(band[1], 2 * band[0]))
    strength = np.where(within, np.maximum(frequency, 1e-9) ** (np.log2(persistence) - 1), 0)
    random = stream(seed, name).standard_normal((2, *strength.shape))
    wave = (random[0] + 1j * random[1]) * strength / np.sqrt((strength**2).sum())
    wave[frequency > size / 2] = 0
    angle = 2j * np.pi / _PERIOD * centres(size).astype(np.float64)
    columns = np.exp(angle[None, :] * along[:, None]).astype(np.complex64)
    rows = np.exp(angle[:, None] * down[None, :]).astype(np.complex64)
    part = wave.astype(np.complex64) @ columns
    drawn: Field = rows.real @ part.real - rows.imag @ part.imag
    return drawn


def draw_out(field: NDArray[np.floating], size: int) -> Field:
    """A coarse (n, n) field at another size, bilinear between cell centres."""
    if field.shape[0] == size:
        return field.astype(np.float32)
    weights = _linear(size, field.shape[0])
    drawn: Field = weights @ (weights @ field.astype(np.float32).T).T
    return drawn


def sample(field: NDArray[np.floating], points: NDArray[np.float64]) -> NDArray[np.float64]:
    """(points,) the field's value in the cells of (points, 2) unit coordinates."""
    column, row = cells_of(points, field.shape[0])
    return field[row, column].astype(np.float64)


def interpolate(field: NDArray[np.floating], points: NDArray[np.float64]) -> NDArray[np.float64]:
    """(points,) the field between its cell centres at (points, 2) unit coordinates."""
    place = points[:, ::-1].T * field.shape[0] - 0.5
    values: NDArray[np.float64] = ndimage.map_coordinates(field.astype(float), place, order=1, mode="nearest")
    return values


def cells_of(points: NDArray[np.float64], size: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Columns and rows of the cells in which unit coordinates lie."""
    cell = np.clip((points * size).astype(np.intp), 0, size - 1)
    return cell[:, 0], cell[:, 1]


def centres(size: int) -> Field:
    """(size,) unit coordinates of the cell centres along a side."""
    return ((np.arange(size) + 0.5) / size).astype(np.float32)


def smoothstep(field: Field, low: float, high: float) -> Field:
    """0 below ``low``, 1 above ``high``, smooth between."""
    t = np.clip((field - low) / (high - low), 0, 1)
    step: Field = t * t * (3 - 2 * t)
    return step


def quantile(field: NDArray[np.floating], share: float, where: NDArray[np.bool_] | None = None) -> float:
    """The value below which ``share`` of the cells lie (of those ``where``), from a million at most."""
    step = max(1, field.shape[0] // 1000)
    values = field[::step, ::step] if where is None else field[::step, ::step][where[::step, ::step]]
    return float(np.quantile(values, min(max(share, 0.0), 1.0))) if values.size else 0.0


def _spline(size: int, knots: int) -> sparse.csr_array:
    position = (np.arange(size) + 0.5) / size * knots
    first = np.minimum(position.astype(np.int64), knots - 1)
    t = position - first
    weights = np.stack([(1 - t) ** 3, 3 * t**3 - 6 * t**2 + 4, -3 * t**3 + 3 * t**2 + 3 * t + 1, t**3]) / 6
    return _rows(first + np.arange(4)[:, None], weights, (size, knots + 3))


def _linear(size: int, coarse: int) -> sparse.csr_array:
    position = np.clip((np.arange(size) + 0.5) / size * coarse - 0.5, 0, coarse - 1)
    first = np.minimum(position.astype(np.int64), max(coarse - 2, 0))
    t = position - first
    return _rows(np.stack([first, np.minimum(first + 1, coarse - 1)]), np.stack([1 - t, t]), (size, coarse))


def _rows(
    columns: NDArray[np.int64], weights: NDArray[np.float64], shape: tuple[int, int]
) -> sparse.csr_array:
    rows = np.broadcast_to(np.arange(shape[0]), columns.shape)
    return sparse.csr_array(
        (weights.ravel().astype(np.float32), (rows.ravel(), columns.ravel())), shape=shape
    )
