"""Versions of the program and of everything whose behaviour a plan's figures rest on."""

from __future__ import annotations

import platform
from importlib import metadata

PACKAGES = ("sansheng", "pyomo", "highspy", "numpy", "scipy", "rasterio", "pyogrio", "geopandas", "pyproj")
ABSENT = "not installed"


def own_version() -> str:
    """The version of this program."""
    return _version("sansheng")


def versions() -> dict[str, str]:
    """Versions by name: Python, GDAL and the packages, none of which is loaded for it but rasterio."""
    import rasterio  # noqa: PLC0415 - `sansheng --version` should not load GDAL

    found = {package: _version(package) for package in PACKAGES}
    return {"python": platform.python_version(), "gdal": rasterio.__gdal_version__, **found}


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ABSENT
