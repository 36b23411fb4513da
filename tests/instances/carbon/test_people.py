from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from instances.carbon.conversion import EmissionRates, rates_of_set
from instances.carbon.entries import REHOUSED
from instances.carbon.inventory import Inventory
from instances.carbon.people import per_ha, with_people
from instances.land.classes import Classes, study_classes
from instances.study.file import parse_study
from instances.study.findings import Findings
from instances.study.schema import Study
from tests.instances.carbon.test_entries import the_set

NAMES = ("urban_residential", "rural_residential", "public_commercial", "industrial_production", "forest")
HA = np.array([100.0, 200.0, 30.0, 50.0, 1000.0])
URBAN, RURAL, PUBLIC, INDUSTRY, FOREST = range(5)


def some(inventory: Inventory | None = None, **tree: Any) -> tuple[Study, Classes]:
    """A study whose plan houses the people of what it demolishes."""
    tree = {"title": "t", "landcover": {"path": "x.tif"}, "carbon": {"demolished": "housed"}, **tree}
    study = parse_study(tree, "study.toml")
    classes = study_classes(study, {name: code for code, name in enumerate(NAMES, 1)})
    return with_people(study, classes, inventory, HA, Findings()), classes


def housed(**tree: Any) -> tuple[EmissionRates, dict[str, np.ndarray]]:
    """The rates of that study, and its people and jobs a hectare."""
    study, classes = some(**tree)
    return rates_of_set(the_set("china-default"), study, classes, HA, Findings()), per_ha(study, classes)


def test_people_and_jobs_are_limits_of_the_study() -> None:
    """As many as today, by the defaults of the inventory where nothing was counted."""
    study, _ = some()
    assert study.indicators["residents"].per_class == {"urban_residential": 110.0, "rural_residential": 45.0}
    assert study.indicators["workplaces"].unit == "person"
    assert [(one.indicator, one.at_least) for one in study.limits] == [
        ("residents", "100%"),
        ("workplaces", "100%"),
    ]


def test_people_are_those_that_were_counted() -> None:
    """12,000 people on 100 ha of town, and 4000 and 6000 of two districts in 200 ha of villages."""
    counted = {("population.urban", None): 12_000.0, ("population.rural", "a"): 4000.0}
    study, _ = some(Inventory({**counted, ("population.rural", "b"): 6000.0}, "d"))
    assert study.indicators["residents"].per_class == {"urban_residential": 120.0, "rural_residential": 50.0}


def test_what_the_study_says_of_people_holds() -> None:
    """Its own figures and its own limit; jobs, of which it says nothing, are counted."""
    own = {"residents": {"per_class": {"urban_residential": 90}, "unit": "person"}}
    study, _ = some(indicators=own, limits=[{"indicator": "residents", "at_least": "95%"}])
    assert study.indicators["residents"].per_class == {"urban_residential": 90.0}
    assert [(one.indicator, one.at_least) for one in study.limits] == [
        ("residents", "95%"),
        ("workplaces", "100%"),
    ]


def test_villages_moved_to_town_by_hand() -> None:
    """110 ha of villages hold the 4950 people of 45 ha of town: the energy of the area is the same to the
    tonne, and new buildings are paid for."""
    found, _ = housed(carbon={"demolished": "housed", "built_total_tco2e": 38_000.0})
    moved = np.diag(HA)
    moved[RURAL, RURAL], moved[RURAL, FOREST] = 90.0, 110.0
    moved[FOREST, FOREST], moved[FOREST, URBAN] = 955.0, 45.0
    energy = sum(part for key, part in found.parts.items() if key.endswith(": energy"))
    assert (energy * moved).sum() == pytest.approx(38_000.0)
    assert (found.parts[REHOUSED] * moved).sum() == pytest.approx(110 * 100 - 45 * 80)
    assert (found.parts["construction: buildings"] * moved).sum() == pytest.approx(45 * 450 * 0.5 * 10 / 20)
    assert "rebuilt: buildings" not in found.parts


share = st.lists(st.floats(0, 1), min_size=5, max_size=5)


@settings(max_examples=200, deadline=None)
@given(st.lists(share, min_size=5, max_size=5))
def test_whoever_is_housed_no_energy_is_saved(shares: list[list[float]]) -> None:
    """Any layout with room for all residents and all jobs has at least today's energy."""
    found, heads = _kept()
    weights = np.array(shares) + np.eye(5)
    moved = weights / weights.sum(axis=1, keepdims=True) * HA[:, None]
    room = {name: float(each @ (moved.sum(axis=0) - HA)) for name, each in heads.items()}
    energy = sum(part for key, part in found.parts.items() if key.endswith(": energy"))
    change = float((energy * (moved - np.diag(HA))).sum())
    if min(room.values()) >= 0:
        assert change >= -1e-6 * float((np.abs(energy) * moved).sum())


_FOUND: list[Any] = []


def _kept() -> tuple[EmissionRates, dict[str, np.ndarray]]:
    """Read once for all examples."""
    if not _FOUND:
        carbon = {"urban_residential": 9000, "rural_residential": 2000, "public_commercial": 4000}
        _FOUND.append(
            housed(
                carbon={"demolished": "housed", "energy_tco2e": {**carbon, "industrial_production": 50_000}}
            )
        )
    return _FOUND[0]
