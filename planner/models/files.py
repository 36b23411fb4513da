"""Files of models beside the layout: what a run's folder holds of a model of each kind."""

from __future__ import annotations

from collections.abc import Mapping

FILES: Mapping[str, tuple[str, ...]] = {
    "cycle": ("plants.gpkg", "flows.csv", "nutrients.csv"),
    "services": ("centres.gpkg", "ways.csv"),
    "measures": ("cuts.gpkg", "cuts.csv"),
}
"""Tables and layers, by kind."""
MAPS: Mapping[str, str] = {"cycle": "cycle.png", "services": "centres.png"}
"""The map of a kind; measures have none."""
