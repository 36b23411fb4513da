"""What limits ask in every form, from the study file to a verified folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from planner.cli import app
from planner.recount.figures.bounds import asked
from planner.runs.verify import verify
from tests.support.small_study import box, write_polygons, write_study

LIMITS = [
    {"indicator": "farmland", "at_least": "60% of area", "by": "townships", "district": "东镇"},
    {"indicator": "area.ecological", "at_least": "20 ％ of area", "by": "townships"},
    {"indicator": "green_share", "at_least": "20% of area"},
    {"indicator": "area.forest", "at_least": "＋2 公顷"},
    {"indicator": "changed_area", "at_most": "5% of area"},
    {"indicator": "area.water", "at_least": "-30 亩", "at_most": "1,200 亩"},
]
"""Inside the boundary are 12 x 14 cells of 1 ha: 西镇 with columns 2 to 7 (72 ha), 东镇 8 to 15 (96 ha)."""


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """The small study inside a boundary, with a limit in every form."""
    write_polygons(tmp_path / "area.gpkg", "area", {"county": box(2, 0, 16, 12)})
    tables: dict[str, Any] = {
        "boundary": {"path": "area.gpkg"},
        "indicators": {"farmland": {"sum": ["cropland", "paddy"]}},
        "limits": LIMITS,
    }
    return write_study(tmp_path, tables)


@pytest.mark.slow
def test_every_form_of_an_amount_goes_from_check_to_verify(study: Path, tmp_path: Path) -> None:
    """Bounds counted by hand stand in the certificate, the plan keeps them, and verify finds the same."""
    runner = CliRunner()
    checked = runner.invoke(app, ["check", str(study)])
    assert checked.exit_code == 0, checked.stderr
    done = runner.invoke(app, ["run", str(study), "--out", str(tmp_path / "out"), "--lang", "zh"])
    assert done.exit_code == 0, done.stderr
    certificate = json.loads((tmp_path / "out" / "certificate.json").read_text(encoding="utf-8"))
    assert certificate["area_ha"] == pytest.approx(168.0)
    limits = {
        (one["indicator"], one["district"]): (one["at_least"], one["at_most"])
        for one in certificate["limits"]
    }
    forest, water = (certificate["indicators"][f"area.{name}"]["baseline"] for name in ("forest", "water"))
    assert (forest, water) == (12.0, 12.0)
    expected = {
        ("farmland", "东镇"): (57.6, None),
        ("area.ecological", "东镇"): (19.2, None),
        ("area.ecological", "西镇"): (14.4, None),
        ("green_share", None): (20.0, None),
        ("area.forest", None): (14.0, None),
        ("changed_area", None): (None, 8.4),
        ("area.water", None): (10.0, 80.0),
    }
    assert limits.keys() == expected.keys()
    for key, bounds in expected.items():
        assert limits[key] == pytest.approx(bounds), key
    assert certificate["indicators"]["farmland"]["unit"] == "ha"
    assert certificate["indicators"]["area.forest"]["value"] >= 14.0
    found = verify(tmp_path / "out")
    assert found.holds, found.differences
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "面积的 60" in page
    assert "现状值" in page


def test_verify_notices_a_bound_that_is_another(study: Path, tmp_path: Path) -> None:
    """A share of the area that was changed in the folder's study is found by its figure."""
    out = tmp_path / "out"
    assert CliRunner().invoke(app, ["run", str(study), "--out", str(out)]).exit_code == 0
    text = (out / "study.toml").read_text(encoding="utf-8")
    assert "5% of area" in text
    (out / "study.toml").write_text(text.replace('"5% of area"', '"50% of area"'), encoding="utf-8")
    found = verify(out)
    assert not found.holds
    assert any("changed_area" in one.figure and "at_most" in one.figure for one in found.differences)


@pytest.mark.parametrize(
    ("side", "unit", "bound"),
    [
        (None, "ha", None),
        (7, "ha", 7.0),
        ("50%", "ha", 20.0),
        ("50% of area", "ha", 400.0),
        ("50 % of area", "%", 50.0),
        ("+1,000 mu", "ha", 40 + 1000 / 15),
        ("−3", "km", 37.0),
        ("2 km²", "ha", 200.0),
    ],
)
def test_a_bound_is_read_a_second_time(side: float | str | None, unit: str, bound: float | None) -> None:
    """Of 40 today and an area of 800 ha: shares, changes and other units, without the model's code."""
    assert asked(side, unit, 40.0, 800.0) == pytest.approx(bound)
