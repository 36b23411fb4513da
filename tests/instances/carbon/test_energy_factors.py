"""Energy factors by year: published, assumed and of the study's own; shares; what is wrong in a table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from instances.carbon.energy_factors import CARRIERS, EnergyPath, read_energy_path
from instances.carbon.inventory import Inventory
from instances.study.file import parse_study
from instances.study.findings import Findings
from instances.study.tables import table

HEAD = "carrier,year,value,unit,low,high,source,mark\n"


def path_of(
    folder: Path, asked: dict[str, Any] | None = None, rows: str = "", inventory: Inventory | None = None
) -> tuple[EnergyPath, list[str]]:
    """The path of a study with these keys and rows of its own table, and what is said of it."""
    tree: dict[str, Any] = {"title": "t", "landcover": {"path": "l.tif"}}
    tree["life_cycle"] = {"base_year": 2025, "target_year": 2035, **(asked or {})}
    if rows:
        (folder / "f.csv").write_text(HEAD + rows, encoding="utf-8")
        tree["life_cycle"]["energy_factors"] = "f.csv"
    findings = Findings()
    path = read_energy_path(parse_study(tree, "study.toml"), folder, inventory, findings)
    return path, [str(one) for one in findings.errors]


def test_published_factors_are_held_after_the_last_one(tmp_path: Path) -> None:
    """The grid has 0.5568 in 2021, 0.5366 in 2022 and 0.5306 from 2023 on; beside 2023 nothing changes."""
    path, errors = path_of(tmp_path)
    assert not errors
    assert path.factors("grid", [2019, 2021, 2022, 2023, 2060])[0].tolist() == [
        0.5568, 0.5568, 0.5366, 0.5306, 0.5306,
    ]  # fmt: skip
    assert path.relative([2025, 2030, 2060]) == pytest.approx(np.ones((3, 3)))
    assert [row.year for row in path.behind("grid", 2060)] == [2023]


def test_assumed_factors_fall_on_straight_lines_with_a_range(tmp_path: Path) -> None:
    """Half-way between 2030 and 2040 lies the mean; the range is told beside itself in the first year."""
    rows = "grid,2030,0.4,,0.3,0.5,,assumed\ngrid,2040,0.2,,0.1,0.4,,assumed\n"
    path, errors = path_of(tmp_path, {"energy_shares": {"grid": 0.5, "coal": 0.5}}, rows)
    assert not errors
    assert path.factors("grid", [2035])[:, 0] == pytest.approx([0.3, 0.2, 0.45])
    relative = path.relative([2030, 2035, 2040])
    assert relative[0] == pytest.approx([1.0, 0.5 + 0.5 * 0.75, 0.5 + 0.5 * 0.5])
    assert relative[1] == pytest.approx([1.0, 0.5 + 0.5 * 0.2 / 0.3, 0.5 + 0.5 / 3])
    assert relative[2] == pytest.approx([1.0, 0.5 + 0.5 * 0.9, 0.5 + 0.5 * 0.8])
    assert [row.year for row in path.behind("grid", 2035)] == [2030, 2040]
    assert path.behind("coal", 2035)[0].unit == "tCO2/tce"
    assert path.known_by == "study"


def test_a_path_is_assumed_only_where_it_is_asked_for(tmp_path: Path) -> None:
    """With `energy = "assumed"` the grid falls year by year from 2023 to 2060, and every such row says so."""
    path, _ = path_of(tmp_path, {"energy": "assumed"})
    falling = path.relative(range(2025, 2061))
    assert (np.diff(falling[0]) < 0).all()
    assert (falling[1] <= falling[0]).all()
    assert (falling[0] <= falling[2]).all()
    later = [row for row in path.rows if row.carrier == "grid" and row.year > 2023]
    assert [row.year for row in later] == [2030, 2035, 2060]
    assert {row.mark for row in later} == {"assumed"}


def test_shares_are_stated_or_those_of_the_inventory_or_the_nations(tmp_path: Path) -> None:
    """Equal energy of coal and oil and no gas: coal has 0.7559 of 1.3416 parts; the grid has none."""
    amounts = {("coal", None): 100.0, ("oil", None): 100.0, ("natural_gas", None): 0.0}
    path, _ = path_of(tmp_path, inventory=Inventory(amounts, None))
    assert path.known_by == "inventory"
    assert path.shares["coal"] == pytest.approx(0.7559 / (0.7559 + 0.5857))
    assert path.shares.get("grid", 0.0) == 0.0
    path, _ = path_of(tmp_path)
    assert path.known_by == "nation"
    assert sum(path.shares.values()) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ("wind,2025,0.1,,,,,\n", "wind is no carrier"),
        ("grid,2025.5,0.1,,,,,\n", "2025.5 is no year"),
        ("grid,2025,-1,,,,,\n", "below 0"),
        ("grid,2025,1,,2,3,,\n", "value"),
        ("grid,2025,1,,,,,\ngrid,2025,2,,,,,\n", "second line"),
        ("grid,2025,1,a,,,,\ngrid,2026,2,b,,,,\n", "is in b"),
        ("grid,2025,0,,,,,\n", "emits nothing in 2025"),
        ("grid,2025,many,,,,,\n", "many"),
    ],
)
def test_what_is_wrong_in_a_table_is_told_at_its_line(tmp_path: Path, rows: str, says: str) -> None:
    """Each fault is one sentence that names it."""
    _, errors = path_of(tmp_path, None, rows)
    assert len(errors) == 1
    assert says in errors[0]


def test_the_projects_tables_are_whole() -> None:
    """Every carrier has a factor, a share, and a source in both languages; shares are 1 in all."""
    factors, shares = table("energy_factors.csv"), table("energy_shares.csv")
    assert {row["carrier"] for row in factors} == {row["carrier"] for row in shares} == set(CARRIERS)
    assert all(row["source_en"] and row["source_zh"] for row in (*factors, *shares))
    assert sum(float(row["share"]) for row in shares) == pytest.approx(1.0)
