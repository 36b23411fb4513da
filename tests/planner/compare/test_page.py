from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from planner.cli import app
from planner.compare.page import compare_page, is_comparison
from tests.support.report_page import Page
from tests.support.small_study import write_study
from words.catalogue import figure

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a comparison of the small study's two scenarios."""
    folder = tmp_path_factory.mktemp("compared")
    study = write_study(folder / "study")
    done = CliRunner().invoke(app, ["compare", str(study), "--out", str(folder / "out")])
    assert done.exit_code == 0, done.output
    return folder / "out"


def certificate(folder: Path) -> dict:
    """The certificate of a run."""
    return json.loads((folder / "certificate.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_figure_is_that_of_the_certificates(compared: Path, lang: str) -> None:
    """Today and the value of each plan stand side by side as in the certificates of the scenarios."""
    plans = [certificate(compared / "scenarios" / name) for name in ("base", "loose")]
    rows = [row.cells for row in Page(compare_page(compared, lang)).rows["indicators"]][1:]
    name = {"zh": "净碳排放量", "en": "Net carbon emissions"}[lang]
    cells = next(row for row in rows if row[0] == name)
    records = [plan["indicators"]["net_emissions"] for plan in plans]
    assert cells[2] == figure(records[0]["baseline"])
    assert cells[3] == figure(records[0]["value"])
    assert cells[4].startswith(figure(records[1]["value"]))


def test_what_a_scenario_costs_is_told_as_an_interval(compared: Path) -> None:
    """The page says of each other scenario what the comparison says, no more certain than it is."""
    tree = json.loads((compared / "comparison.json").read_text(encoding="utf-8"))
    said = tree["scenarios"][1]["in_words"].replace("tCO2e", "tCO₂e").replace("-", "−")
    assert said in Page(compare_page(compared, "en")).text["found"].replace("-", "−")


def test_a_comparison_in_the_other_language_is_in_it(compared: Path) -> None:
    """An English study's comparison can be read in Chinese throughout."""
    text = Page(compare_page(compared, "zh")).text
    assert "costs" not in text["found"]
    assert "base" not in text["found"]


def test_every_plan_is_swiped_with_its_own_red_lines(compared: Path) -> None:
    """Today, both plans and where they differ can be laid over each other; each plan has its lines."""
    text = compare_page(compared, "en")
    assert text.count("<option ") == 2 * 4
    assert 'id="map-plan-1" data-lines="map-plan-1"' in text


def test_a_comparison_hands_on_its_report_and_those_of_its_runs(compared: Path) -> None:
    """The page is in the folder from the start, and ``sansheng report`` writes all of them again."""
    assert is_comparison(compared)
    assert (compared / "report.html").read_text(encoding="utf-8") == compare_page(compared)
    done = CliRunner().invoke(app, ["report", str(compared), "--lang", "zh"])
    assert done.exit_code == 0, done.output
    for path in (compared, compared / "scenarios" / "base", compared / "scenarios" / "loose"):
        assert '<html lang="zh-CN">' in (path / "report.html").read_text(encoding="utf-8")


def test_only_what_differs_is_listed(compared: Path) -> None:
    """A row whose plans all have one figure is named below its table instead; no indicator is lost."""
    page = Page(compare_page(compared, "en"))
    for section in ("indicators", "land"):
        rows = [row.cells for row in page.rows[section]][1:]
        values = [[cell.split()[0] for cell in cells[-2:]] for cells in rows]
        assert all(first != second for first, second in values)
        assert "The same in every plan: " in page.text[section]
    plans = [certificate(compared / "scenarios" / name)["indicators"] for name in ("base", "loose")]
    alike = [
        name for name, one in plans[0].items() if figure(one["value"]) == figure(plans[1][name]["value"])
    ]
    named = page.text["indicators"].rpartition("The same in every plan: ")[2]
    shown = [name for name in alike if not name.startswith("area.")]
    assert len(shown) <= named.count(",") + named.count(" and ") + 1
