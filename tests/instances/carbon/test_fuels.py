from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from instances.carbon.fuels import FUELS, SECTORS, emissions, parted, with_energy
from instances.carbon.inventory import Inventory, items
from instances.land.classes import Classes, study_classes
from instances.study.file import parse_study
from instances.study.findings import Findings
from instances.study.schema import Study
from tests.instances.carbon.test_entries import the_set

NAMES = ("urban", "rural", "industrial", "road", "forest")
HA = np.array([100.0, 200.0, 50.0, 0.0, 1000.0])
C = 44 / 12


def some(**carbon: Any) -> tuple[Study, Classes]:
    """A study of those classes."""
    study = parse_study({"title": "t", "landcover": {"path": "x.tif"}, "carbon": carbon}, "study.toml")
    return study, study_classes(study, {name: code for code, name in enumerate(NAMES, 1)})


def burnt(**amounts: float) -> Inventory:
    """An inventory of these fuels, 0 of all others."""
    given = {"coal": 0.0, "oil": 0.0, "natural_gas": 0.0} | {
        name.replace("__", "."): amount for name, amount in amounts.items()
    }
    return Inventory({(name, None): amount for name, amount in given.items()}, None)


def test_every_fuel_has_every_sector() -> None:
    """The workbook asks for each of them, in the unit of the fuel."""
    for fuel in FUELS:
        for sector in SECTORS:
            assert items()[f"{fuel}.{sector}"].unit == items()[fuel].unit


def test_fuels_in_all_are_the_total() -> None:
    """1000 tce of coal and 100 of oil by hand; the set then tells classes apart."""
    study, classes = some()
    findings = Findings()
    found = with_energy(study, classes, burnt(coal=1000.0, oil=100.0), HA, findings).carbon
    assert found.built_total_tco2e == pytest.approx((1000 * 0.7559 + 100 * 0.5857) * C)
    assert not found.energy_tco2e
    assert not findings.errors


def test_fuels_by_sector_are_the_energy_of_classes() -> None:
    """Industry burns on industrial land, villages in villages; transport, which has no land, and coal of no
    sector everywhere by area."""
    study, classes = some()
    inventory = burnt(coal=70.0, coal__industry=500.0, coal__villages=20.0, oil__transport=35.0)
    inventory = parted(
        burnt(coal=590.0, coal__industry=500.0, coal__villages=20.0, oil__transport=35.0), "i", Findings()
    )
    assert inventory.amounts["coal", None] == pytest.approx(70.0)
    assert inventory.amounts["oil", None] == 0.0
    found = with_energy(study, classes, inventory, HA, Findings()).carbon.energy_tco2e
    anywhere = (70 * 0.7559 + 35 * 0.5857) * C / 350
    assert found == pytest.approx(
        {
            "urban": 100 * anywhere,
            "rural": 200 * anywhere + 20 * 0.7559 * C,
            "industrial": 50 * anywhere + 500 * 0.7559 * C,
        }
    )
    assert sum(found.values()) == pytest.approx(sum(emissions(inventory).values()))


def test_energy_by_class_is_told_by_the_rates() -> None:
    """Each hectare has its class's own figure; a class without land today the mean of the others where it is
    planned."""
    from instances.carbon.conversion import rates_of_set

    study, classes = some(energy_tco2e={"urban": 5000.0, "rural": 2000.0, "industrial": 30_000.0})
    parts = rates_of_set(the_set("china-default"), study, classes, HA, Findings()).parts
    assert np.diag(parts["standing: energy"])[:3] == pytest.approx([50.0, 10.0, 600.0])
    assert parts["new: energy"][4, :4] == pytest.approx([40.0, 8.0, 480.0, 0.8 * 37_000 / 350])


@pytest.mark.parametrize("carbon", [{"built_total_tco2e": 830.0}, {"energy_tco2e": {"urban": 830.0}}])
def test_the_same_energy_is_told_once(carbon: dict[str, Any]) -> None:
    """Fuels beside a total, or beside figures by class, are a fault, whether or not they agree."""
    study, classes = some(**carbon)
    findings = Findings()
    with_energy(study, classes, burnt(coal=300.0), HA, findings)
    assert [each.place for each in findings.errors] == [f"carbon.{next(iter(carbon))}"]
    assert "831" in str(findings.errors[0])


def test_a_fuel_that_is_missing_is_told() -> None:
    """Coal alone is no energy of an area: the study's own figure stays, and a warning names what to fill
    in."""
    study, classes = some(built_total_tco2e=830.0)
    findings = Findings()
    kept = with_energy(study, classes, Inventory({("coal", None): 300.0}, None), HA, findings)
    assert kept is study
    assert "natural_gas" in str(next(iter(findings)))


def test_sectors_burn_no_more_than_the_whole() -> None:
    """500 of 400 tonnes are a fault."""
    findings = Findings()
    parted(burnt(coal=400.0, coal__industry=500.0), "i.csv", findings)
    assert "500" in str(findings.errors[0])


@pytest.mark.parametrize(("named", "said"), [("forest", "forest"), ("road", "road"), ("zzz", "zzz")])
def test_energy_of_what_burns_none_is_a_fault(named: str, said: str) -> None:
    """Of a class that is not built, has no land, or is not there."""
    from instances.carbon.conversion import rates_of_set

    study, classes = some(energy_tco2e={"urban": 5000.0, named: 1.0})
    findings = Findings()
    rates_of_set(the_set("china-default"), study, classes, HA, findings)
    assert said in str(findings.errors[0])
