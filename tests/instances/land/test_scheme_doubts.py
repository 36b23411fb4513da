from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio

from instances.land.landcover import read_landcover
from instances.study.findings import Findings
from tests.support.made_files import said, study_of, write_raster

CLCD = {1: (250, 227, 156), 2: (68, 111, 51), 4: (171, 211, 123), 5: (30, 105, 180), 8: (226, 66, 144)}


def told(path: Path, **cover: object) -> str:
    """The warnings and notes of reading a land cover."""
    findings = Findings()
    assert read_landcover(study_of(path=str(path), **cover), Path(), findings) is not None
    return said(findings)


@pytest.fixture
def painted(tmp_path: Path) -> Path:
    """A raster with codes and colours of CLCD."""
    path = write_raster(tmp_path / "lc.tif", np.array([[1, 2, 4], [5, 8, 1]], dtype=np.uint8), nodata=0)
    with rasterio.open(path, "r+") as source:
        source.write_colormap(1, {code: (*colour, 255) for code, colour in CLCD.items()})
    return path


def test_a_scheme_against_the_file_s_colours_is_doubted(painted: Path) -> None:
    """The codes of CLCD read by MODIS have a class each, all of them wrong: the palette gives it away."""
    assert "colours" not in told(painted, scheme="CLCD")
    assert (
        "warning landcover.scheme: its colours are those of CLCD, not of MODIS. Look through the codes that "
        "`sansheng check` prints, and correct the scheme if it is the other."
    ) in told(painted, scheme="MODIS")


def test_codes_mapped_by_hand_are_not_doubted(painted: Path) -> None:
    """Whoever says what every code is knows better than a palette."""
    pairs = {"1": "forest", "2": "cropland", "4": "water", "5": "urban", "8": "wetland"}
    assert "colours" not in told(painted, scheme="MODIS", classes=pairs)
    assert "colours" not in told(painted, classes=pairs)


def test_a_file_s_name_is_doubt_too(tmp_path: Path) -> None:
    """A file called ESA_WorldCover read as GlobeLand30 is told: 10 is trees there and cropland here."""
    values = np.array([[10, 20, 30], [40, 50, 60]], dtype=np.uint8)
    path = write_raster(tmp_path / "ESA_WorldCover_2021.tif", values, nodata=0)
    assert "the file's name speaks for WorldCover, not for GlobeLand30" in told(path, scheme="GlobeLand30")
    assert "speaks for" not in told(path, scheme="WorldCover")
