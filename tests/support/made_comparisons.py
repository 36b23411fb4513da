"""A small study with alternatives: one more red line, limits that no layout can meet, other weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.support.small_study import box, write_polygons, write_study

SCENARIOS: dict[str, Any] = {
    "airport": {
        "redlines": {
            "airport": {"label": "Airport", "path": "lines.gpkg", "layer": "airport", "forbid": ["forest"]}
        }
    },
    "strict": {"limits": [{"indicator": "area.cropland", "at_least": "130%", "by": "townships"}]},
    "green": {"objective": {"maximise": {"blue_green_compactness": 5.0}}},
}
"""`airport` bars forest where the base plants it, `strict` asks each township for more cropland than it can
have, `green` weighs connectivity ten times as much."""


def write_alternatives(folder: Path, **changed: Any) -> Path:
    """Write the study with its scenarios; returns ``study.toml``."""
    path = write_study(folder, {"scenarios": SCENARIOS, **changed})
    write_polygons(folder / "lines.gpkg", "airport", {"机场": box(9, 4, 14, 8)})
    return path
