"""Carbon of the land as it is seen, and energy as it is reported, beside today's and the plan's."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import planner
from tests.support.small_study import write_study

SUMS = ["today", "due", "plan", "seen"]


def carbon_of(folder: Path) -> pd.DataFrame:
    """The table of carbon by its items."""
    return pd.read_csv(folder / "carbon.csv").set_index("item")


def test_the_land_of_today_has_the_carbon_of_today(ordered: Path, tmp_path: Path) -> None:
    """Seen as today, every figure is today's; the plan's are those of its certificate, and what is due by the
    last year of the order is the plan."""
    out = tmp_path / "out"
    planner.monitor(ordered / "run", ordered / "study" / "cover.tif", year=2029, out=out)
    table = carbon_of(out)
    pd.testing.assert_series_equal(table["seen"], table["today"], check_names=False)
    pd.testing.assert_series_equal(table["due"], table["plan"], check_names=False)
    told = planner.reopen(ordered / "run").certificate.indicators
    for name in ("net_emissions", "sources", "sinks", "carbon_stock"):
        assert table.loc[name, "today"] == pytest.approx(told[name].baseline)
        assert table.loc[name, "plan"] == pytest.approx(told[name].value)
    assert planner.verify(out).holds


def test_spaces_and_parts_add_up(ordered: Path, tmp_path: Path) -> None:
    """Net emissions are the sum of the three spaces, of all parts, and of sources less sinks, on each land;
    what is seen beyond what is due is their difference."""
    out = tmp_path / "out"
    planner.monitor(ordered / "run", ordered / "study" / "cover.tif", year=2027, out=out)
    table = carbon_of(out)
    net = table.loc["net_emissions", SUMS]
    spaces = table.index.str.startswith("net_emissions.")
    parts = table.index.str.startswith("part_")
    for rows in (table[spaces], table[parts]):
        assert rows[SUMS].sum().tolist() == pytest.approx(net.tolist())
    sides = table.loc["sources", SUMS] - table.loc["sinks", SUMS]
    assert sides.tolist() == pytest.approx(net.tolist())
    assert table["difference"].tolist() == pytest.approx((table["seen"] - table["due"]).tolist())


@pytest.mark.slow
def test_without_an_order_the_plan_is_what_is_compared(tmp_path: Path) -> None:
    """Of a plan that does not say when its changes are due nothing is due, and energy of the year of the map
    falls as the study's factors do."""
    study = write_study(
        tmp_path / "study",
        {
            "limits": [{"indicator": "area.grassland", "at_least": 15}],
            "life_cycle": {"base_year": 2025, "target_year": 2035, "energy": "assumed"},
        },
    )
    planner.run(study, out=tmp_path / "run")
    planner.monitor(tmp_path / "run", tmp_path / "study" / "cover.tif", year=2030, out=tmp_path / "out")
    table = carbon_of(tmp_path / "out")
    assert table["due"].isna().all()
    assert table["difference"].tolist() == pytest.approx((table["seen"] - table["plan"]).tolist())
    factors = pd.read_csv(tmp_path / "run" / "energy_factors.csv")
    of_year = factors[factors["carrier"] == "all"].set_index("year")["value"]
    burnt = table.loc[table.index.str.endswith(".energy"), "seen"].sum()
    assert table.loc["energy.year", "seen"] == pytest.approx(burnt * of_year[2030] / of_year[2025])
    assert planner.verify(tmp_path / "out").holds


def test_reported_fuels_by_hand(ordered: Path, tmp_path: Path) -> None:
    """1,500 tce of coal, 1,000 of it in industry, emit 1,500 x 0.7559 x 44/12 t; all fuels together stand
    beside the energy of the land; what is only shown is not among them."""
    path, out = tmp_path / "energy.csv", tmp_path / "out"
    path.write_text(
        "item,amount,unit\ncoal,1500,tce\ncoal.industry,1000,tce\noil,200,tce\nnatural_gas,300,tce\n"
        "electricity,5000,MWh\n",
        encoding="utf-8",
    )
    cover = ordered / "study" / "cover.tif"
    result = planner.monitor(ordered / "run", cover, year=2027, energy=path, out=out)
    table = pd.read_csv(out / "energy.csv").set_index("item")
    assert table.loc["coal.emissions", "reported"] == pytest.approx(1500 * 0.7559 * 44 / 12, rel=1e-3)
    fuels = table[table.index.str.endswith(".emissions")]["reported"].sum()
    assert table.loc["energy", "reported"] == pytest.approx(fuels)
    land = carbon_of(out)
    assert table.loc["energy", "seen"] == land.loc[land.index.str.endswith(".energy"), "seen"].sum()
    assert table.loc["energy", "difference"] == pytest.approx(fuels - table.loc["energy", "seen"])
    assert table.loc["coal", "reported"] == 1500
    assert table.loc["electricity", "reported"] == 5000
    assert any("reported" in sentence for sentence in result.sentences("en"))
    assert planner.verify(out).holds


def test_a_number_and_some_fuels_alone(ordered: Path, tmp_path: Path) -> None:
    """All energy may be given as tCO2e; fuels that are not all there have no sum, and are named."""
    cover, path = ordered / "study" / "cover.tif", tmp_path / "coal.csv"
    whole = planner.monitor(ordered / "run", cover, year=2027, energy=2500.0)
    assert any("2,500" in sentence for sentence in whole.sentences("en"))
    path.write_text("item,amount\ncoal,10\n", encoding="utf-8")
    some = planner.monitor(ordered / "run", cover, year=2027, energy=path, out=tmp_path / "out")
    assert any("some fuels alone: Coal" in sentence for sentence in some.sentences("en"))
    assert pd.isna(pd.read_csv(tmp_path / "out" / "energy.csv").set_index("item").loc["energy", "reported"])


@pytest.mark.parametrize(
    ("given", "said"),
    [("-1", "no amount of emissions"), ("none.csv", "no file none.csv"), ("EMPTY", "has no amounts")],
)
def test_what_is_no_energy_is_told(ordered: Path, tmp_path: Path, given: str, said: str) -> None:
    """Less than nothing, a file that is not there, and one without amounts: the option is named."""
    (tmp_path / "empty.csv").write_text("item,amount\ncoal,\n", encoding="utf-8")
    energy = str(tmp_path / "empty.csv") if given == "EMPTY" else given
    with pytest.raises(planner.StudyError, match=said) as told:
        planner.monitor(ordered / "run", ordered / "study" / "cover.tif", year=2027, energy=energy)
    assert "--energy" in str(told.value)


@pytest.mark.slow
def test_the_account_of_an_inventory_is_that_of_the_land(tmp_path: Path) -> None:
    """Seen as today, every line of the carbon account is today's; seen as planned, the plan's; amounts of
    today's inventory stand beside those reported."""
    inventory = "item,amount,unit\ncoal,400,tce\noil,100,tce\nnatural_gas,50,tce\n"
    study = tmp_path / "study"
    study.mkdir()
    (study / "inventory.csv").write_text(inventory, encoding="utf-8")
    path = write_study(
        study,
        {
            "limits": [{"indicator": "area.grassland", "at_least": 15}],
            "carbon": {"inventory": {"path": "inventory.csv"}},
        },
    )
    planner.run(path, out=tmp_path / "run")
    for name, file in (("today", study / "cover.tif"), ("plan", tmp_path / "run" / "plan.tif")):
        out = tmp_path / name
        planner.monitor(tmp_path / "run", file, year=2030, energy=study / "inventory.csv", out=out)
        table = pd.read_csv(out / "account.csv")
        assert len(table) > 20
        assert table["seen"].tolist() == pytest.approx(table[name].tolist(), nan_ok=True)
        energy = pd.read_csv(out / "energy.csv").set_index("item")
        assert energy.loc["coal", "today"] == energy.loc["coal", "reported"] == 400
        assert energy.loc["coal.emissions", "difference"] == pytest.approx(0.0)
        assert planner.verify(out).holds
