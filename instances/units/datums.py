"""Datums: whether PROJ knows the shift between those of two CRS, by which way, and how far it may be off.

Where PROJ knows none it takes places as they are (a ballpark transformation), and says so to nobody. For
datums of old surveys it often knows the way to WGS 84, yet not to the regional datum that agrees with it;
then the way to WGS 84 is taken.
"""

from __future__ import annotations

import math
import warnings
from functools import lru_cache
from typing import Any, NamedTuple

from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError
from pyproj.transformer import TransformerGroup

GLOBAL_RADIUS_M, GLOBAL_FLATTENING = 6_378_137.0, 298.2572
"""Semi-major axis and inverse flattening of GRS 80, WGS 84 and CGCS2000. Datums on these ellipsoids are
counted from the centre of the Earth by satellites, and agree to a metre or two."""

BALLPARK = "Ballpark"
"""What PROJ writes into the name of an operation that leaves out the shift between two datums."""

WGS84 = CRS.from_epsg(4326)


class Shift(NamedTuple):
    """How places come from one datum to another: ``metres`` is how far they may be off, None where no shift
    was made; ``name`` is the operation by PROJ's name."""

    metres: float | None
    name: str


def related(source: CRS, target: CRS) -> tuple[CRS, CRS]:
    """Two CRS as PROJ is to be handed them, so that it makes the shift between their datums where it can.

    Where it knows none directly, and one of the datums agrees with WGS 84, that one is handed over as
    WGS 84. Raises ``ProjError`` where the two cannot be related at all.
    """
    by_wgs84 = _by_wgs84(source.to_wkt(), target.to_wkt())
    if by_wgs84 == "source":
        return _on_wgs84(source), target
    return (source, _on_wgs84(target)) if by_wgs84 == "target" else (source, target)


def transformer(source: CRS, target: CRS) -> Transformer:
    """Coordinates of one CRS to another, x (east) first on both sides, with the shift between their datums
    where PROJ knows one. Raises ``ProjError`` where the two cannot be related."""
    return _transformer(source.to_wkt(), target.to_wkt())


def relatable(source: CRS, target: CRS) -> bool:
    """True where places of one CRS can be told in the other; false for a grid that is tied to no place on
    the Earth, or for heights alone."""
    if any(crs.is_geocentric or (crs.is_vertical and not crs.is_compound) for crs in (source, target)):
        return False
    try:
        transformer(source, target)
    except ProjError:
        return False
    return True


def on_earth(crs: CRS) -> bool:
    """True where the coordinates of a CRS are places on the Earth; false for a grid of its own."""
    return relatable(crs, WGS84)


def shift_between(source: CRS, target: CRS, x: float, y: float) -> Shift | None:
    """The shift between the datums of two CRS at a place of ``source``; None where they are one and the
    same, or agree with each other."""
    if _global(source) and _global(target):
        return None
    way = transformer(source, target)
    way.transform(x, y)
    try:
        way = way.get_last_used_operation()
    except ProjError:
        return None
    if BALLPARK in way.description:
        return Shift(None, "")
    return Shift(max(float(way.accuracy), 0.0), _shift_name(way.description))


def datum_name(crs: CRS) -> str:
    """The name of a CRS's datum for readers."""
    geodetic = crs.geodetic_crs
    return geodetic.name if geodetic is not None else crs.name


@lru_cache(maxsize=64)
def _transformer(source: str, target: str) -> Transformer:
    """PROJ takes a tenth of a second to look through its operations, and a study asks for the same few
    pairs dozens of times."""
    return Transformer.from_crs(*related(CRS.from_wkt(source), CRS.from_wkt(target)), always_xy=True)


@lru_cache(maxsize=64)
def _by_wgs84(source: str, target: str) -> str:
    """Which of two CRS (as WKT) is to be handed over as WGS 84, if any."""
    one, other = CRS.from_wkt(source), CRS.from_wkt(target)
    if _global(one) == _global(other):
        return ""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of grids of shifts that are not installed
        ways = TransformerGroup(one, other, always_xy=True).transformers
    if not all(BALLPARK in way.description for way in ways):
        return ""
    return "source" if _global(one) else "target"


def _global(crs: CRS) -> bool:
    """True where the datum of a CRS is one of those that agree with WGS 84."""
    ellipsoid = None if crs.is_bound else crs.ellipsoid
    if ellipsoid is None:
        return False
    radius, flattening = ellipsoid.semi_major_metre, ellipsoid.inverse_flattening
    return math.isclose(radius, GLOBAL_RADIUS_M, abs_tol=0.01) and math.isclose(
        flattening, GLOBAL_FLATTENING, abs_tol=0.0001
    )


def _on_wgs84(crs: CRS) -> CRS:
    """The same coordinates on WGS 84; the CRS itself where it is neither geographic nor projected in 2D."""
    parts: dict[str, Any] = crs.to_json_dict()
    base = WGS84.to_json_dict()
    base.pop("id", None)
    if parts["type"] == "GeographicCRS":
        parts = base | {"coordinate_system": parts["coordinate_system"]}
    elif parts["type"] == "ProjectedCRS":
        base.pop("$schema", None)
        parts = {key: value for key, value in parts.items() if key != "id"} | {"base_crs": base}
    try:
        return CRS.from_json_dict(parts)
    except CRSError:
        return crs


def _shift_name(description: str) -> str:
    """The shift among the steps of an operation: the one that says from which datum to which."""
    steps = description.split(" + ")
    return next((step.removeprefix("Inverse of ") for step in steps if " to " in step), description)
