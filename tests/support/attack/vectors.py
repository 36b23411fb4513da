"""Hostile vector files: broken shapefiles, odd encodings, no geometries, outlines of many corners."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from tests.support.attack.case import ACCEPTED, EITHER, REFUSED, Attack, Tree
from tests.support.small_study import CRS, LEFT, TOP, box

HALVES = {"东镇": box(8, 0, 16, 12), "西镇": box(0, 0, 8, 12)}
CPG = (
    b"",
    b"\0",
    b"UTF-8\0",
    b"rot13",
    b"zlib",
    b"hex",
    b"idna",
    b"unicode_escape",
    b"cp65001",
    b"65001",
    b"GBK",
    b"utf-16",
    b"OEM",
    b"../../x",
    b"x" * 100_000,
    b"\xff\xfe",
    b"ANSI 936",
    b"88591",
    b"\n\n",
    b"punycode",
    b"mbcs",
    b"raw_unicode_escape",
    b"undefined",
)
NEAR, FAR = (LEFT, TOP - 1200), (LEFT + 1600, TOP)


def _star(corners: int) -> shapely.Polygon:
    """A star of so many corners about the middle of the area, every second one near it."""
    turn = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    reach = np.where(np.arange(corners) % 2, 500.0, 100.0)
    return shapely.Polygon(np.c_[LEFT + 800 + reach * np.cos(turn), TOP - 600 + reach * np.sin(turn)])


def _comb(teeth: int) -> shapely.Polygon:
    """A comb: thin teeth side by side."""
    x = LEFT + np.repeat(np.linspace(10, 1590, 2 * teeth), 2)[1:-1]
    y = TOP - np.resize([100.0, 1100.0, 1100.0, 100.0], len(x))
    return shapely.Polygon([*zip(x, y, strict=True), (x[-1], TOP - 1150), (x[0], TOP - 1150)])


def _knot(corners: int) -> shapely.Polygon:
    """A polygon that crosses itself a hundred times over."""
    rng = np.random.default_rng(1)
    return shapely.Polygon(np.c_[LEFT + rng.uniform(0, 1600, corners), TOP - rng.uniform(0, 1200, corners)])


def _odd(*corners: tuple[float, float]) -> shapely.Polygon:
    """A polygon with corners that are no place."""
    with np.errstate(all="ignore"):
        return shapely.Polygon(corners)


BOW = shapely.Polygon([(LEFT, TOP), (LEFT + 800, TOP - 800), (LEFT + 800, TOP), (LEFT, TOP - 800)])
GEOMETRIES: dict[str, tuple[str, Any]] = {
    "a bow tie": (ACCEPTED, [BOW]),
    "a star of 100,000 corners": (REFUSED, [_star(100_000)]),
    "a comb of 25,000 teeth": (ACCEPTED, [_comb(25_000)]),
    "a knot of 300 corners": (EITHER, [_knot(300)]),
    "20,000 squares": (
        ACCEPTED,
        [
            shapely.box(
                LEFT + n % 160 * 10, TOP - n // 160 * 9, LEFT + n % 160 * 10 + 10, TOP - n // 160 * 9 + 10
            )
            for n in range(20_000)
        ],
    ),
    "2,000 times the same": (ACCEPTED, [box(1, 1, 9, 9)] * 2000),
    "nothing": (REFUSED, []),
    "an empty polygon": (REFUSED, [shapely.Polygon()]),
    "no geometry": (REFUSED, [None, None]),
    "one and none": (EITHER, [box(0, 0, 8, 8), None]),
    "a point": (REFUSED, [shapely.Point(LEFT + 50, TOP - 50)]),
    "a line": (REFUSED, [shapely.LineString([NEAR, FAR])]),
    "a line of one place": (REFUSED, [shapely.LineString([NEAR, NEAR])]),
    "a polygon of no area": (REFUSED, [shapely.Polygon([NEAR, FAR, NEAR])]),
    "a polygon of nan": (REFUSED, [_odd(NEAR, (math.nan, math.nan), (math.nan, TOP), NEAR)]),
    "a polygon to infinity": (REFUSED, [_odd(NEAR, FAR, (math.inf, TOP), NEAR)]),
    "a polygon to 1e308": (EITHER, [shapely.box(-1e308, -1e308, 1e308, 1e308)]),
    "a polygon to 1e15": (EITHER, [shapely.box(-1e15, -1e15, 1e15, 1e15)]),
    "the whole Earth in degrees": (REFUSED, [shapely.box(-180, -90, 180, 90)]),
    "a sliver of a nanometre": (EITHER, [shapely.box(LEFT, TOP - 1e-9, LEFT + 1600, TOP)]),
    "a collection in a collection": (
        EITHER,
        [shapely.GeometryCollection([shapely.GeometryCollection([box(0, 0, 4, 4)]), shapely.Point(NEAR)])],
    ),
    "an empty collection": (REFUSED, [shapely.GeometryCollection()]),
    "heights": (ACCEPTED, [shapely.force_3d(box(0, 0, 8, 8), 7.0)]),
    "a hole that is all": (EITHER, [shapely.Polygon(box(0, 0, 8, 8).exterior, [box(0, 0, 8, 8).exterior])]),
    "a hole outside": (EITHER, [shapely.Polygon(box(0, 0, 4, 4).exterior, [box(8, 8, 9, 9).exterior])]),
    "a polygon elsewhere": (REFUSED, [shapely.box(9e5, 3e6, 9.1e5, 3.1e6)]),
}


def _lines(shapes: Any, crs: str | None = CRS) -> Callable[[Path], object]:
    def change(folder: Path) -> None:
        (folder / "lines.gpkg").unlink()
        _write(folder / "lines.gpkg", shapes, crs, layer="farmland")
        _write(folder / "lines.gpkg", [box(0, 0, 6, 5)], CRS, layer="ecology")

    return change


def _write(path: Path, shapes: Any, crs: str | None, **options: Any) -> None:
    import warnings

    frame = gpd.GeoDataFrame(
        {"MC": [f"n{number}" for number in range(len(shapes))]}, geometry=list(shapes), crs=crs
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frame.to_file(path, engine="pyogrio", **options)


def attacks() -> Iterator[Attack]:
    """Hostile red lines, townships, corridors and boundaries, as GeoPackages, shapefiles and GeoJSON."""
    for name, (answer, shapes) in GEOMETRIES.items():
        says = ("redlines.farmland",) if answer == REFUSED else ()
        yield Attack(f"red line of {name}", answer, says, files=_lines(shapes))
        if len(shapes):
            yield Attack(f"townships of {name}", EITHER, files=_townships_of(shapes))
            # Corridors are read one by one: thousands of them take their time.
            yield Attack(f"corridors of {name}", EITHER, files=_ways_of(shapes[:2000]))
            yield Attack(f"boundary of {name}", EITHER, files=_boundary_of(shapes))
    for buffer in (1e-9, 1.0, 1e6, -1.0, -1e6):
        for name in (
            "a bow tie",
            "a star of 100,000 corners",
            "a comb of 25,000 teeth",
            "20,000 squares",
            "a line",
        ):
            tree = _buffered(buffer)
            yield Attack(
                f"red line of {name}, buffered by {buffer:g} m",
                EITHER,
                tree=tree,
                files=_lines(GEOMETRIES[name][1]),
            )
    for crs in (
        "EPSG:4978",
        "EPSG:5773",
        "+proj=ortho +lat_0=-90",
        'LOCAL_CS["x",UNIT["metre",1]]',
        None,
        "EPSG:4326",
    ):
        yield Attack(f"red line in {crs}", EITHER, files=_lines([box(0, 0, 8, 8)], crs))
    yield from _of_shapefiles()


def _of_shapefiles() -> Iterator[Attack]:
    """Shapefiles with odd parts or without some, and GeoJSON."""
    for mark in CPG:
        yield Attack(f"shapefile with .cpg {mark[:20]!r}", ACCEPTED, (), _shape, _shapefile({".cpg": mark}))
    for part in (".shp", ".shx", ".dbf"):
        yield Attack(
            f"shapefile without {part}", REFUSED, ("districts.townships",), _shape, _shapefile({part: None})
        )
        yield Attack(
            f"shapefile with an empty {part}",
            REFUSED,
            ("districts.townships",),
            _shape,
            _shapefile({part: b""}),
        )
        yield Attack(f"shapefile with zeros for {part}", EITHER, (), _shape, _shapefile({part: bytes(500)}))
    yield Attack("shapefile without .prj", EITHER, (), _shape, _shapefile({".prj": None}))
    yield Attack("shapefile with an empty .prj", EITHER, (), _shape, _shapefile({".prj": b""}))
    yield Attack("shapefile with an odd .prj", EITHER, (), _shape, _shapefile({".prj": b"PROJCS[" * 5000}))
    yield Attack(
        "shapefile with a .prj of degrees",
        EITHER,
        (),
        _shape,
        _shapefile(
            {".prj": b'GEOGCS["x",DATUM["x",SPHEROID["x",6378137,298]],PRIMEM["x",0],UNIT["degree",0.0174]]'}
        ),
    )
    for name, text in _geojsons().items():
        yield Attack(
            f"GeoJSON with {name}",
            EITHER,
            (),
            _json,
            lambda folder, text=text: (folder / "t.geojson").write_text(text),
        )


def _buffered(metres: float) -> Callable[[Tree], object]:
    return lambda tree: tree["redlines"]["farmland"].update(buffer_m=metres)


def _shape(tree: Tree) -> None:
    tree["districts"]["townships"]["path"] = "t.shp"


def _json(tree: Tree) -> None:
    tree["districts"]["townships"]["path"] = "t.geojson"


def _shapefile(parts: dict[str, bytes | None]) -> Callable[[Path], object]:
    def change(folder: Path) -> None:
        frame = gpd.GeoDataFrame({"MC": list(HALVES)}, geometry=list(HALVES.values()), crs=CRS)
        frame.to_file(folder / "t.shp", engine="pyogrio", encoding="UTF-8")
        for part, content in parts.items():
            path = (folder / "t.shp").with_suffix(part)
            path.unlink() if content is None else path.write_bytes(content)

    return change


def _townships_of(shapes: Any) -> Callable[[Path], object]:
    return lambda folder: _write(folder / "townships.gpkg", shapes, CRS, layer="townships")


def _ways_of(shapes: Any) -> Callable[[Path], object]:
    return lambda folder: _write(folder / "ways.gpkg", shapes, CRS, layer="ways")


def _boundary_of(shapes: Any) -> Callable[[Path], object]:
    return lambda folder: _write(folder / "county.gpkg", shapes, CRS, layer="county")


def _geojsons() -> dict[str, str]:
    ring = [[113.9, 23.4], [114.1, 23.4], [114.1, 23.6], [113.9, 23.6], [113.9, 23.4]]

    def one(geometry: Any, name: Any = "x") -> str:
        return json.dumps(
            {
                "type": "FeatureCollection",
                "features": [{"type": "Feature", "properties": {"MC": name}, "geometry": geometry}],
            }
        )

    square = {"type": "Polygon", "coordinates": [ring]}
    return {
        "a square": one(square),
        "a name that is a number": one(square, 7),
        "a name that is nothing": one(square, None),
        "a name that is a list": one(square, [1, {"a": 2}]),
        "a name of 100,000 letters": one(square, "长" * 100_000),
        "an open ring": one({"type": "Polygon", "coordinates": [ring[:-1]]}),
        "no ring": one({"type": "Polygon", "coordinates": []}),
        "a ring of one point": one({"type": "Polygon", "coordinates": [ring[:1]]}),
        "latitudes of 1e6": one({"type": "Polygon", "coordinates": [[[x * 1e4, y * 1e4] for x, y in ring]]}),
        "latitudes beyond the pole": one(
            {"type": "Polygon", "coordinates": [[[x, y * 10] for x, y in ring]]}
        ),
        "NaN": one(square).replace("113.9", "NaN"),
        "1e999": one(square).replace("113.9", "1e999"),
        "texts for numbers": one(square).replace("113.9", '"113.9"'),
        "an unknown type": one({"type": "Blob", "coordinates": [ring]}),
        "coordinates 1,000 deep": one(square).replace("[[[", "[" * 1000).replace("]]]", "]" * 1000),
        "no features": '{"type":"FeatureCollection","features":[]}',
        "no collection": "{}",
        "half of it": one(square)[:120],
        "a crs of its own": one(square)[:-1] + ', "crs": {"type":"name","properties":{"name":"x"}}}',
    }
