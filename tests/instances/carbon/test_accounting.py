from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from instances.carbon.account_lines import ENTRIES, account_lines
from instances.carbon.accounting import ASSUMED, GAP, GIVEN, CarbonAccount, Land, carbon_account
from instances.carbon.inventory import Inventory, items, read_inventory
from instances.study.findings import Findings
from tests.support.made_plans import CLASSES, CROPLAND, FOREST, URBAN, WATER

STOCKS = {"soil": np.array([80.0, 100.0, 40.0, 40.0]), "vegetation": np.array([4.0, 50.0, np.nan, 0.0])}
"""tCO2e/ha of cropland, forest, water and urban land."""
RATES = np.zeros((4, 4))
RATES[:, FOREST] = -4.4
PARTS = {
    "standing: vegetation": RATES,
    "flux: energy": np.full((4, 4), 1e6),
    "flux: methane": np.ones((4, 4)),
}
LAND = Land(CLASSES, STOCKS, PARTS, 20.0)


def moved(*changes: tuple[int, int, int, float]) -> np.ndarray:
    """(2 districts, today, planned) hectares: 10 of each class in the west, 20 in the east, less changes."""
    area = np.stack([np.diag([10.0] * 4), np.diag([20.0] * 4)])
    for district, today, planned, hectares in changes:
        area[district, today, today] -= hectares
        area[district, today, planned] += hectares
    return area


def account(amounts: dict[tuple[str, str | None], float], *changes: Any) -> CarbonAccount:
    """The account of two districts."""
    return carbon_account(LAND, Inventory(amounts, "halves"), ("west", "east"), moved(*changes))


def line(found: CarbonAccount, name: str) -> Any:
    """A line by its name."""
    return next(each for each in found.lines if each.line.name == name)


GIVEN_AMOUNTS: dict[tuple[str, str | None], float] = {
    ("population.urban", None): 900.0, ("population.rural", None): 0.0, ("coal", None): 300.0,
    ("oil", None): 0.0, ("natural_gas", None): 0.0, ("pigs", "west"): 1000.0, ("grain", None): 90.0,
}  # fmt: skip


exactly = partial(pytest.approx, rel=1e-14, abs=0.0)
"""Equal to the last digit that a sum in another order leaves."""


def test_an_account_by_hand() -> None:
    """Three hectares that change and seven figures of a bureau: what anybody can add up on paper, to the last
    digit."""
    found = account(GIVEN_AMOUNTS, (0, CROPLAND, FOREST, 2.0), (1, CROPLAND, URBAN, 1.0))
    c = 12 / 44
    soil = line(found, "stock.soil")  # 80, 100 and 40 tCO2e/ha of dry land: 220 x 10 and 220 x 20
    assert soil.today == exactly([2200 * c, 4400 * c])
    assert soil.plan == exactly([(2200 + 2 * 20) * c, (4400 - 40) * c])
    assert line(found, "stock.rural_vegetation").today == exactly([540 * c, 1080 * c])
    coal = line(found, "out.burnt_coal")  # 300 tce over 30 ha of built land, and one more hectare
    assert coal.today == exactly([100 * 0.7559, 200 * 0.7559])
    assert coal.plan == exactly([100 * 0.7559, 210 * 0.7559])
    assert coal.ranges[:, 0] == exactly([68.0, 83.0, 68.0, 83.0])
    people = line(found, "stock.people")  # 300 and 600 people; then 900 over 10 and 21 ha of homes
    assert people.today == exactly([2.7, 5.4])
    assert people.plan == exactly([900 * 10 / 31 * 0.009, 900 * 21 / 31 * 0.009])
    assert line(found, "out.pigs").today == exactly([82.0, 0.0])
    straw = line(found, "cycle.straw")  # 90 t on 30 ha; 8 of 10 and 19 of 20 are left
    assert straw.today == exactly([30 * 1.1 * 0.4, 60 * 1.1 * 0.4])
    assert straw.plan == exactly([24 * 1.1 * 0.4, 57 * 1.1 * 0.4])
    assert found.uptake(False) == exactly([44 * c, 88 * c])  # 4.4 tCO2e/ha of forest
    assert found.uptake(True) == exactly([12 * 4.4 * c, 88 * c])
    fossil = found.sources(False, whole=False)
    waste = 0.15 * 0.095 * np.array([300.0, 600.0])  # burnt waste, assumed a head
    assert fossil == exactly(coal.today + waste)


def test_where_figures_come_from_is_told() -> None:
    """Given, assumed a head, or a gap: an item without amount and default has no figure."""
    found = account(GIVEN_AMOUNTS)
    assert line(found, "out.burnt_coal").how == GIVEN
    assert line(found, "in.cement").how == ASSUMED
    assert line(found, "out.clinker").how == GAP
    assert np.isnan(line(found, "out.clinker").today).all()
    assert (
        line(
            carbon_account(Land(CLASSES, {}, PARTS, 20.0), Inventory({}, None), ("",), moved()[:1]),
            "stock.soil",
        ).how
        == GAP
    )


def test_every_entry_of_the_table_has_a_line() -> None:
    """And each line has a factor within its range, a source, and names in both languages."""
    assert {each.entry for each in account_lines()} - {""} == set(ENTRIES)
    for each in account_lines():
        assert each.low <= each.factor <= each.high
        assert each.name_en
        assert each.name_zh
        assert each.source
    for item in items().values():
        assert item.default is None or item.low <= item.default <= item.high


amount = st.floats(0, 1e6)


@given(
    st.dictionaries(st.sampled_from([*items()]), amount, max_size=8),
    st.lists(st.tuples(st.integers(0, 1), st.integers(0, 3), st.integers(0, 3), st.floats(0, 3)), max_size=3),
)
def test_districts_add_up_to_the_whole(given_amounts: dict[str, float], changes: list[Any]) -> None:
    """Whatever is filled in for the whole area, districts add up to it; what does not move stays."""
    amounts = {(name, None): value for name, value in given_amounts.items()}
    found = account(amounts, *changes)
    for name in ("population.urban", "coal", "grain"):
        if name in given_amounts:
            one = {"population.urban": "stock.people", "coal": "in.coal", "grain": "cycle.straw"}[name]
            assert np.isfinite(line(found, one).today).all()
    if "coal" in given_amounts:  # of no sector, and of sectors
        coal = sum(value for name, value in given_amounts.items() if name.split(".")[0] == "coal")
        assert line(found, "in.coal").today.sum() == pytest.approx(coal * 0.7559, rel=1e-9)
    people = line(found, "stock.people")
    assert people.plan.sum() == pytest.approx(people.today.sum(), rel=1e-9)
    for each in found.lines:
        if each.line.moves == "none" and each.how != GAP:
            assert (each.today == each.plan).all()


def test_what_does_not_fit_is_left_unexplained() -> None:
    """Standing forest grows by 4.4 tCO2e/ha that no stock by class shows: it stands as unexplained."""
    found = account(GIVEN_AMOUNTS)
    assert found.unexplained(False, "natural") == pytest.approx([-44 * 12 / 44, -88 * 12 / 44])


def test_waters_are_an_account_of_their_own() -> None:
    """Sediments are no soil, and what waters take up and give off is told apart from land."""
    found = account(GIVEN_AMOUNTS, (0, WATER, FOREST, 1.0))
    assert line(found, "stock.water").plan[0] == pytest.approx(9 * 40 * 12 / 44)
    assert line(found, "in.water_uptake").today == pytest.approx([53.44, 106.88])
    assert line(found, "out.water_evasion").today == pytest.approx([53.44, 106.88])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("item,amount\ncoall,1\n", "there is no item `coall`. Did you mean"),
        ("item,amount,district\ncoal,1,Nowhere\n", "has no district `Nowhere`"),
        ("item,amount,unit\ncoal,1,t\n", "coal is in t, but the account takes it in tce"),
        ("item,amount\ncoal,-1\n", "coal is below 0"),
        ("item,amount\ncoal,1\ncoal,2\n", "gives coal a second time"),
        (
            "item,amount,district\ncoal,1,\ncoal,2,west\n",
            "2 of coal together, more than the whole area with 1",
        ),
        ("item,amount\ncoal,many\n", "its amount is `many`"),
    ],
)
def test_a_wrong_inventory_is_told(text: str, said: str, tmp_path: Path) -> None:
    """Unknown items, districts and units, amounts below 0, twice, or more than the whole."""
    (tmp_path / "i.csv").write_text(text, encoding="utf-8")
    findings = Findings()
    read_inventory("i.csv", tmp_path, "halves", ("west", "east"), findings)
    assert said in str(findings.errors[0])


def test_blanks_take_the_default_and_gbk_is_read(tmp_path: Path) -> None:
    """A row without an amount is as good as none."""
    (tmp_path / "i.csv").write_bytes("item,amount,source\ncoal,,统计年鉴\noil,5,统计年鉴\n".encode("gbk"))
    findings = Findings()
    found = read_inventory("i.csv", tmp_path, None, (), findings)
    assert (list(findings), found.amounts) == ([], {("oil", None): 5.0})


def test_sectors_are_parts_of_a_fuel() -> None:
    """Coal of industry beside coal of no sector: both are burnt; industry's goes by its own land, which is
    none here, and stays."""
    amounts = {**GIVEN_AMOUNTS, ("coal.industry", None): 60.0, ("coal.homes", "west"): 30.0}
    found = line(account(amounts, (1, CROPLAND, URBAN, 1.0)), "out.burnt_coal")
    assert found.today.sum() == pytest.approx(390 * 0.7559)
    assert found.plan.sum() == pytest.approx((390 + 300 / 30) * 0.7559)
    assert found.today[0] == pytest.approx(
        (100 + 20 + 30) * 0.7559
    )  # a third of what has no land goes by area


@pytest.mark.parametrize("ends", [False, True])
def test_demolition_leaves_people_and_floors(ends: bool) -> None:
    """Half of a town turned into forest: coal, floor and people are as many as before, unless they end."""
    land = Land(CLASSES, STOCKS, PARTS, 20.0, ends)
    area = moved((0, URBAN, FOREST, 10.0), (1, URBAN, FOREST, 5.0))
    found = carbon_account(land, Inventory(GIVEN_AMOUNTS, "halves"), ("west", "east"), area)
    coal, people = line(found, "out.burnt_coal"), line(found, "stock.people")
    assert coal.today.sum() == pytest.approx(300 * 0.7559)
    assert coal.plan.sum() == pytest.approx((150 if ends else 300) * 0.7559)
    assert people.plan.sum() == pytest.approx(people.today.sum())
