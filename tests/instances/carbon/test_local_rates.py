from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tomli_w

from formulations.indicators.emissions import net_emissions
from formulations.sampling.questions import Base
from instances.carbon.interval import change_ha, interval
from instances.instance import Instance
from instances.study.findings import StudyError
from planner import load, optimise
from planner.plans.certify import carbon_record
from planner.plans.optimise import Loaded
from planner.report.carbon_account import carbon
from planner.report.subject import Subject
from planner.runs.folder import write
from planner.runs.verify import verify
from tests.support.small_study import COLUMNS, ROWS, tree, write_files, write_raster
from words.catalogue import Words

TABLE = {"layer": "npp", "classes": ["forest"], "pool": "vegetation", "kind": "standing", "unit": "tC/ha/yr"}
LEVEL = -0.205
"""The coefficient that the layer takes the place of, tC/ha/yr."""


def a_study(folder: Path, values: np.ndarray, **rate: object) -> Path:
    """The small study with a layer of rates."""
    folder.mkdir(parents=True, exist_ok=True)
    write_files(folder)
    write_raster(folder / "npp.tif", values.astype(np.float32), nodata=None)
    told = tree()
    told["layers"]["npp"] = {"path": "npp.tif", "unit": "tC/ha/yr"}
    told["rates"] = {"trees": {**TABLE, **rate}}
    path = folder / "study.toml"
    path.write_text(tomli_w.dumps(told), encoding="utf-8")
    return path


def slope() -> np.ndarray:
    """(rows, columns) more growth to the east."""
    return np.tile(np.linspace(0.0, -3.0, COLUMNS), (ROWS, 1))


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    """The study with rates that differ from place to place."""
    return load(a_study(tmp_path_factory.mktemp("rates"), slope()))


def emission(instance: Instance, layout: np.ndarray) -> float:
    """Net emissions of a layout, tCO2e/yr."""
    return net_emissions(instance).evaluate(layout)


def test_a_layer_takes_the_place_of_the_coefficient(loaded: Loaded) -> None:
    """Today's emissions differ from those of the coefficient by the standing forest's own figures, cell by
    cell."""
    instance = loaded.instance
    plain = load_plain(loaded)
    forest = instance.today == instance.classes.index("forest")
    by_hand = float((slope().ravel()[forest] - LEVEL).sum()) * 44 / 12
    assert emission(instance, instance.today) - emission(plain, instance.today) == pytest.approx(
        by_hand, rel=1e-5
    )


def load_plain(loaded: Loaded) -> Instance:
    """The same study without rates."""
    from dataclasses import replace

    return replace(loaded.instance, emissions=replace(loaded.instance.emissions, local=()))


def test_a_layer_of_the_coefficient_changes_nothing(tmp_path: Path) -> None:
    """Where the layer is the coefficient everywhere, every layout has the same emissions."""
    instance = load(a_study(tmp_path, np.full((ROWS, COLUMNS), LEVEL))).instance
    rng = np.random.default_rng(1)
    layout = rng.integers(0, len(instance.classes), len(instance)).astype(np.uint8)
    total = float((instance.grid.area_ha * instance.emissions.total[instance.today, layout]).sum())
    assert emission(instance, layout) == pytest.approx(total, rel=1e-6)


def test_where_a_change_happens_matters(loaded: Loaded) -> None:
    """Felling the forest cell that grows most costs more than felling the one that grows least."""
    instance = loaded.instance
    forest = np.flatnonzero(instance.today == instance.classes.index("forest"))
    growth = slope().ravel()[forest]
    felled = []
    for cell in (forest[growth.argmin()], forest[growth.argmax()]):
        layout = instance.today.copy()
        layout[cell] = instance.classes.index("cropland")
        felled.append(emission(instance, layout))
    assert felled[0] - felled[1] == pytest.approx((growth.max() - growth.min()) * 44 / 12, rel=1e-5)


@pytest.mark.slow
def test_both_methods_find_the_same_plan_with_rates(loaded: Loaded, tmp_path: Path) -> None:
    """Whole model and decomposition agree; what is told is counted again, and the account adds up."""
    exact, split = (optimise(loaded, gap=0.01, method=method) for method in ("exact", "decompose"))
    for one, other in ((exact.certificate, split.certificate), (split.certificate, exact.certificate)):
        assert one.bound is not None
        assert other.objective is not None
        assert one.bound <= other.objective + 1e-6
    write(exact, tmp_path / "out")
    outcome = verify(tmp_path / "out")
    assert outcome.holds, [str(one) for one in outcome.differences]
    record = exact.certificate.indicators["net_emissions"]
    told = exact.certificate.carbon
    assert told is not None
    assert told.change == pytest.approx(record.value - record.baseline)
    account = carbon(Subject(exact, Words("en")))
    assert account.parts[-1].name == account.classes[-1].name


def test_the_range_moves_with_the_layers(loaded: Loaded) -> None:
    """What layers add is no coefficient's: it moves the change and both ends of its range alike."""
    instance = loaded.instance
    layout = instance.today.copy()
    layout[layout == instance.classes.index("forest")] = instance.classes.index("cropland")
    told = carbon_record(instance, layout)
    assert told is not None
    entries = instance.emissions.entries
    assert entries is not None
    count = len(instance.classes)
    moved = np.zeros((count, count))
    np.add.at(moved, (instance.today, layout), instance.grid.area_ha)
    plain = interval(entries, change_ha(moved))
    added = told.change - plain.value
    assert added == pytest.approx(told.low - plain.low) == pytest.approx(told.high - plain.high)
    assert added > 0


def test_other_rates_keep_the_layers(loaded: Loaded) -> None:
    """A draw of the coefficients moves the level of the layer, and leaves its pattern."""
    instance = loaded.instance
    more = replace(instance.emissions, flux=instance.emissions.flux + 1.0)
    other = Base.of(instance, loaded.problem).at(more).problem
    weight, part = other.parts[0]
    assert weight == 1.0
    grown = emission(instance, instance.today) + float(instance.grid.area_ha.sum())
    assert part.evaluate(instance.today) == pytest.approx(grown)


@pytest.mark.parametrize(
    ("rate", "told"),
    [
        ({"layer": "nppp"}, "rates.trees.layer"),
        ({"unit": "tC/ha"}, "its unit is `tC/ha`, which is none of carbon per area and year"),
        ({"classes": ["forrest"]}, "there is no land class `forrest`"),
        ({"classes": ["forest", "forest"]}, "gives the vegetation of forest a second time"),
    ],
)
def test_wrong_rates_are_told(tmp_path: Path, rate: dict[str, object], told: str) -> None:
    """A layer that is none, a stock's unit, an unknown class, the same figure twice."""
    with pytest.raises(StudyError) as wrong:
        _ = load(a_study(tmp_path, slope(), **rate)).instance
    assert told in str(wrong.value)


def test_values_that_no_land_has_are_told(tmp_path: Path) -> None:
    """A layer in grams is as suspect as a coefficient is."""
    loaded = load(a_study(tmp_path, slope() * 1000))
    assert any("plausible range of -70 to 100" in str(finding) for finding in loaded.instance.findings)
