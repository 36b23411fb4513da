from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from planner import load
from planner.plans.certify import carbon_record
from planner.plans.plan import CarbonRecord, Certificate
from planner.recount.account.carbon_range import check_carbon
from planner.recount.ledger import Ledger
from tests.support.made_plans import certificate
from tests.support.small_study import write_study


def checked(record: CarbonRecord | None, folder: Path) -> list[str]:
    """The figures on which a record and the map disagree: a plan that turns all bare land to forest."""
    loaded = load(folder / "study.toml")
    instance, layout = loaded.instance, planned(folder)
    told: Certificate = certificate(instance, layout).model_copy(update={"carbon": record})
    ledger = Ledger()
    check_carbon(told, instance, folder, layout, ledger)
    return [one.figure for one in ledger.differences]


def planned(folder: Path) -> np.ndarray:
    """Today's land with its bare land under trees."""
    instance = load(folder / "study.toml").instance
    bare, forest = (instance.classes.index(name) for name in ("bare_unused", "forest"))
    layout = instance.today.copy()
    layout[layout == bare] = forest
    return layout


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small study."""
    home = tmp_path_factory.mktemp("carbon")
    write_study(home)
    return home


@pytest.fixture(scope="module")
def told(folder: Path) -> CarbonRecord:
    """What the certificate of that plan tells."""
    found = carbon_record(load(folder / "study.toml").instance, planned(folder))
    assert found is not None
    return found


def test_the_range_is_the_same_when_counted_again(told: CarbonRecord, folder: Path) -> None:
    """Tried one by one, a certificate's range holds; trees on bare land take up in all of it."""
    assert told.years == 20.0
    assert told.low < told.change < 0
    assert checked(told, folder) == []
    assert json.loads(told.model_dump_json())["rests_on"].keys() == told.rests_on.keys()


@pytest.mark.parametrize("figure", ["years", "change", "low", "high"])
def test_another_figure_is_noticed(told: CarbonRecord, folder: Path, figure: str) -> None:
    """A range that was made narrower, a change that was made smaller, another horizon."""
    other = told.model_copy(update={figure: getattr(told, figure) * 0.9})
    assert checked(other, folder) == [f"carbon, {figure}"]


def test_another_rest_is_noticed(told: CarbonRecord, folder: Path) -> None:
    """Figures said to be surer than they are."""
    other = told.model_copy(update={"rests_on": {**told.rests_on, "sure": 0.99}})
    assert checked(other, folder) == ["carbon, rests_on, sure"]


def test_an_older_certificate_tells_no_range(folder: Path) -> None:
    """Nothing is compared where nothing is said."""
    assert checked(None, folder) == []
