from __future__ import annotations

import pytest

from instances.study.schema import RedLineTable
from planner.prices.names import REDLINE_COSTS
from planner.report.page import write_report
from planner.report.redlines import conflict_rows, line_rows, read_costs, rule
from tests.planner.report.test_summary import plain
from tests.support.made_reports import solved, subject
from words.catalogue import figure


def test_rules_are_told_in_words() -> None:
    """What a red line keeps, allows or forbids reads as a sentence in either language."""
    rows = {row.name: plain(row.rule) for row in line_rows(subject(), ())}
    assert rows["farmland"] == "What is cropland inside stays so."
    assert rows["ecology"].startswith("Inside, only forest, grassland and water.")
    assert (
        rows["steep"] == "Inside, no new cropland. What stands there against it may stay. Where slope > 25."
    )
    assert plain(line_rows(subject("zh"), ())[0].rule) == "范围内的耕地保持不变。"


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (RedLineTable(path="a", only_inside=("urban",)), "New urban land only inside."),
        (RedLineTable(path="a", allow=()), "Inside, nothing may change."),
        (RedLineTable(path="a", keep=("forest",), buffer_m=100), "Widened by 100 m."),
        (RedLineTable(path="a", keep=("forest",), buffer_m=-50), "Narrowed by 50 m."),
    ],
)
def test_every_kind_of_rule_has_its_words(table: RedLineTable, expected: str) -> None:
    """Boundaries, empty lists and buffers are told too, also for classes that the study lacks."""
    told = subject()
    line = told.instance.redlines[0]
    study = told.study.model_copy(update={"redlines": {line.name: table}})
    from dataclasses import replace

    plan = replace(solved(), instance=replace(told.instance, study=study))
    assert expected in plain(rule(line, type(told)(plan, told.words)))


def test_areas_inside_are_counted_on_the_units() -> None:
    """The farmland line holds 21 cells of 1 ha; none of its cropland changes."""
    row = line_rows(subject(), ())[0]
    assert (row.area, row.share) == ("21.00", "10.94\u00a0%")


def test_conflicts_are_those_of_the_audit() -> None:
    """The page lists the conflicts that the audit found, largest first, with readable names."""
    rows, more = conflict_rows(subject())
    table = solved().instance.conflicts.table
    assert [row.area for row in rows] == [figure(area) for area in table["area_ha"].head(15)]
    assert more == max(0, len(table) - 15)
    assert all("_" not in row.kind for row in rows)


def test_what_a_line_costs_is_told_as_far_as_it_is_known(tmp_path) -> None:
    """Costs beside a run are shown as intervals, rounded outwards; what may be nothing says at most."""
    (tmp_path / REDLINE_COSTS).write_text(
        "redline,cost_low_tco2e_yr,cost_high_tco2e_yr\nfarmland,1200.4,1300.2\necology,0,55.5\nsteep,,\n",
        encoding="utf-8-sig",
    )
    rows = {row.name: row.cost for row in line_rows(subject(), (), read_costs(tmp_path))}
    assert rows == {"farmland": "1,200.40 – 1,300.20", "ecology": "≤\u00a055.50", "steep": "–"}
    assert read_costs(tmp_path / "nowhere") == {}
    write_report(solved(), tmp_path / "report.html")
    assert "1,200.40 – 1,300.20" in (tmp_path / "report.html").read_text(encoding="utf-8")
