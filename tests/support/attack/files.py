"""Hostile files: what lies at a path, or looks like a path, that is no file of the kind that is meant."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import tomli_w

from tests.support.attack.case import ACCEPTED, EITHER, REFUSED, Attack, Tree, fullest, put

PLACES: dict[str, tuple[tuple[Any, ...], str]] = {
    "landcover": (("landcover", "path"), "cover.tif"),
    "boundary": (("boundary", "path"), "county.gpkg"),
    "districts.townships": (("districts", "townships", "path"), "townships.gpkg"),
    "layers.dem": (("layers", "dem", "path"), "dem.tif"),
    "layers.worth": (("layers", "worth", "path"), "worth.gpkg"),
    "redlines.farmland": (("redlines", "farmland", "path"), "lines.gpkg"),
    "indicators.greenways.corridors": (("indicators", "greenways", "corridors", "path"), "ways.gpkg"),
    "models.cycle.sites": (("models", "cycle", "sites", "path"), "sites.gpkg"),
    "carbon.coefficients": (("carbon", "coefficients"), "mine.csv"),
}
"""Every key that names a file, and its file in the fullest study."""


def _instead(make: Callable[[Path], object]) -> Callable[[Path], object]:
    def change(path: Path) -> None:
        path.unlink()
        make(path)

    return change


def _loop(path: Path) -> None:
    path.symlink_to(path.with_suffix(".loop"))
    path.with_suffix(".loop").symlink_to(path)


def _sparse(path: Path) -> None:
    with path.open("wb") as stream:
        stream.truncate(2**43)


def _cut(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def _noise(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[64 : len(content) : 97] = bytes(len(content[64 : len(content) : 97]))
    path.write_bytes(bytes(content))


SPECIAL: dict[str, tuple[str, Callable[[Path], object]]] = {
    "a pipe": (REFUSED, _instead(os.mkfifo)),
    "/dev/zero": (REFUSED, _instead(lambda path: path.symlink_to("/dev/zero"))),
    "/dev/null": (REFUSED, _instead(lambda path: path.symlink_to("/dev/null"))),
    "/dev/stdin": (REFUSED, _instead(lambda path: path.symlink_to("/dev/stdin"))),
    "a folder": (REFUSED, _instead(Path.mkdir)),
    "a loop of links": (REFUSED, _instead(_loop)),
    "a link to nothing": (REFUSED, _instead(lambda path: path.symlink_to("nowhere"))),
    "a link to its folder": (REFUSED, _instead(lambda path: path.symlink_to("."))),
    "a good link": (ACCEPTED, lambda path: (path.rename(path.with_name("there")), path.symlink_to("there"))),
    "empty": (REFUSED, lambda path: path.write_bytes(b"")),
    "zeros": (REFUSED, lambda path: path.write_bytes(bytes(4096))),
    "text": (REFUSED, lambda path: path.write_text("no such thing\n" * 50)),
    "8 TB of nothing": (REFUSED, _sparse),
    "half of it": (REFUSED, _cut),
    "every 97th byte zero": (EITHER, _noise),
    "a zip of nothing": (REFUSED, lambda path: path.write_bytes(b"PK\x05\x06" + bytes(18))),
    "another study's file": (
        REFUSED,
        lambda path: path.write_text("title = 'x'\n[landcover]\npath='cover.tif'\n"),
    ),
    "a page that was not found": (
        REFUSED,
        lambda path: path.write_text("<!DOCTYPE html><html><body>404</body></html>"),
    ),
}
"""What may lie where a file should, and what each must be answered."""

WORDS = (
    "/vsicurl/http://127.0.0.1:9/x.tif",
    "/vsizip/nothing.zip/x.tif",
    "/vsistdin/",
    "/vsimem/x",
    "http://127.0.0.1:9/x.gpkg",
    "PG:host=127.0.0.1 port=9 dbname=x",
    "GPKG:lines.gpkg:farmland",
    "NETCDF:x.nc:v",
    'HDF5:"x"://a',
    "WFS:http://127.0.0.1:9",
    "<VRTDataset rasterXSize='9' rasterYSize='9'/>",
    '{"type":"FeatureCollection","features":[]}',
    "POINT (1 1)",
    "cover.tif\\",
    ".",
    "..",
    "/",
    "~",
    "~root/x.tif",
    "$HOME/x.tif",
    "x" * 300 + ".tif",
    "a/" * 3000 + "x.tif",
    "nul",
    "file:///etc/passwd",
)
"""Texts that a library below may take for something else than a path."""


def attacks() -> Iterator[Attack]:
    """Every special file at every key that names one, and every odd text there."""
    for name, (place, file) in PLACES.items():
        for sort, (answer, change) in SPECIAL.items():
            if name == "carbon.coefficients" and sort == "half of it":
                answer = EITHER
            says = (name,) if answer == REFUSED and name != "carbon.coefficients" else ()
            files = _on(file, change)
            yield Attack(f"{name} is {sort}", answer, says, files=files)
        for word in WORDS:
            yield Attack(f"{name} is named {word[:40]}", REFUSED, (name,), put(place, word))
    yield from _study_files()
    yield from _studies()


def _on(file: str, change: Callable[[Path], object]) -> Callable[[Path], object]:
    return lambda folder: change(folder / file)


def _study_files() -> Iterator[Attack]:
    """Hostile study files."""
    for sort, (answer, change) in SPECIAL.items():
        if sort not in ("zeros", "half of it", "every 97th byte zero", "another study's file"):
            yield Attack(f"study.toml is {sort}", answer, files=_on("study.toml", change))
    whole = tomli_w.dumps(fullest())
    texts: dict[str, tuple[str, bytes]] = {
        "with a BOM": (ACCEPTED, b"\xef\xbb\xbf" + whole.encode()),
        "in GBK": (REFUSED, whole.encode("gbk")),
        "in UTF-16": (REFUSED, whole.encode("utf-16")),
        "with CR LF": (ACCEPTED, whole.replace("\n", "\r\n").encode()),
        "with CR": (REFUSED, whole.replace("\n", "\r").encode()),
        "with a key twice": (REFUSED, (whole + "\n[landcover]\npath = 'x'\n").encode()),
        "with NUL": (REFUSED, whole.replace("title", "ti\0tle").encode()),
        "5,000 lists deep": (REFUSED, ("title = " + "[" * 5000 + "]" * 5000).encode()),
        "5,000 tables deep": (REFUSED, ("a = " + "{a=" * 5000 + "1" + "}" * 5000).encode()),
        "5,000 keys deep": (REFUSED, (".".join("a" * 5000) + " = 1").encode()),
        "5,000 headings deep": (REFUSED, ("[" + ".".join("a" * 5000) + "]").encode()),
        "with 100,000 unknown keys": (
            REFUSED,
            ("title = 'x'\n" + "".join(f"k{n} = {n}\n" for n in range(100_000))).encode(),
        ),
        "with a number of 10,000 digits": (REFUSED, b"title = " + b"9" * 10_000),
        "with a line of 10 MB": (REFUSED, b"title = '" + b"x" * 10_000_000 + b"'"),
        "with comments of 10 MB": (ACCEPTED, whole.encode() + b"#" + b"x" * 10_000_000),
        "without a title": (REFUSED, re.sub("^title.*\n", "", whole).encode()),
        "with one quote": (REFUSED, b'title = "'),
        "with three quotes": (REFUSED, b'title = """'),
        "of JSON": (REFUSED, b'{"title": "x"}'),
        "of YAML": (REFUSED, b"title: x\nlandcover:\n  path: y\n"),
    }
    for sort, (answer, content) in texts.items():
        yield Attack(f"study.toml {sort}", answer, files=_written(content))


def _studies() -> Iterator[Attack]:
    """Study files that are TOML, and say too much or what makes no sense."""
    for sort, change in {
        "3,000 limits on one indicator": _many_limits,
        "3,000 limits on one indicator by township": lambda tree: _many_limits(tree, by="townships"),
        "500 scenarios": lambda tree: tree["scenarios"].update({f"s{n}": {"limits": []} for n in range(500)}),
        "500 red lines of one condition": lambda tree: tree["redlines"].update(
            {f"r{n}": {"where": "slope > 25", "forbid": ["urban"]} for n in range(500)}
        ),
        "200 own classes": lambda tree: tree["classes"].update(
            {f"c{n}": {"like": "forest"} for n in range(200)}
        ),
        "a condition of 10,000 parts": put(
            ("redlines", "steep", "where"), " or ".join(["slope > 25"] * 10_000)
        ),
        "a condition 5,000 brackets deep": put(
            ("redlines", "steep", "where"), "(" * 5000 + "slope > 25" + ")" * 5000
        ),
        "a condition with a power": put(("redlines", "steep", "where"), "slope ** 9 ** 9 ** 9 > 1"),
        "a condition of 9s": put(("redlines", "steep", "where"), "slope > " + "9" * 5000),
        "a division by nothing": put(("redlines", "steep", "where"), "slope / 0 > 1"),
        "a condition that calls": put(("redlines", "steep", "where"), "slope.__class__.__mro__ > 1"),
        "a class like itself": put(("classes", "tea", "like"), "tea"),
        "a class of itself, forest": lambda tree: tree["classes"].update(forest={"like": "forest"}),
        "a layer from itself": put(("layers", "grade"), {"from": "grade"}),
        "layers from each other": lambda tree: tree["layers"].update(
            one={"from": "two"}, two={"from": "one"}
        ),
        "an indicator named as one of ours": lambda tree: tree["indicators"].update(
            net_emissions={"sum": ["forest"]}
        ),
        "a scenario base": put(("scenarios", "base"), {}),
        "a weight of each sign": put(
            ("objective",), {"minimise": {"net_emissions": 1.0}, "maximise": {"net_emissions": 1.0}}
        ),
        "an empty objective": put(("objective",), {"minimise": {}, "maximise": {}}),
        "weights from 1e-300 to 1e15": put(
            ("objective",),
            {"minimise": {"net_emissions": 1e15}, "maximise": {"blue_green_compactness": 1e-300}},
        ),
    }.items():
        yield Attack(f"study with {sort}", EITHER, tree=change)


def _written(content: bytes) -> Callable[[Path], object]:
    return lambda folder: (folder / "study.toml").write_bytes(content)


def _many_limits(tree: Tree, by: str | None = None) -> None:
    also = {} if by is None else {"by": by}
    tree["limits"] = [{"indicator": "area.cropland", "at_least": 1 + n / 1000, **also} for n in range(3000)]
