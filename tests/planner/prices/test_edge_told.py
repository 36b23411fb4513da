from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from planner import load
from tests.planner.commands.test_cli import sansheng
from tests.support.report_page import Page
from tests.support.small_study import write_study


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small study with not one hectare of change allowed: less than none there is not."""
    limits = [{"indicator": "changed_area", "at_most": 0}]
    goal = {"minimise": {"net_emissions": 1.0}}
    return write_study(
        tmp_path_factory.mktemp("edge"), {"limits": limits, "objective": goal, "scenarios": {}}
    )


def dearest_hectare(study: Path) -> float:
    """What the best change of one cell of one hectare saves, of all that the red lines allow, in tCO2e/yr."""
    problem = load(study).problem
    today = problem.today
    allowed = problem.options.allowed[problem.options.kind]
    begun, best = problem.objective.evaluate(today), 0.0
    for cell, planned in np.argwhere(allowed):
        layout = today.copy()
        layout[cell] = planned
        best = max(best, begun - problem.objective.evaluate(layout))
    return best


def test_a_limit_at_the_edge_is_told_what_loosening_it_saves(study: Path) -> None:
    """Certificate, table, terminal, report and workbook say that there is no hectare less, and what one more
    would save: that of the best change of a single cell, by trying every one."""
    out = study.parent / "out"
    result = sansheng("run", study, "--prices", "--out", out)
    assert result.exit_code == 0, result.stderr
    price = f"{dearest_hectare(study):,.2f}"
    sentence = (
        "not one hectare of area that changes less is possible than the 0 ha allowed; "
        f"allowing one hectare more saves {price} tCO2e/yr"
    )
    assert sentence in result.stdout
    (limit,) = json.loads((out / "certificate.json").read_text(encoding="utf-8"))["limits"]
    assert (limit["edge"], f"{-limit['price']:,.2f}") == ("at_most", price)
    with (out / "prices.csv").open(encoding="utf-8-sig", newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert row["edge"] == "at_most"
    assert row["in_words"].startswith(sentence)
    page = Page((out / "report.html").read_text(encoding="utf-8"))
    assert sentence[1:] in page.text["limits"]
    sheet = openpyxl.load_workbook(out / "plan.xlsx")["Limits and prices"]
    assert "not one unit less is possible" in str([cell.value for row in sheet.iter_rows() for cell in row])


@pytest.mark.slow
def test_without_prices_no_price_is_made_up(study: Path) -> None:
    """A run that did not look for prices says so, and tells no figure of a hectare that does not exist."""
    out = study.parent / "plain"
    result = sansheng("run", study, "--out", out, "--lang", "zh")
    assert result.exit_code == 0, result.stderr
    assert "用地变化面积无法比所允许的 0 公顷再少一公顷；放宽可减少多少未求" in result.stdout
    (limit,) = json.loads((out / "certificate.json").read_text(encoding="utf-8"))["limits"]
    assert (limit["edge"], limit["price"]) == ("at_most", None)
    assert sansheng("verify", out).exit_code == 0
