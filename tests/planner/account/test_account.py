from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from formulations.posing import pose
from instances.carbon.account_lines import ENTRIES
from instances.carbon.inventory import Inventory
from planner.account.ask import ELSEWHERE, account_of
from planner.account.tables import account_table
from planner.export.account_sheet import account_districts_sheet, account_sheet
from planner.export.tables import write_account
from planner.pages.map_images import Mapper
from planner.plans.plan import Plan
from planner.recount.account.account_table import check_account
from planner.recount.ledger import Ledger
from planner.report.account import account_chapter
from planner.report.subject import Subject
from tests.support.hand_instance import HALVES, hand_instance, planned
from tests.support.made_plans import CROPLAND, FOREST, URBAN
from words.catalogue import Words

RATES = np.zeros((4, 4))
RATES[:, FOREST], RATES[CROPLAND, URBAN] = -4.4, 3.3
AMOUNTS = {
    ("population.urban", None): 700.0, ("population.rural", None): 0.0, ("coal", None): 120.0,
    ("pigs", "west"): 50.0, ("grain", None): 14.0, ("sewage", "east"): 9000.0, ("clinker", None): 10.0,
    ("straw_returned", "west"): 0.8,
}  # fmt: skip


def made(by: str | None = "halves", layout: np.ndarray | None = None, **changes: Any) -> Plan:
    """A plan of the six cells with an inventory: cell 3 becomes town, cell 0 forest."""
    from dataclasses import replace

    kept = {"path": "inventory.csv", **({"by": by} if by else {})}
    instance = hand_instance({"carbon": {"inventory": kept}}, inventory=Inventory(AMOUNTS, by), **changes)
    parts = {"standing: vegetation": RATES, "flux: energy": np.full((4, 4), 50.0)}
    stocks = {"soil": np.array([80.0, 100, 60, 40]), "vegetation": np.array([4.0, 50, np.nan, 1])}
    instance = replace(instance, emissions=replace(instance.emissions, parts=parts), stocks=stocks)
    layout = planned(c3=URBAN, c0=FOREST) if layout is None else layout
    return Plan(instance, pose(instance), layout, None, None)  # type: ignore[arg-type]


def differences(plan: Plan, path: Path) -> list[str]:
    """What the recount finds wrong in a table."""
    ledger = Ledger()
    check_account(path, plan.instance, plan.layout, ledger)
    return [each.figure for each in ledger.differences]


@pytest.mark.parametrize("by", ["halves", None])
def test_the_recount_finds_the_same_figures(by: str | None, tmp_path: Path) -> None:
    """Of every line of every district and of the whole, today and in the plan, and of the ratios."""
    plan = made(by)
    write_account(plan, tmp_path / "account.csv")
    assert differences(plan, tmp_path / "account.csv") == []


def test_a_district_that_a_spreadsheet_would_calculate_is_text(tmp_path: Path) -> None:
    """Its name is marked as text in the table, and known again by the recount."""
    from instances.rules.districts import Districts

    plan = made(districts={"halves": Districts("halves", ("=1+1", "east", "sea"), HALVES.member)})
    write_account(plan, tmp_path / "account.csv")
    assert "'=1+1" in (tmp_path / "account.csv").read_text(encoding="utf-8-sig")
    assert differences(plan, tmp_path / "account.csv") == []


@pytest.mark.parametrize(
    "column", ["today", "plan", "change", "today_low", "today_high", "plan_low", "plan_high"]
)
def test_the_recount_finds_what_was_changed(column: str, tmp_path: Path) -> None:
    """A figure or an end of a range that somebody made better is found, whichever row it stands in; so is one
    that fills a blank."""
    plan, path = made(), tmp_path / "account.csv"
    write_account(plan, path)
    before = pd.read_csv(path, encoding="utf-8-sig", dtype=str, keep_default_na=False)
    for place in before.index[::37]:
        table, line = before.copy(), before.loc[place, "line"]
        value = table.loc[place, column]
        table.loc[place, column] = str(float(value) * 1.001 + 0.01) if value else "1"
        table.to_csv(path, index=False, encoding="utf-8-sig")
        found = differences(plan, path)
        assert len(found) == 1, (place, found)
        assert line in found[0]
        assert column in found[0]


@pytest.mark.parametrize(
    "column", ["entry", "side", "way", "origin", "district", "unit", "how", "source", "mark"]
)
def test_the_recount_finds_another_text(column: str, tmp_path: Path) -> None:
    """Whose a figure is, what it is and whence it comes cannot be told otherwise; only names are believed."""
    plan, path = made(), tmp_path / "account.csv"
    write_account(plan, path)
    before = pd.read_csv(path, encoding="utf-8-sig", dtype=str, keep_default_na=False)
    for place in before.index[::61]:
        table = before.copy()
        table.loc[place, column] += "x"
        table.to_csv(path, index=False, encoding="utf-8-sig")
        assert any(column in each for each in differences(plan, path)), place


def test_the_recount_finds_rows_that_lack_and_rows_that_nobody_wrote(tmp_path: Path) -> None:
    """A line left out, a line of one's own, a row left out; a table that is none."""
    plan, path = made(), tmp_path / "account.csv"
    write_account(plan, path)
    before = pd.read_csv(path, encoding="utf-8-sig", dtype=str, keep_default_na=False)
    own = before[before["line"] == "in.coal"].assign(line="in.peat")
    for table in (before[before["line"] != "uptake"], before.drop(index=1), pd.concat([before, own])):
        table.to_csv(path, index=False, encoding="utf-8-sig")
        assert differences(plan, path)
    path.write_text("line\n", encoding="utf-8")
    assert differences(plan, path)


def test_the_table_adds_up() -> None:
    """Today and change are the plan, districts the whole; every entry of Table 1 has a figure or is a gap."""
    account = account_of(made())
    assert account is not None
    table = account_table(account, "en")
    assert set(ENTRIES) <= set(table["entry"])
    counted = table[(table["how"] != "gap") & table["today"].notna()]
    assert (counted["today"] + counted["change"]).to_numpy() == pytest.approx(
        counted["plan"].to_numpy(), abs=1e-9
    )
    for _, rows in counted[~counted["line"].str.startswith("ratio.")].groupby("line"):
        for column in ("today", "plan"):
            whole, *districts = rows[column]
            assert whole == pytest.approx(sum(districts), rel=1e-9, abs=1e-9)
    assert table[table["how"] == "gap"]["today"].isna().all()


def test_land_in_no_district_is_told_as_such(tmp_path: Path) -> None:
    """Its carbon is not lost: the whole is the sum of districts and of what lies in none; so it is in the
    recount."""
    from instances.rules.districts import Districts

    some = Districts("halves", ("west", "east", "sea"), np.where(HALVES.member == 1, -1, HALVES.member))
    plan = made(districts={"halves": some})
    account = account_of(plan)
    assert account is not None
    assert account.districts[-1] == ELSEWHERE
    write_account(plan, tmp_path / "account.csv")
    assert differences(plan, tmp_path / "account.csv") == []
    assert account.total(True, side="stock", entry="soil").sum() > 0


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_chapter_and_the_sheets_tell_the_account(lang: str) -> None:
    """Ratios, a flow diagram in three columns, districts with a map, Table 1 in its own arrangement; gaps by
    name."""
    plan = made()
    subject = Subject(plan, Words(lang))
    chapter = account_chapter(subject, Mapper(plan.instance))
    assert chapter is not None
    assert [chart.kind for chart in chapter.charts] == ["wide", "slim"]
    assert len(chapter.groups) == 6
    assert [row.name for row in chapter.districts] == ["west", "east", "sea"]
    assert chapter.map.startswith("data:image/png")
    assert len(chapter.gaps) > 3
    account = account_of(plan)
    assert account is not None
    sheet = account_sheet(account, lang, ())
    assert len(sheet.columns) == 18
    assert sum(row[0] is not None for row in sheet.rows) >= 4
    assert len(account_districts_sheet(account, lang, ()).rows) == 3


def test_a_study_without_an_inventory_has_no_account() -> None:
    """Neither chapter nor sheet nor file."""
    instance = hand_instance()
    plan = Plan(instance, pose(instance), instance.today, None, None)  # type: ignore[arg-type]
    assert account_of(plan) is None
    assert account_chapter(Subject(plan, Words("en")), None) is None  # type: ignore[arg-type]
