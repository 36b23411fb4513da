"""The small study with an order of its changes: money by year, land a year, homes and cropland."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import tomli_w

from tests.support import small_study

COSTS = (
    "from,to,value\ncropland,forest,6\ncropland,grassland,4\ngrassland,forest,3\nbare_unused,forest,2\n"
    "water,forest,9\nforest,cropland,5\n"
)
ORDER: dict[str, Any] = {
    "kind": "schedule",
    "years": [2026, 2029],
    "cost": "works",
    "budget": "budget.csv",
    "by": "townships",
    "area_per_year": 18.0,
    "homes": "on time",
    "cropland": "pro rata",
}


def write_schedule_study(folder: Path, tables: dict[str, Any] | None = None, **model: Any) -> Path:
    """Write the study and all of its files; keys of the model that are None are left out. Returns
    ``study.toml``."""
    small_study.write_files(folder)
    (folder / "costs.csv").write_text(COSTS, encoding="utf-8")
    (folder / "budget.csv").write_text("year,amount\n2026,70\n2027,60\n2028,90\n", encoding="utf-8")
    tree = {**small_study.tree(), **small_study.QUICK, **(tables or {})}
    tree["indicators"] = {"works": {"per_change": "costs.csv", "unit": "10^4 yuan"}}
    asked = {key: value for key, value in {**ORDER, **model}.items() if value is not None}
    tree["models"] = {"order": asked}
    path = folder / "study.toml"
    path.write_text(tomli_w.dumps(tree), encoding="utf-8")
    return path
