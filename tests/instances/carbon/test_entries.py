import math
from dataclasses import replace
from functools import cache
from itertools import product

import numpy as np
import pytest

from instances.carbon.coefficient_csv import read_set, set_names
from instances.carbon.coefficients import CoefficientSet, Kind
from instances.carbon.conversion import EmissionRates, rates_of_set
from instances.carbon.draws import Together, draw_sets, uncertain
from instances.carbon.entries import ELSEWHERE, grown
from instances.land.classes import Classes, study_classes
from instances.study.file import parse_study
from instances.study.findings import Findings
from instances.study.schema import Study
from tests.instances.carbon.test_conversion import HERE

NAMES = (
    "urban",
    "rural",
    "cropland",
    "paddy",
    "forest",
    "orchard",
    "grassland",
    "wetland",
    "lake",
    "pond",
    "bare",
)
BUILT, OPEN = (0, 1), tuple(range(2, len(NAMES)))
HA = np.full(len(NAMES), 100.0)


def some(carbon: dict | None = None) -> tuple[Study, Classes]:
    """A study of those classes."""
    study = parse_study({"title": "t", "landcover": {"path": "x.tif"}, "carbon": carbon or {}}, "study.toml")
    return study, study_classes(study, {name: code for code, name in enumerate(NAMES, 1)})


@cache
def the_set(name: str) -> CoefficientSet:
    """A set of the project."""
    found = read_set(name, HERE, (), Findings())
    assert found is not None
    return found


def rates(name: str = "china-default", **carbon: object) -> EmissionRates:
    """The rates of a set of the project."""
    study, classes = some(dict(carbon))
    return rates_of_set(the_set(name), study, classes, HA, Findings())


EVERY_SET = pytest.mark.parametrize("name", set_names())


@EVERY_SET
def test_every_figure_has_a_range(name: str) -> None:
    """No figure of the project pretends to be exact."""
    assert [row for row in the_set(name).rows.values() if not row.low <= row.value <= row.high] == []
    assert [row for row in the_set(name).rows.values() if row.low == row.high] == []


@EVERY_SET
@pytest.mark.parametrize("total", [None, 20_000.0])
@pytest.mark.parametrize("years", [1.0, 20.0, 100.0])
def test_moving_land_is_never_free(name: str, total: float | None, years: float) -> None:
    """Felling a wood here to plant it there costs, as does any pair of changes that leaves every area the
    same."""
    found = rates(name, years=years, built_total_tco2e=total)
    staying = np.diag(found.total)
    moved = found.total + found.total.T - staying[:, None] - staying[None, :]
    forest = NAMES.index("forest")
    assert (moved >= -1e-9).all()
    others = [k for k in OPEN if k != forest]
    assert (moved[forest, others] * years > 10.0).all()


@EVERY_SET
def test_water_is_no_sink_without_its_methane(name: str) -> None:
    """Land restored to wetland, lake or pond counts its methane, and in CO2e it is a source."""
    found, (_, classes) = rates(name), some()
    methane = found.parts["flux: methane"]
    for wet, today in product(("wetland", "lake", "pond"), ("cropland", "bare", "grassland")):
        b, k = NAMES.index(today), NAMES.index(wet)
        assert methane[b, k] > 0
        flows = sum(part[b, k] for key, part in found.parts.items() if not key.startswith("stock"))
        assert flows > 0
    assert all(the_set(name).find(item, Kind.FLUX, "methane") for item in classes if item.name in NAMES[7:10])


@EVERY_SET
@pytest.mark.parametrize("total", [None, 20_000.0])
def test_demolition_saves_no_energy(name: str, total: float | None) -> None:
    """Built land given up takes its people along: their emissions go on elsewhere, to the tonne."""
    found = rates(name, built_total_tco2e=total)
    energy = sum(part for key, part in found.parts.items() if key.endswith(": energy"))
    for b, k in product(BUILT, OPEN):
        assert energy[b, k] == energy[b, b] > 0
        assert found.parts[ELSEWHERE][b, k] == energy[b, b]
    assert (energy[np.ix_(BUILT, BUILT)] >= np.diag(energy)[list(BUILT), None]).all()


@EVERY_SET
@pytest.mark.parametrize("total", [None, 20_000.0])
@pytest.mark.parametrize("years", [1.0, 20.0, 50.0])
def test_demolition_without_new_homes_never_lowers_emissions(
    name: str, total: float | None, years: float
) -> None:
    """Homes and works torn down for forest, grass or water: what is built for their people elsewhere is more
    than anything that grows in their place takes up."""
    found = rates(name, years=years, built_total_tco2e=total).total
    for b, k in product(BUILT, OPEN):
        assert found[b, k] > found[b, b]


def test_what_was_torn_down_is_built_again() -> None:
    """Of the same floor as stood there; not where the plan itself houses the people, or they are gone."""
    again = rates().parts["rebuilt: buildings"]
    assert again[0, 4] == pytest.approx(450 * 0.5 * 10 / 20)
    assert again[1, 4] == pytest.approx(450 * 0.3 * 10 / 20)
    assert not again[:, 0].any()
    for demolished in ("housed", "ends"):
        assert "rebuilt: buildings" not in rates(demolished=demolished).parts


def test_a_study_may_say_that_emissions_end() -> None:
    """Where the study itself says where the people go, land given up has no energy emissions left."""
    energy = rates(demolished="ends", built_total_tco2e=20_000.0).parts
    assert ELSEWHERE not in energy or not energy[ELSEWHERE].any()
    assert energy["standing: energy"][0, 0] == pytest.approx(100.0)
    assert energy["standing: energy"][0, 4] == 0.0


def test_new_built_land_has_its_own_figure() -> None:
    """It is the set's share of what built land has today, or what the study states."""
    given_total = rates(built_total_tco2e=20_000.0).parts["new: energy"]
    assert given_total[2, 0] == pytest.approx(0.8 * 100.0)
    assert rates(new_built_tco2e_ha=150.0).parts["new: energy"][2, 0] == 150.0
    assert rates().parts["new: energy"][2, 0] == pytest.approx(53.6 * 44 / 12)


def test_a_wood_grows_by_a_curve() -> None:
    """45.8 tC/ha with an e-folding time of 30 years: 22.3 after 20, 1.1 tC a year; felled, all at once."""
    stock = rates().parts["stock: vegetation"] / (44 / 12)
    crop, forest, bare = (NAMES.index(name) for name in ("cropland", "forest", "bare"))
    assert stock[bare, forest] == pytest.approx(-45.8 * (1 - math.exp(-20 / 30)) / 20)
    assert stock[bare, forest] == pytest.approx(-1.114, abs=0.001)
    assert stock[forest, bare] == pytest.approx(45.8 / 20)
    assert stock[forest, crop] == pytest.approx((45.8 - 3.68 * (1 - math.exp(-20))) / 20)


def test_soil_gains_a_third_of_a_tonne() -> None:
    """Planting trees on a field gains 0.32 tC/ha a year in the soil; clearing them loses all of the
    difference."""
    soil = rates().parts["stock: soil"] / (44 / 12)
    crop, forest = NAMES.index("cropland"), NAMES.index("forest")
    assert soil[crop, forest] == pytest.approx(-0.3237, abs=1e-3)
    assert soil[forest, crop] == pytest.approx((106.1 - 76.83) / 20)


def test_one_horizon_for_all() -> None:
    """Losses and buildings count half as much a year over twice the time; the share gained grows with it."""
    short, long = rates(years=20), rates(years=40)
    forest = NAMES.index("forest")
    np.testing.assert_allclose(long.construction, short.construction / 2)
    assert short.construction[forest, 0] == pytest.approx(450 * 0.5 * 10 / 20)
    assert long.stock[forest, 0] == pytest.approx(short.stock[forest, 0] / 2)
    assert grown(30, 40) == pytest.approx(1 - math.exp(-4 / 3))
    assert grown(0, 20) == 1.0


@EVERY_SET
def test_entries_are_the_rates(name: str) -> None:
    """Every rate is linear in the coefficients: the entries times the values, at any draw of them."""
    study, classes = some({"built_total_tco2e": 20_000.0})
    base = rates_of_set(the_set(name), study, classes, HA, Findings())
    assert base.entries is not None
    own = {(row.name, row.kind, row.pool): n for n, row in enumerate(base.entries.rows)}
    drawn = uncertain(the_set(name), classes, has_total=True)
    for one in draw_sets(the_set(name), drawn, 3, Together.ROWS, 5):
        figures = base.entries.figures()
        for key, n in own.items():
            figures[n] = one.rows[key].value if base.entries.rows[n].source else figures[n]
        again = rates_of_set(one, study, classes, HA, Findings())
        np.testing.assert_allclose(base.entries.rates(figures).sum(axis=0), again.total, rtol=1e-9, atol=1e-9)


def test_classes_of_one_figure_change_nothing() -> None:
    """Two kinds of built land with the same store: nothing is cleared where one becomes the other."""
    assert rates().stock[0, 1] == 0.0


def test_more_is_hosted_than_stood_there() -> None:
    """Land rebuilt with a class of more energy has the new figure; with less, what stood there stays."""
    study, classes = some()
    found = the_set("china-default")
    dense = {"urban": 100.0, "rural": 10.0}
    for kind, factor in ((Kind.STANDING, 1.0), (Kind.NEW, 0.5)):
        for name, figure in dense.items():
            row = replace(found.rows["built", kind, "energy"], name=name, value=figure * factor)
            found = CoefficientSet(found.name, {**found.rows, (name, kind, "energy"): row})
    parts = rates_of_set(found, study, classes, HA, Findings()).parts
    energy = parts["standing: energy"] + parts["new: energy"]
    assert (energy[1, 0], energy[0, 1]) == (50.0, 100.0)
