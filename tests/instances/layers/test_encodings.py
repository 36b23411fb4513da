from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest

from instances.layers.encodings import shapefile_encoding
from instances.layers.vector_files import read_vector
from instances.study.findings import Findings
from instances.study.schema import Source
from tests.support.made_files import square

CHINESE = ["东莞市", "莞城街道"]


def shapefile(folder: Path, names: list[str], encoding: str, cpg: str | None) -> Path:
    """A shapefile whose text is in one encoding and whose .cpg says another, or nothing."""
    frame = gpd.GeoDataFrame(
        {"名称" if encoding != "cp1252" else "Name": names},
        geometry=[square(k, 0) for k in range(len(names))],
        crs=32649,
    )
    frame.to_file(folder / "a.shp", engine="pyogrio", encoding=encoding)
    (folder / "a.cpg").unlink(missing_ok=True)
    if cpg is not None:
        (folder / "a.cpg").write_text(cpg, encoding="ascii")
    return folder / "a.shp"


@pytest.mark.parametrize(
    ("encoding", "cpg", "found", "corrected"),
    [
        ("gbk", None, "gb18030", False),
        ("gbk", "GBK", "gb18030", False),
        ("gbk", "936", "gb18030", False),
        ("gbk", "UTF-8", "gb18030", True),
        ("gbk", "ISO-8859-1", "gb18030", True),
        ("utf-8", None, "utf-8", False),
        ("utf-8", "UTF-8", "utf-8", False),
        ("utf-8", "ISO-8859-1", "utf-8", True),
        ("utf-8", "GBK", "utf-8", True),
        ("utf-8", "936", "utf-8", True),
        ("utf-8", "GB18030", "utf-8", True),
        ("gbk", "nonsense", "gb18030", False),
    ],
)
def test_chinese_text_is_known_by_decoding_it(
    tmp_path: Path, encoding: str, cpg: str | None, found: str, corrected: bool
) -> None:
    """GBK and UTF-8 are told apart by the text itself, with a right, a wrong or no .cpg."""
    known = shapefile_encoding(shapefile(tmp_path, CHINESE, encoding, cpg))
    assert known is not None
    assert (known.name, known.corrected) == (found, corrected)


ODD = (
    "rot13",
    "zlib",
    "hex",
    "base64",
    "UT\0F8",
    "\0\0",
    "idna",
    "undefined",
    "unicode_escape",
    "",
    "../x",
    "UTF-32",
)
"""What a .cpg may hold that names no encoding of its text."""


@pytest.mark.parametrize(
    "cpg", [*(word.encode() for word in ODD), b"\xff" * 9, b"utf-8" * 100_000], ids=range(14)
)
@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
def test_whatever_a_cpg_holds_the_text_is_read(tmp_path: Path, cpg: bytes, encoding: str) -> None:
    """Words that name no encoding of text, or nothing at all, count as if there were no .cpg."""
    path = shapefile(tmp_path, CHINESE, encoding, None)
    path.with_suffix(".cpg").write_bytes(cpg)
    known = shapefile_encoding(path)
    assert known is not None
    assert known.name == {"gbk": "gb18030", "utf-8": "utf-8"}[encoding]
    found = read_vector(Source(path="a.shp"), "districts.x", tmp_path, Findings())
    assert found is not None
    assert found["名称"].tolist() == CHINESE


@pytest.mark.parametrize("names", [["东镇", "西镇"], ["北"], ["联通", "一乡", "南马庄"]])
@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
def test_a_few_signs_are_enough(tmp_path: Path, names: list[str], encoding: str) -> None:
    """Some bytes decode by both encodings: the one by which they are in common use is right."""
    known = shapefile_encoding(shapefile(tmp_path, names, encoding, "GBK"))
    assert known is not None
    assert known.name == {"gbk": "gb18030", "utf-8": "utf-8"}[encoding]


def test_western_text_is_not_taken_for_chinese(tmp_path: Path) -> None:
    """Umlauts in a Western code page happen to decode as rare Chinese characters, but are not read so."""
    known = shapefile_encoding(shapefile(tmp_path, ["Müller", "Größe", "Höhe"], "cp1252", None))
    assert known is not None
    assert known.name == "latin-1"


def test_plain_text_needs_no_encoding(tmp_path: Path) -> None:
    """Where all text is ASCII there is nothing to find out."""
    assert shapefile_encoding(shapefile(tmp_path, ["a", "b"], "cp1252", None)) is None
