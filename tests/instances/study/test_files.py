from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
import shapely

from instances.study.files import find_file, input_hashes, nearest
from instances.study.findings import Findings
from tests.support.made_files import said, write_layer


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("slop.tif", "there is no file slop.tif. Did you mean `slope.tif`?"),
        ("xyzzy.dat", "there is no file xyzzy.dat. That folder holds slope.tif"),
        ("nowhere/slope.tif", "There is no folder nowhere either"),
        (".", "is a folder, not a file"),
        ("data\\slope.tif", "A path with backslashes is read on Windows alone: write data/slope.tif"),
        (
            "data\new.tif",
            r'holds a sign that no path has: "data\new.tif". In "double quotes" \n is a line break',
        ),
        ("a\0b", "holds a sign that no path has"),
        (" ", "its path is empty. Name a file"),
        ("/dev/zero", "is a device or a pipe, not a file"),
    ],
)
def test_a_missing_file_is_told_with_what_is_there(tmp_path: Path, path: str, sentence: str) -> None:
    """A file that is not there is told with near names, or with what its folder holds."""
    (tmp_path / "slope.tif").write_bytes(b"x")
    findings = Findings()
    assert find_file(path, tmp_path, "layers.slope", findings) is None
    assert sentence in said(findings)
    assert len(findings.items) == 1


def test_a_shapefile_is_hashed_part_by_part(tmp_path: Path) -> None:
    """Every part of a shapefile that decides what is read has its sha256 under the path the study names."""
    folder = tmp_path / "data"
    folder.mkdir()
    write_layer(folder / "a.shp", [shapely.box(0, 0, 1, 1)])
    hashes = input_hashes("data/a.shp", tmp_path)
    assert set(hashes) == {"data/a.shp", "data/a.shx", "data/a.dbf", "data/a.prj", "data/a.cpg"}
    assert hashes["data/a.dbf"] == hashlib.sha256((folder / "a.dbf").read_bytes()).hexdigest()


def test_a_shapefile_without_its_table_is_refused(tmp_path: Path) -> None:
    """A shapefile of which parts are missing is told by their names."""
    write_layer(tmp_path / "a.shp", [shapely.box(0, 0, 1, 1)])
    (tmp_path / "a.dbf").unlink()
    findings = Findings()
    assert find_file("a.shp", tmp_path, "p", findings) is None
    assert "a.shp lacks a.dbf" in said(findings)


def test_one_file_is_hashed_as_it_is(tmp_path: Path) -> None:
    """A plain file has one sha256; a missing one has none."""
    (tmp_path / "b.tif").write_bytes(b"land")
    assert input_hashes("b.tif", tmp_path) == {"b.tif": hashlib.sha256(b"land").hexdigest()}
    assert input_hashes("c.tif", tmp_path) == {}


def test_the_nearest_name_is_found_in_any_case() -> None:
    """Names are near to each other whatever their case; far names have no nearest."""
    assert nearest("SLOP", ["slope", "height"]) == "slope"
    assert nearest("zzz", ["slope", "height"]) is None
