"""The small study with measures: four townships' roofs by class, a table of six lines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import tomli_w

from tests.support import small_study

HEAD = "measure,strategy,unit,tco2e,mwh,low,high,cost,most,needs,district,whole,mark\n"
LINES = (
    "屋顶光伏,power,MW,,1100,900,1300,350,,1,,,",
    "solar heat,power,MW,300,,200,400,60,4,1.5,东镇,,verified",
    "retrofit,buildings,1000 m2,9,,6,12,20,300,,,,",
    "windows,buildings,1000 m2,4,,2,5,4,120,,,,",
    "digester,waste,plant,800,,500,900,450,2,,,yes,",
    "sorting,waste,1000 t,30,,10,40,9,12,,,,",
)


def measures_tree(**model: Any) -> dict[str, Any]:
    """The study file's tree."""
    tree = small_study.tree()
    tree.setdefault("indicators", {})["roofs"] = {"per_class": {"urban_residential": 0.25}, "unit": "ha"}
    tree["models"] = {
        "climate": {
            "kind": "measures", "by": "townships", "of": "roofs", "measures": "measures.csv",
            "budget": 4000.0, "budgets": {"buildings": 1500.0}, "shares": {"buildings": 15.0}, **model,
        }
    }  # fmt: skip
    return tree


def write_measures_study(folder: Path, lines: tuple[str, ...] = LINES, **model: Any) -> Path:
    """Write the study and all of its files; returns ``study.toml``."""
    small_study.write_files(folder)
    (folder / "measures.csv").write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
    path = folder / "study.toml"
    path.write_text(tomli_w.dumps(measures_tree(**model)), encoding="utf-8")
    return path
