"""Coordinate reference systems: from files or the study, guessed in remedies, never assumed in silence."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS, Geod, Transformer
from pyproj.exceptions import CRSError, ProjError

from instances.study.findings import Findings

Bounds = tuple[float, float, float, float]
"""(left, bottom, right, top)."""

WIDEST_ZONE = 12.0
"""Degrees of longitude: a CRS for no wider an area is one of zones, and of no use so far beside its own."""


def parse_crs(text: str, place: str, findings: Findings) -> CRS | None:
    """The CRS that a study writes as text; a finding and None where PROJ does not know it."""
    try:
        return CRS.from_user_input(int(text) if text.strip().isdigit() else text)
    except CRSError:
        findings.error(
            place, f"{text!r} is no known CRS", 'Write it as an EPSG code, such as crs = "EPSG:4547"'
        )
        return None


def settle_crs(
    in_file: CRS | None,
    stated: str | None,
    bounds: Bounds,
    place: str,
    findings: Findings,
    beside: CRS | None = None,
) -> CRS | None:
    """The CRS of a file: its own, else the one the study states; findings where there is none, where the
    two contradict each other, or where the coordinates cannot belong to it. ``beside`` is the CRS of the
    land cover, the likeliest for other files in metres."""
    wanted = parse_crs(stated, f"{place}.crs", findings) if stated is not None else None
    if stated is not None and wanted is None:
        return None
    if in_file is None and wanted is None:
        findings.error(place, "the file states no CRS", f"Add {_guess(bounds, beside)}")
        return None
    if in_file is not None and wanted is not None and not same_crs(in_file, wanted):
        findings.error(
            f"{place}.crs",
            f"the study says {crs_name(wanted)}, but the file states {crs_name(in_file)}",
            "Remove `crs`, or correct the file if it is the one that errs",
        )
        return None
    crs = in_file if in_file is not None else wanted
    assert crs is not None
    return crs if _plausible(crs, bounds, place, findings) else None


def is_stated(crs: CRS) -> bool:
    """False for the placeholders that stand in files which state no CRS."""
    return crs.is_geographic or crs.is_projected or not crs.name.lower().startswith(("undefined", "unknown"))


def same_crs(one: CRS, other: CRS) -> bool:
    """True where two CRS place coordinates (x first) alike."""
    if one == other or one.equals(other, ignore_axis_order=True):
        return True
    codes = one.to_epsg(), other.to_epsg()
    return codes[0] is not None and codes[0] == codes[1]


def crs_name(crs: CRS) -> str:
    """Short name of a CRS for readers: its EPSG code where it has one."""
    code = crs.to_epsg()
    return f"EPSG:{code}" if code is not None else crs.name


def metres_per_unit(crs: CRS) -> float:
    """Metres in one unit of a projected CRS's coordinates."""
    return float(crs.axis_info[0].unit_conversion_factor) if crs.axis_info else 1.0


def geod_of(crs: CRS) -> Geod:
    """The ellipsoid of a CRS, for lengths and areas on it."""
    return crs.get_geod() or Geod(ellps="WGS84")


def transformer(source: CRS, target: CRS) -> Transformer:
    """Coordinates of one CRS to another, x (east) first on both sides."""
    return Transformer.from_crs(source, target, always_xy=True)


def local_equal_area(crs: CRS, bounds: Bounds) -> CRS:
    """Equal-area CRS in metres on the ellipsoid of ``crs``, centred on ``bounds``: areas in it are
    ellipsoidal, lengths near the centre nearly so."""
    longitude, latitude = centre_degrees(crs, bounds)
    ellipsoid = crs.ellipsoid
    shape = (
        f"+a={ellipsoid.semi_major_metre} +b={ellipsoid.semi_minor_metre}" if ellipsoid else "+ellps=WGS84"
    )
    return CRS.from_proj4(f"+proj=laea +lat_0={latitude} +lon_0={longitude} {shape} +units=m +type=crs")


def centre_degrees(crs: CRS, bounds: Bounds) -> tuple[float, float]:
    """(longitude, latitude) in degrees of the middle of ``bounds``."""
    left, bottom, right, top = bounds
    middle = (left + right) / 2, (bottom + top) / 2
    if crs.is_geographic:
        return middle
    geodetic = crs.geodetic_crs
    longitude, latitude = transformer(crs, geodetic or CRS.from_epsg(4326)).transform(*middle)
    return float(longitude), float(latitude)


def area_distortion(crs: CRS, bounds: Bounds) -> float:
    """Planar area over ellipsoidal area of a small square in the middle of ``bounds`` of a projected CRS;
    1 where it cannot be told."""
    left, bottom, right, top = bounds
    x, y = (left + right) / 2, (bottom + top) / 2
    half = max((right - left) + (top - bottom), 1e-9) / 1e4
    geodetic = crs.geodetic_crs
    if geodetic is None:
        return 1.0
    corners_x = np.array([x - half, x + half, x + half, x - half])
    corners_y = np.array([y - half, y - half, y + half, y + half])
    longitude, latitude = transformer(crs, geodetic).transform(corners_x, corners_y)
    true, _ = geod_of(crs).polygon_area_perimeter(longitude, latitude)
    planar = (2 * half * metres_per_unit(crs)) ** 2
    return planar / abs(true) if math.isfinite(true) and true else 1.0


def transformed_bounds(bounds: Bounds, source: CRS, target: CRS) -> Bounds:
    """Bounds of a box of one CRS in another; infinite where the box cannot be brought there."""
    if same_crs(source, target):
        return bounds
    try:
        left, bottom, right, top = transformer(source, target).transform_bounds(*bounds, densify_pts=21)
    except ProjError:
        return -math.inf, -math.inf, math.inf, math.inf
    return left, bottom, right, top


def overlap(one: Bounds, other: Bounds) -> bool:
    """True where two boxes share some area."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def describe_bounds(bounds: Bounds | NDArray[np.float64]) -> str:
    """A box for readers."""
    digits = 5 if max(abs(float(value)) for value in bounds) <= 400 else 0
    left, bottom, right, top = (f"{float(value):,.{digits}f}" for value in bounds)
    return f"x {left} to {right}, y {bottom} to {top}"


def _guess(bounds: Bounds, beside: CRS | None = None) -> str:
    """The key that states the CRS which coordinates look like, by the Chinese conventions; where they tell
    none, that of the land cover ``beside``."""
    left, bottom, right, top = bounds
    if -180 <= left <= right <= 180 and -90 <= bottom <= top <= 90:
        return '`crs = "EPSG:4490"` (its coordinates look like degrees)'
    zone = int(left // 1_000_000) if math.isfinite(left) else 0
    if 25 <= zone <= 45:
        return f'`crs = "EPSG:{4488 + zone}"` (its eastings look like 3-degree zone {zone} of CGCS2000)'
    if 13 <= zone <= 23:
        return f'`crs = "EPSG:{4478 + zone}"` (its eastings look like 6-degree zone {zone} of CGCS2000)'
    if beside is not None and beside.is_projected and beside.to_epsg() is not None:
        return f'`crs = "{crs_name(beside)}"` if that of the land cover is its own too'
    return '`crs = "EPSG:4547"`, or whatever its coordinates are in'


def _plausible(crs: CRS, bounds: Bounds, place: str, findings: Findings) -> bool:
    """False, with a finding, where the coordinates lie outside what the CRS can hold."""
    left, bottom, right, top = bounds
    if not all(math.isfinite(value) for value in bounds):
        return True
    if crs.is_geographic:
        if left >= -361 and right <= 361 and bottom >= -91 and top <= 91:
            return True
        fault = f"{crs_name(crs)} counts degrees"
    # Degrees under a projected CRS; only where they fall on China, since small made grids start at 0.
    elif 70 <= left <= right <= 140 and 10 <= bottom <= top <= 60:
        fault = f"{crs_name(crs)} counts metres"
    elif _far_outside(crs, bounds):
        fault = f"{crs_name(crs)} ({crs.name}) has no such place"
    else:
        return True
    findings.error(
        place,
        f"{fault}, but the coordinates are {describe_bounds(bounds)}",
        f"State the CRS that the coordinates are in: {_guess(bounds)}",
    )
    return False


def _far_outside(crs: CRS, bounds: Bounds) -> bool:
    """True where coordinates lie nowhere on the Earth by a projected CRS, or many degrees of longitude beyond
    its zone: eastings with a zone number that it does not have (or without one), or x and y exchanged."""
    if not crs.is_projected:
        return False
    longitude, _ = centre_degrees(crs, bounds)
    if not math.isfinite(longitude):
        return True
    area = crs.area_of_use
    if area is None or not 0 < area.east - area.west <= WIDEST_ZONE:
        return False
    return not area.west - WIDEST_ZONE <= longitude <= area.east + WIDEST_ZONE
