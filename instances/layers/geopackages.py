"""GeoPackages as the same bytes wherever they hold the same: GDAL's clock stands still while it writes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pyogrio


@contextmanager
def dated(moment: str) -> Iterator[None]:
    """One date for all that GDAL writes, such as ``2000-01-01T00:00:00.000Z``.

    Setting the dates afterwards would not do: GDAL dates a layer several times while it writes it, SQLite
    passes over a date that is the same as before, and the file's header counts the changes.
    """
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": moment})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})
