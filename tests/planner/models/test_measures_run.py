from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

import planner
from planner import Plan, StudyError
from planner.recount.beside.models import check_models
from planner.recount.ledger import Ledger
from planner.runs.found import read_certificate
from tests.support.measures_study import LINES, write_measures_study


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Plan, Path]:
    """A plan of the small study with its measures, written."""
    folder = tmp_path_factory.mktemp("measures")
    plan = planner.optimise(planner.load(write_measures_study(folder)))
    return plan, planner.write(plan, folder / "out")


def test_a_run_with_measures_is_certified_written_verified_and_opened_again(made: tuple[Plan, Path]) -> None:
    """One objective and one bound for land and measures; every row counted again holds; the plan comes back
    with what is done, and the report has a chapter on it."""
    plan, out = made
    certificate = plan.certificate
    assert certificate.side is not None
    assert certificate.objective is not None
    assert certificate.bound is not None
    side = certificate.side["climate"]
    assert certificate.objective == pytest.approx(
        plan.problem.objective.evaluate(plan.layout) + side.objective
    )
    assert certificate.bound <= certificate.objective
    assert side.low <= side.objective <= side.high < 0
    assert certificate.indicators["models.climate"].baseline == 0
    verified = planner.verify(out)
    assert verified.holds, verified.differences
    again, cuts = planner.reopen(out).models["climate"], pd.read_csv(out / "cuts.csv", encoding="utf-8-sig")
    assert again.amount == pytest.approx(plan.models["climate"].amount, rel=1e-12)
    assert cuts["cut_tco2e_yr"].sum() == pytest.approx(-side.objective)
    assert cuts["cost"].sum() <= 4000 * (1 + 1e-6)
    assert cuts.loc[cuts["strategy"] == "buildings", "cost"].sum() <= 1500 * (1 + 1e-6)
    assert 'id="measures"' in (out / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("column", "change", "told"),
    [
        ("amount", lambda value: value * 30.0, "cuts.csv"),
        ("amount", lambda value: -1.0, "cuts.csv"),
        ("cut_tco2e_yr", lambda value: value * 1.01, "cut_tco2e_yr"),
        ("cost", lambda value: value + 1.0, "cost"),
        ("district", lambda value: "没有", "cuts.csv"),
        ("line", lambda value: 99, "cuts.csv"),
        ("measure", lambda value: "another", "measure"),
    ],
)
def test_whatever_breaks_a_row_is_found(
    made: tuple[Plan, Path], tmp_path: Path, column: str, change: object, told: str
) -> None:
    """Too much of a measure, a wrong cut or cost, a district or line that is not there: named with its
    place."""
    plan, out = made
    copy, ledger = tmp_path / "copy", Ledger()
    shutil.copytree(out, copy)
    table = pd.read_csv(copy / "cuts.csv", encoding="utf-8-sig")
    table.loc[0, column] = change(table.loc[0, column])  # type: ignore[operator]
    table.to_csv(copy / "cuts.csv", index=False, encoding="utf-8-sig")
    check_models(copy, read_certificate(copy), plan.instance, plan.layout, ledger)
    found = [f"{one.figure} {one.said} {one.found}" for one in ledger.differences]
    assert any(told in one for one in found), found


def test_every_fault_of_the_table_is_told_at_once(tmp_path: Path) -> None:
    """Both cuts or none, figures below 0 or out of order, no end to a measure, an unknown district, a line
    twice, a share of no strategy and shares of more than all."""
    lines = (
        "a,power,MW,1,1,,,1,1,,,,", "b,power,MW,,,,,1,1,,,,", "c,power,MW,1,,,,-1,1,,,,",
        "d,power,MW,1,,2,3,1,1,,,,",
        "e,power,MW,1,,,,1,,,,,", "f,power,MW,1,,,,1,1,,西镇x,,", "g,,MW,1,,,,1,1,,,,",
    )  # fmt: skip
    path = write_measures_study(tmp_path, lines, shares={"sun": 60, "power": 50}, villages="townships")
    with pytest.raises(StudyError) as wrong:
        _ = planner.load(path).instance
    assert "models.climate.villages" in str(wrong.value)
    path = write_measures_study(tmp_path, lines, shares={"sun": 60, "power": 50})
    with pytest.raises(StudyError) as wrong:
        _ = planner.load(path).instance
    told = str(wrong.value)
    for number in range(2, 9):
        assert f"line {number}" in told, (number, told)
    assert "110 % of the cut" in told
    path = write_measures_study(tmp_path, (LINES[0], LINES[0]), budgets={"sun": 6})
    with pytest.raises(StudyError, match="stands above already"):
        _ = planner.load(path).instance


def test_room_below_nothing_is_refused(tmp_path: Path) -> None:
    """An indicator that may be negative is no room."""
    path = write_measures_study(tmp_path)
    text = path.read_text(encoding="utf-8").replace("urban_residential = 0.25", "urban_residential = -0.25")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(StudyError, match="less than nothing"):
        planner.optimise(planner.load(path))
