"""Coordinate reference systems: from files or the study, guessed in remedies, never assumed in silence."""

from __future__ import annotations

import math
import warnings

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS, Geod
from pyproj.exceptions import CRSError, ProjError

from instances.study.findings import Findings
from instances.units.datums import WGS84, datum_name, relatable, shift_between, transformer
from words.said import Said, say

Bounds = tuple[float, float, float, float]
"""(left, bottom, right, top)."""

WIDEST_ZONE = 12.0
"""Degrees of longitude: a CRS for no wider an area is one of zones, and of no use so far beside its own."""


SHIFT_TOLD_M = 2.0
"""Shifts between datums that may be off by more than this many metres are told."""

MOST_WRITTEN_OUT = 1e12
"""Coordinates beyond this are told with three digits and a power of ten."""

EXAMPLE = "EPSG:4547"
LONGEST_TOLD = 60
"""Characters of a CRS's text that a finding repeats."""


def parse_crs(text: str, place: str, findings: Findings) -> CRS | None:
    """The CRS that a study writes as text; a finding and None where PROJ does not know it."""
    plain = text.strip()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # of PROJ's old way to write a code
            return CRS.from_user_input(f"EPSG:{plain}" if plain.isascii() and plain.isdigit() else text)
    except (CRSError, UnicodeError):
        short = text if len(text) <= LONGEST_TOLD else f"{text[:LONGEST_TOLD]}..."
        findings.error(
            place, say("vector_crs.unknown", crs=repr(short)), say("vector_crs.write_code", example=EXAMPLE)
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
    """The CRS of a file, its horizontal part alone: its own, else the one the study states. Findings where
    there is none, where the two contradict each other, or where the coordinates cannot belong to it.

    ``beside`` is the CRS of the land cover, the likeliest for other files in metres: a file's CRS that cannot
    be related to it is a finding, and a shift between the datums that is unknown or coarse a warning.
    """
    wanted = parse_crs(stated, f"{place}.crs", findings) if stated is not None else None
    if stated is not None and wanted is None:
        return None
    if in_file is None and wanted is None:
        add = say("vector_crs.add", crs=_guess(bounds, beside))
        findings.error(place, say("vector_crs.none_stated"), add)
        return None
    if in_file is not None and wanted is not None and not same_crs(in_file, wanted):
        findings.error(
            f"{place}.crs",
            say("vector_crs.contradiction", wanted=crs_name(wanted), found=crs_name(in_file)),
            say("vector_crs.remove_or_correct"),
        )
        return None
    crs = in_file if in_file is not None else wanted
    assert crs is not None
    crs = horizontal(crs)
    if not _flat(crs, place, findings) or not _plausible(crs, bounds, place, findings):
        return None
    return crs if beside is None or _related(crs, beside, bounds, place, findings) else None


def horizontal(crs: CRS) -> CRS:
    """A CRS without its heights: the horizontal part of a compound one, the plane of one in 3D."""
    flat: CRS = crs.to_2d()
    return flat


def is_stated(crs: CRS) -> bool:
    """False for the placeholders that stand in files which state no CRS."""
    return crs.is_geographic or crs.is_projected or not crs.name.lower().startswith(("undefined", "unknown"))


def same_crs(one: CRS, other: CRS) -> bool:
    """True where two CRS place coordinates (x first) alike; their heights are not asked."""
    one, other = horizontal(one), horizontal(other)
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


def describe_bounds(bounds: Bounds | NDArray[np.float64]) -> Said:
    """A box for readers."""
    largest = max(abs(float(value)) for value in bounds)
    form = ",.5f" if largest <= 400 else ",.0f" if largest < MOST_WRITTEN_OUT else ".3g"
    left, bottom, right, top = (f"{float(value):{form}}" for value in bounds)
    return say("vector_crs.box", left=left, right=right, bottom=bottom, top=top)


def _guess(bounds: Bounds, beside: CRS | None = None) -> Said:
    """The key that states the CRS which coordinates look like, by the Chinese conventions; where they tell
    none, that of the land cover ``beside``."""
    left, bottom, right, top = bounds
    if -180 <= left <= right <= 180 and -90 <= bottom <= top <= 90:
        return say("vector_crs.like_degrees", crs="EPSG:4490")
    zone = int(left // 1_000_000) if math.isfinite(left) else 0
    if 25 <= zone <= 45:
        return say("vector_crs.like_zone", crs=f"EPSG:{4488 + zone}", degrees=3, zone=zone)
    if 13 <= zone <= 23:
        return say("vector_crs.like_zone", crs=f"EPSG:{4478 + zone}", degrees=6, zone=zone)
    if beside is not None and beside.is_projected and beside.to_epsg() is not None:
        return say("vector_crs.like_cover", crs=crs_name(beside))
    return say("vector_crs.like_none", crs=EXAMPLE)


def _flat(crs: CRS, place: str, findings: Findings) -> bool:
    """False, with a finding, where a CRS has no two coordinates that make a map."""
    if not (crs.is_geocentric or crs.is_vertical):
        return True
    fault = say("vector_crs.no_plane", crs=crs_name(crs), name=crs.name)
    findings.error(place, fault, say("vector_crs.write_code", example=EXAMPLE))
    return False


def _related(crs: CRS, beside: CRS, bounds: Bounds, place: str, findings: Findings) -> bool:
    """False, with a finding, where a CRS cannot be related to that of the land cover; an unknown or coarse
    shift between their datums is told."""
    if same_crs(crs, beside):
        return True
    if not relatable(crs, beside):
        findings.error(
            place,
            say("vector_crs.not_relatable", crs=crs_name(crs), cover=crs_name(beside)),
            say("vector_crs.bring_into", crs=crs_name(beside)),
        )
        return False
    shift = shift_between(crs, beside, *_middle(crs, beside, bounds))
    names = {"own": datum_name(crs), "cover": datum_name(beside)}
    if shift is not None and shift.metres is None:
        fault, remedy = say("vector_crs.no_shift", **names), "vector_crs.bring_by_parameters"
        findings.warn(place, fault, say(remedy, crs=crs_name(beside)))
    elif shift is not None and (shift.metres or 0.0) > SHIFT_TOLD_M:
        fault = say("vector_crs.coarse_shift", **names, metres=shift.metres, name=shift.name)
        findings.warn(place, fault, say("vector_crs.bring_by_better", crs=crs_name(beside)))
    return True


def _middle(crs: CRS, beside: CRS, bounds: Bounds) -> tuple[float, float]:
    """A place of a file, in its own CRS, at which to ask for the shift: the middle of what it has in common
    with the area of use of the land cover's CRS, else its own middle."""
    left, bottom, right, top = bounds
    middle = (left + right) / 2, (bottom + top) / 2
    area = beside.area_of_use
    if area is None or not all(math.isfinite(value) for value in bounds):
        return middle
    used = transformed_bounds(area.bounds, WGS84, crs)
    if not overlap(bounds, used):
        return middle
    x = max(left, used[0]), min(right, used[2])
    y = max(bottom, used[1]), min(top, used[3])
    return sum(x) / 2, sum(y) / 2


def _plausible(crs: CRS, bounds: Bounds, place: str, findings: Findings) -> bool:
    """False, with a finding, where the coordinates lie outside what the CRS can hold."""
    left, bottom, right, top = bounds
    if not all(math.isfinite(value) for value in bounds):
        return True
    if crs.is_geographic:
        if left >= -361 and right <= 361 and bottom >= -91 and top <= 91:
            return True
        fault = "vector_crs.counts_degrees"
    # Degrees under a projected CRS; only where they fall on China, since small made grids start at 0.
    elif 70 <= left <= right <= 140 and 10 <= bottom <= top <= 60:
        fault = "vector_crs.counts_metres"
    elif _far_outside(crs, bounds):
        fault = "vector_crs.no_such_place"
    else:
        return True
    findings.error(
        place,
        say(fault, crs=crs_name(crs), name=crs.name, bounds=describe_bounds(bounds)),
        say("vector_crs.state_own", crs=_guess(bounds)),
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
