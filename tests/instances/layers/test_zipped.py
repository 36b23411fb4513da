from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from instances.land.landcover import read_landcover
from instances.layers.bands import read_numbers
from instances.layers.raster_files import is_raster, raster_file
from instances.layers.zipped import members, rasters_inside
from instances.study.findings import Findings
from tests.support.made_files import said, square, study_of, write_layer, write_raster


def zipped(path: Path, files: Mapping[str, Path | bytes]) -> Path:
    """A zip with files by their paths inside."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as content:
        for name, source in files.items():
            content.writestr(name, source if isinstance(source, bytes) else source.read_bytes())
    return path


def raster(folder: Path) -> Path:
    """A small raster of codes."""
    return write_raster(folder / "inner.tif", np.array([[1, 2], [2, 1]], np.uint8))


@pytest.mark.parametrize("name", ["a.zip", "数据 2035.ZIP", "!a#b%20.zip"])
@pytest.mark.parametrize("inner", ["lc.tif", "内 层/地类.TIF", "deep/er/lc.tiff"])
def test_the_one_raster_in_a_zip_is_read(tmp_path: Path, name: str, inner: str) -> None:
    """Whatever the zip and the folders inside are called; what macOS adds, and notes beside it, do not
    count."""
    files = {inner: raster(tmp_path), "__MACOSX/._lc.tif": b"x", "readme.txt": b"x", "lc.tif.aux.xml": b""}
    path = zipped(tmp_path / name, files)
    assert is_raster(path)
    with raster_file(path, "p", Findings()) as source:
        assert source is not None
        assert read_numbers(source, 1).tolist() == [[1, 2], [2, 1]]
    study = study_of(path=name, classes={"1": "forest", "2": "water"})
    land = read_landcover(study, tmp_path, Findings())
    assert land is not None
    assert land.today.tolist() == [0, 1, 1, 0]
    assert list(land.inputs) == [name]


def test_names_in_a_chinese_code_page_are_understood(tmp_path: Path) -> None:
    """Windows writes names in its own code page without saying so: the raster opens, and is shown as its
    writer saw it."""
    plain = zipped(tmp_path / "a.zip", {"PLACEHOLDER1.tif": raster(tmp_path)})
    name = "土地利用现状".encode("gb18030")
    (tmp_path / "b.zip").write_bytes(plain.read_bytes().replace(b"PLACEHOLDER1", name))
    assert [member.shown for member in members(tmp_path / "b.zip")] == ["土地利用现状.tif"]
    with raster_file(tmp_path / "b.zip", "p", Findings()) as source:
        assert source is not None
        assert source.shape == (2, 2)


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (("a.tif", "b.tif"), "lc.zip holds 2 rasters (a.tif, b.tif), and not one. Unpack it and name"),
        (("readme.txt",), "lc.zip holds no raster, but readme.txt. Unpack it and name"),
        ((), "lc.zip is no zip that can be read, or it is empty. Unpack it"),
    ],
)
def test_a_zip_of_several_rasters_or_none_is_told(
    tmp_path: Path, names: tuple[str, ...], sentence: str
) -> None:
    """The sentence names what the zip holds."""
    inner = raster(tmp_path)
    zipped(tmp_path / "lc.zip", dict.fromkeys(names, inner))
    findings = Findings()
    study = study_of(path="lc.zip", classes={"1": "forest", "2": "water"})
    assert read_landcover(study, tmp_path, findings) is None
    assert sentence in said(findings)
    assert len(findings.errors) == 1


def test_a_broken_zip_is_told(tmp_path: Path) -> None:
    """A zip cut off in the middle, text that is called one, and a broken raster inside are one sentence."""
    whole = zipped(tmp_path / "a.zip", {"a.tif": raster(tmp_path)}).read_bytes()
    broken = {"cut": whole[: len(whole) // 2], "text": b"no zip at all"}
    for name, content in broken.items():
        (tmp_path / f"{name}.zip").write_bytes(content)
    zipped(tmp_path / "inner.zip", {"a.tif": b"II*\0 no raster"})
    for name in (*broken, "inner"):
        findings = Findings()
        with raster_file(tmp_path / f"{name}.zip", "p", findings) as source:
            assert source is None
        assert len(findings.errors) == 1
        assert f"{name}.zip" in said(findings)


def test_a_zip_of_vector_layers_is_no_raster(tmp_path: Path) -> None:
    """A zipped shapefile is left to the reader of vector layers."""
    write_layer(tmp_path / "a.shp", [square(0, 0)])
    files: dict[str, Path | bytes] = {part.name: part for part in tmp_path.glob("a.*")}
    path = zipped(tmp_path / "shape.zip", files)
    assert not is_raster(path)
    assert rasters_inside(path) == ()
