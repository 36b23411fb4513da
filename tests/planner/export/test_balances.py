from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest

from formulations.indicators.catalogue import indicators
from instances.rules.districts import Districts
from planner.account.ask import account_of
from planner.account.tables import account_table
from planner.export.balances import NONE, OF_LAND, balance_layer, graded
from planner.export.geopackage import write_geopackage
from planner.export.layer import Layer
from planner.plans.plan import Plan
from planner.recount.account.balances import check_balances
from planner.recount.layers.layered import Layered
from planner.recount.ledger import Ledger
from tests.planner.account.test_account import made
from tests.support.hand_instance import HALVES
from tests.support.made_plans import small_plan
from words.catalogue import LANGS


def with_member(plan: Plan, member: np.ndarray) -> Plan:
    """The plan with other districts."""
    halves = Districts("halves", ("west", "east", "sea"), member.astype(np.int32))
    return replace(plan, instance=replace(plan.instance, districts={"halves": halves}))


def differences(plan: Plan, path: Path) -> list[str]:
    """What the recount finds wrong in the districts of a package."""
    ledger = Ledger()
    check_balances(Layered(path), plan.instance, plan.layout, ledger)
    return [each.figure for each in ledger.differences if "balance" in each.figure]


@pytest.mark.parametrize("by", ["halves", None])
def test_districts_have_the_figures_of_the_account(by: str | None) -> None:
    """A row a district with units, which add up to the whole; the account's own where it is told by
    these districts."""
    plan = made(by)
    layer = balance_layer(plan, "en")
    assert layer is not None
    table = layer.table.set_index("district")
    assert set(table.index) == {plan.instance.districts["halves"].names[n] for n in np.unique(HALVES.member)}
    for field, name in OF_LAND.items():
        if name != "carbon_balance":
            whole = indicators(plan.instance)[name].evaluate(plan.layout)
            assert table[f"{field}_plan"].sum() == pytest.approx(whole)
    assert ("account_plan" in table) == (by is not None)
    if by is None:
        return
    account = account_of(plan)
    assert account is not None
    rows = account_table(account, "en")
    for field, line in (("uptake", "uptake"), ("cycle", "ratio.cycle"), ("account", "ratio.balance_whole")):
        mine = rows[rows["line"] == line].set_index("district")
        for when in ("today", "plan"):
            told = mine[when].reindex(table.index).astype(float).to_numpy()
            assert table[f"{field}_{when}"].to_numpy() == pytest.approx(told, nan_ok=True)


def test_land_in_no_district_has_a_row_and_districts_one_shape_each() -> None:
    """Rows add up to the whole, however many pieces a district has."""
    member = np.array(HALVES.member)
    member[:] = [0, 1, 0, 1, -1, 0][: len(member)]
    plan = with_member(made(None), member)
    layer = balance_layer(plan, "en")
    assert layer is not None
    table = layer.table
    assert list(table["district"]) == ["west", "east", ""]
    assert table["area_ha"].sum() == pytest.approx(plan.instance.grid.total_ha)
    assert isinstance(table, gpd.GeoDataFrame)
    assert table.geometry.area.to_numpy() / 1e4 == pytest.approx(table["area_ha"].to_numpy())


def test_a_study_without_districts_has_no_layer() -> None:
    """Nor has one whose districts hold no land."""
    assert balance_layer(small_plan(), "en") is None
    plan = with_member(made(None), np.full(len(HALVES.member), -1))
    assert balance_layer(plan, "en") is None


@pytest.mark.parametrize("by", ["halves", None])
def test_the_recount_finds_the_same_and_what_was_changed(by: str | None, tmp_path: Path) -> None:
    """Every figure, the grade and the shape of every district."""
    plan, path = made(by), tmp_path / "plan.gpkg"
    written = write_geopackage(plan, path, layers=[balance_layer(plan, "en")])
    assert differences(plan, path) == []
    fields = list(written[0].table.columns)
    figures = [name for name in fields if name.rpartition("_")[2] in ("today", "plan", "change")]
    assert len(figures) == (30 if by else 15)
    for name in ("net_plan", "stock_today", "balance_change", *(["cycle_plan"] if by else []), "area_ha"):
        write_geopackage(plan, path, layers=_changed(plan, name, lambda values: values + 0.5))
        assert any(name in each for each in differences(plan, path)), name
    write_geopackage(plan, path, layers=_changed(plan, "grade", lambda values: "4"))
    assert any("grade" in each for each in differences(plan, path))
    write_geopackage(plan, path, layers=_changed(plan, "district", lambda values: values[::-1]))
    assert differences(plan, path)


def _changed(plan: Plan, field: str, change: Callable[[np.ndarray], object]) -> list[Layer]:
    """The layer with one field changed."""
    layer = balance_layer(plan, "en")
    table = layer.table.copy()
    table[field] = change(table[field].to_numpy())
    return [replace(layer, table=table)]


def test_grades_by_hand() -> None:
    """As many in each grade as can be, greatest last; equal values share one, no value has none."""
    grade, edges = graded(np.array([5.0, 1, 2, np.nan, 3, 4]))
    assert list(grade) == ["5", "1", "2", NONE, "3", "4"]
    assert edges == (1, 2, 3, 4, 5, 5)
    assert set(graded(np.array([2.0, 2, 2]))[0]) == {"5"}
    assert list(graded(np.array([np.nan]))[0]) == [NONE]


@pytest.mark.parametrize("lang", LANGS)
def test_every_grade_in_use_has_a_mark(lang: str) -> None:
    """A legend in either language, with the ends of each grade in per cent."""
    layer = balance_layer(made(), lang)
    assert layer is not None
    marks = {mark.value: mark.label for mark in layer.marks(lang)}
    assert set(marks) == set(layer.table["grade"])
    assert all("%" in label or value == NONE for value, label in marks.items())
    assert set(layer.aliases(lang)) == set(layer.table.columns) - {"geometry"}
