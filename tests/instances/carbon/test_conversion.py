from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from instances.carbon.coefficients import Mark
from instances.carbon.conversion import EmissionRates, account, emission_rates
from instances.land.classes import study_classes
from instances.study.file import parse_study
from instances.study.findings import Findings

DONGGUAN = ("urban", "water", "cropland", "forest", "orchard")
HERE = Path()


def rates_of(
    names: tuple[str, ...], carbon: dict | None = None, folder: Path = HERE, ha: list[float] | None = None
) -> tuple[EmissionRates, Findings]:
    """Rates of those classes, and what was found."""
    study = parse_study({"title": "t", "landcover": {"path": "x.tif"}, "carbon": carbon or {}}, "study.toml")
    classes = study_classes(study, {name: code for code, name in enumerate(names, 1)})
    findings = Findings()
    area = np.array(ha if ha is not None else [10.0] * len(names))
    return emission_rates(study, folder, classes, area, findings), findings


def test_forest_to_urban_by_hand() -> None:
    """One hectare of forest to urban over 20 years: energy, soil carbon lost, and buildings, by hand.

    53.6 tC + (45.8 + 106.1 - 40.9) / 20 tC, each x 44/12, + 450 kg/m2 x 0.5 x 10 / 20 years.
    """
    rates, _ = rates_of(DONGGUAN)
    urban, forest = 0, 3
    by_hand = (53.6 + (45.8 + 65.2) / 20) * 44 / 12 + 112.5
    assert rates.total[forest, urban] == pytest.approx(by_hand, rel=1e-12)
    assert rates.parts["stock: soil"][forest, urban] == pytest.approx(11.953333333333333)
    assert rates.total[forest, forest] == pytest.approx(-0.205 * 44 / 12)


def test_its_range_by_hand() -> None:
    """The ends: least lost with the cheapest building, most lost with the dearest; trees in town are few."""
    rates, _ = rates_of(DONGGUAN)
    trees = 3 * (1 - np.exp(-20 / 5))
    assert rates.low[3, 0] == pytest.approx((40.2 + (21.6 - trees + 90.5 - 77) / 20) * 44 / 12 + 93)
    assert rates.high[3, 0] == pytest.approx((67 + (90.5 + 144.4 - 34) / 20) * 44 / 12 + 131.5)


def test_stocks_by_hand() -> None:
    """Cropland to forest on the Loess Plateau: crops are cleared at once, the wood and its soil grow by
    curves; back again, the wood is lost at once."""
    rates, _ = rates_of(("cropland", "forest"), {"coefficients": "loess-plateau", "years": 40})
    of_wood, of_litter, of_soil, of_crops = (1 - np.exp(-40 / years) for years in (30, 15, 80, 1))
    planted = 55.7 * of_wood + 1.9 * of_litter + 29.27 * of_soil - 3.75
    felled = 55.7 + 1.9 + 29.27 - 3.75 * of_crops
    assert rates.stock[0, 1] == pytest.approx(-planted / 40 * 44 / 12)
    assert rates.stock[1, 0] == pytest.approx(felled / 40 * 44 / 12)


def test_the_placeholder_is_marked() -> None:
    """Without the area's own total the intensity of built land is marked as a placeholder."""
    rates, findings = rates_of(DONGGUAN)
    assert rates.notices[0].mark is Mark.PLACEHOLDER
    assert rates.notices[0].figures == pytest.approx((245.667, 245.667), abs=0.001)
    assert not findings.errors


def test_the_areas_own_total_is_spread_over_built_land() -> None:
    """A total of 41 million over 100,000 ha of urban land is 410 tCO2e/ha/yr, and no placeholder is left."""
    ha = [100_000.0, 1, 1, 1, 1]
    rates, findings = rates_of(DONGGUAN, {"built_total_tco2e": 41e6}, ha=ha)
    assert rates.flux[0] == pytest.approx(410)
    assert rates.low[0, 0] == rates.total[0, 0] == rates.high[0, 0]
    assert all(notice.mark is not Mark.PLACEHOLDER for notice in rates.notices)
    assert any("is 410.0 tCO2e/ha/yr" in finding.fault for finding in findings)


def a_file(folder: Path, *lines: str) -> dict:
    """A set of the user's own in a folder, as [carbon] names it."""
    header = "class,kind,pool,value,unit,low,high,source"
    (folder / "own.csv").write_text("\n".join((header, *lines)), encoding="utf-8")
    return {"coefficients": "own.csv"}


def test_the_total_keeps_the_proportions_of_the_set(tmp_path: Path) -> None:
    """Industry at three times the intensity of housing stays so, and the whole adds up to the total."""
    own = a_file(
        tmp_path,
        "urban,flux,energy,100,tCO2e/ha/yr,50,150,s",
        "industrial,flux,energy,300,tCO2e/ha/yr,,,s",
        "forest,flux,vegetation,-3,tCO2e/ha/yr,,,s",
    )
    ha = [20.0, 10.0, 5.0]
    names = ("urban", "industrial", "forest")
    rates, _ = rates_of(names, own | {"built_total_tco2e": 10_000.0}, tmp_path, ha)
    assert rates.flux.tolist() == pytest.approx([200, 600, -3])
    assert rates.parts["flux: energy"][0] @ np.array(ha) == pytest.approx(10_000)


def test_a_total_without_figures_in_the_set_is_spread_evenly(tmp_path: Path) -> None:
    """Where the set has no energy at all, every hectare of built land gets the same."""
    own = a_file(tmp_path, "forest,flux,vegetation,-3,tCO2e/ha/yr,,,s")
    rates, _ = rates_of(
        ("urban", "rural", "forest"), own | {"built_total_tco2e": 900.0}, tmp_path, [2.0, 1.0, 9.0]
    )
    assert rates.flux.tolist() == pytest.approx([300, 300, -3])


def test_a_total_without_built_land_is_an_error() -> None:
    """A total cannot be spread over no land."""
    _, findings = rates_of(("forest", "cropland"), {"built_total_tco2e": 1e6})
    assert str(findings.errors[0]).startswith("carbon.built_total_tco2e: there is no built land today")


def test_a_total_in_another_unit_is_suspected() -> None:
    """41 (million tonnes, meant) over 10 ha is suspected to be in another unit."""
    _, findings = rates_of(DONGGUAN, {"built_total_tco2e": 41.0})
    assert any("Check that it is in tonnes a year" in str(finding) for finding in findings)


def test_construction_counts_only_where_built_land_is_new() -> None:
    """Built land that changes its use is not built anew."""
    rates, _ = rates_of(("urban", "industrial", "cropland"))
    np.testing.assert_allclose(rates.construction, [[0, 0, 0], [0, 0, 0], [112.5, 112.5, 0]])


def test_an_unknown_stock_changes_nothing() -> None:
    """The sea has no store in the default set: a change to or from it counts none, and says so."""
    rates, findings = rates_of(("forest", "sea", "cropland"))
    assert not rates.stock[1].any()
    assert not rates.stock[:, 1].any()
    assert any("no coefficient for sea" in finding.fault for finding in findings)


def test_a_wrong_set_is_an_error_and_no_rates() -> None:
    """A set that cannot be read leaves zero rates behind its error."""
    rates, findings = rates_of(DONGGUAN, {"coefficients": "china"})
    assert findings.errors
    assert rates.total.shape == (5, 5)
    assert not rates.total.any()


def test_the_account_names_parts_and_transitions() -> None:
    """Two hectares of forest to urban: three rows, which add up to the emission."""
    rates, _ = rates_of(DONGGUAN)
    land = np.zeros((5, 5))
    land[3, 0] = 2.0
    rows = account(rates, land, DONGGUAN)
    assert [(row.part, row.today, row.planned, row.area_ha) for row in rows] == [
        (part, "forest", "urban", 2.0)
        for part in ("new: energy", "stock: vegetation", "stock: soil", "construction: buildings")
    ]
    assert sum(row.tco2e_per_year for row in rows) == pytest.approx(2 * rates.total[3, 0])


NAMES = st.lists(
    st.sampled_from(
        ["urban", "rural", "water", "cropland", "forest", "shrub", "park", "orchard", "bare", "sea"]
    ),
    min_size=1,
    max_size=6,
    unique=True,
)
SETS = st.sampled_from(["china-default", "china-stock", "loess-plateau"])


@given(names=NAMES, coefficients=SETS, years=st.floats(1, 100))
def test_rates_hold_together(names: list[str], coefficients: str, years: float) -> None:
    """Land that stays changes no stock, there and back costs, parts add up, ranges hold the value."""
    rates, _ = rates_of(tuple(names), {"coefficients": coefficients, "years": years})
    assert not rates.stock.diagonal().any()
    assert (rates.stock + rates.stock.T >= -1e-9).all()
    np.testing.assert_allclose(sum(rates.parts.values()), rates.total, rtol=1e-12, atol=1e-12)
    assert (rates.low <= rates.total).all()
    assert (rates.total <= rates.high).all()


FIGURE = st.floats(-1e4, 1e4).map(lambda value: round(value, 3))


@given(data=st.data())
def test_any_set_holds_together(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The same is true of any set that a user may write, gaps included; without times to grow, there and back
    cancel."""
    lines = ["bare,flux,inputs,0,tC/ha/yr,,,s"]
    for name in ("urban", "cropland", "forest"):
        for kind, pool, unit in (
            ("flux", "vegetation", "tC/ha/yr"),
            ("flux", "energy", "tCO2e/ha/yr"),
            ("stock", "soil", "tC/ha"),
            ("stock", "litter", "kgC/m2"),
            ("construction", "works", "tCO2e/ha/yr"),
        ):
            figures = data.draw(st.none() | st.lists(FIGURE, min_size=3, max_size=3).map(sorted))
            if figures is not None:
                lines.append(f"{name},{kind},{pool},{figures[1]},{unit},{figures[0]},{figures[2]},s")
    folder = tmp_path_factory.mktemp("set")
    rates, _ = rates_of(("urban", "cropland", "forest", "water"), a_file(folder, *lines), folder)
    assert not rates.stock.diagonal().any()
    np.testing.assert_allclose(rates.stock, -rates.stock.T)
    np.testing.assert_allclose(sum(rates.parts.values()), rates.total, atol=1e-9)
    assert (rates.low <= rates.total).all()
    assert (rates.total <= rates.high).all()


@pytest.mark.parametrize("total", [1e12, 1e15])  # what is more the study file refuses
def test_a_total_beyond_any_land_is_refused(total: float) -> None:
    """So much would spoil the arithmetic of all the rest: an error, with the land it would be spread over."""
    _, findings = rates_of(DONGGUAN, {"built_total_tco2e": total})
    assert [str(finding) for finding in findings.errors] != []
    assert "is more than any land gives off" in str(findings.errors[0])
