from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from instances.study.findings import StudyError
from planner.cli import app
from planner.pareto.page import chosen, front_page, is_front, slope_of
from tests.support.report_page import Page
from tests.support.small_study import landcover, write_raster, write_study
from words.catalogue import figure


@pytest.fixture(scope="module")
def traced(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a front between net emissions and cropland."""
    folder = tmp_path_factory.mktemp("front")
    study = write_study(folder / "study")
    asked = ["--x", "net_emissions", "--y", "max:area.cropland", "--points", "4"]
    done = CliRunner().invoke(app, ["pareto", str(study), *asked, "--out", str(folder / "out")])
    assert done.exit_code == 0, done.output
    return folder / "out"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_plan_of_the_front_is_on_the_page(traced: Path, lang: str) -> None:
    """Each point has its figures and proven limits as in front.json, and a place on the chart."""
    text = front_page(traced, lang)
    tree = json.loads((traced / "front.json").read_text(encoding="utf-8"))
    rows = [row.cells for row in Page(text).rows["front"]][1:]
    assert len(rows) == len(tree["points"])
    for row, point in zip(rows, tree["points"], strict=True):
        assert row[0].split()[0] == str(point["point"])
        assert row[1:3] == [figure(value) for value in point["values"].values()]
        for shown, axis in zip(row[3:5], tree["axes"], strict=False):
            best, said = point["best"][axis["indicator"]], float(shown.replace("−", "-").replace(",", ""))
            low, high = (said, best) if axis["way"] == "min" else (best, said)
            assert -1e-9 <= high - low < 0.01
        assert row[-1] == point["folder"]
    assert text.count('class="chart ') == 2


@pytest.mark.slow
def test_a_front_hands_on_its_report(traced: Path) -> None:
    """The page is in the folder from the start, needs no address, and can be had in the other language."""
    assert is_front(traced)
    before = (traced / "report.html").read_text(encoding="utf-8")
    assert all(address.startswith(("data:", "#")) for address in Page(before).addresses)
    assert before == front_page(traced)
    done = CliRunner().invoke(app, ["report", str(traced), "--lang", "zh"])
    assert done.exit_code == 0, done.output
    after = (traced / "report.html").read_text(encoding="utf-8")
    assert "权衡分析报告" in Page(after).text[""]


def test_the_plans_of_the_front_are_swiped(traced: Path) -> None:
    """Any two plans, and today, can be laid over each other."""
    text = front_page(traced, "en")
    tree = json.loads((traced / "front.json").read_text(encoding="utf-8"))
    assert text.count("<option ") == 2 * (len(tree["points"]) + 1)


def test_a_front_of_other_data_is_refused(tmp_path: Path) -> None:
    """Plans are never shown on data that they were not made for."""
    study = write_study(tmp_path / "study")
    asked = ["--x", "net_emissions", "--y", "max:area.cropland", "--points", "2"]
    out = tmp_path / "out"
    assert CliRunner().invoke(app, ["pareto", str(study), *asked, "--out", str(out)]).exit_code == 0
    cells = landcover()
    cells[0, 0] = 5
    write_raster(tmp_path / "study" / "cover.tif", cells)
    with pytest.raises(StudyError, match="changed since"):
        front_page(out)


def test_of_many_plans_the_ends_and_the_knee_are_mapped() -> None:
    """A front of many points shows both ends, the knee, and some between on maps."""
    points = [{"point": number} for number in range(1, 31)]
    numbers = [point["point"] for point in chosen(points, 17)]
    assert {1, 17, 30} <= set(numbers)
    assert len(numbers) <= 9
    assert chosen(points[:4], None) == points[:4]


def test_the_slope_is_what_a_step_along_the_front_costs() -> None:
    """From (2, 10) to (4, 5) every unit of the first quantity gives up 2.5 of the second; none is told of the
    first plan, nor where the first quantity stays."""
    first, second = ({"values": {"x": x, "y": y}} for x, y in ((2.0, 10.0), (4.0, 5.0)))
    assert slope_of(first, second, "x", "y") == "−2.50"
    assert slope_of(None, second, "x", "y") == "–"
    assert slope_of(first, first, "x", "y") == "–"
