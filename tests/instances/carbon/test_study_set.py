from pathlib import Path

import numpy as np
import pytest

from instances.carbon.buildings import new_built
from instances.carbon.coefficients import Kind
from instances.carbon.conversion import EmissionRates, emission_rates
from instances.carbon.draws import set_text
from instances.carbon.interval import Recount, interval
from instances.carbon.study_set import study_set
from instances.land.classes import Classes, study_classes
from instances.study.file import parse_study
from instances.study.findings import Findings
from instances.study.schema import Study

NAMES = ("urban_residential", "residential_dense", "industrial_production", "cropland", "forest", "oaks")
HA = np.array([10.0, 0.0, 10.0, 100.0, 50.0, 0.0])
HEADER = "class,kind,pool,value,unit,low,high,floor_area_ratio,source\n"
BUILDINGS = (
    HEADER
    + "urban_residential,new,energy,30,kgCO2e/m2/yr,20,45,class,standard\n"
    + "urban_residential,construction,buildings,500,kgCO2e/m2,400,600,class,survey\n"
    + "industrial_production,new,energy,900,tCO2e/ha/yr,800,1000,,survey\n"
)
"""Homes by their floor, works by their land."""


def study(folder: Path, lines: str | None = BUILDINGS, **carbon: object) -> tuple[Study, Classes]:
    """A study of those classes with lines of its own."""
    tree = {
        "title": "t",
        "landcover": {"path": "x.tif"},
        "classes": {
            "urban_residential": {"floor_ratio": 0.8},
            "residential_dense": {"like": "urban_residential", "floor_ratio": 2.5},
            "oaks": {"like": "forest"},
        },
        "carbon": dict(carbon),
    }
    if lines is not None:
        (folder / "own.csv").write_text(lines, encoding="utf-8")
        tree["carbon"]["lines"] = "own.csv"
    read = parse_study(tree, "study.toml")
    return read, study_classes(read, {name: code for code, name in enumerate(NAMES, 1)})


def rates(folder: Path, lines: str | None = BUILDINGS, **carbon: object) -> EmissionRates:
    """The rates of that study."""
    read, classes = study(folder, lines, **carbon)
    return emission_rates(read, folder, classes, HA, Findings())


def test_energy_and_embodied_carbon_by_class_and_floor(tmp_path: Path) -> None:
    """Homes at 0.8 m2 of floor a m2 of land, dense homes at 2.5: 30 kg a m2 of floor and year are 240 and
    750 t a hectare, 500 kg a m2 over 20 years 200 and 625; works have their own energy and the buildings of
    the set."""
    found = rates(tmp_path)
    homes, dense, works, fields = 0, 1, 2, 3
    energy, embodied = found.parts["new: energy"][fields], found.parts["construction: buildings"][fields]
    assert energy[[homes, dense, works]] == pytest.approx([240.0, 750.0, 900.0])
    assert embodied[[homes, dense, works]] == pytest.approx([200.0, 625.0, 450 * 0.5 * 10 / 20])


def test_a_total_of_the_area_scales_no_figure_of_its_own(tmp_path: Path) -> None:
    """The set's figure of new land goes with the area's own total; what the study states does not, nor does
    it give way to one figure for all."""
    plain, own = (rates(tmp_path, lines, built_total_tco2e=2_000.0) for lines in (None, BUILDINGS))
    assert plain.parts["new: energy"][3, 2] == pytest.approx(80.0)
    assert own.parts["new: energy"][3, :3] == pytest.approx([240.0, 750.0, 900.0])
    one = rates(tmp_path, BUILDINGS.rpartition("industrial")[0], new_built_tco2e_ha=150.0)
    assert one.parts["new: energy"][3, :3] == pytest.approx([240.0, 750.0, 150.0])


def test_classes_without_a_line_have_what_stands(tmp_path: Path) -> None:
    """Beside a set without figures of new land, a line for one class leaves the others what built land has,
    or what the area's own total comes to."""
    (tmp_path / "set.csv").write_text(
        "class,kind,pool,value,unit,low,high,source\nbuilt,standing,energy,50,tCO2e/ha/yr,40,60,s\n",
        encoding="utf-8",
    )
    lines = HEADER + "urban_residential,new,energy,70,tCO2e/ha/yr,60,80,,s\n"
    own = rates(tmp_path, lines, coefficients="set.csv").parts["new: energy"]
    assert own[3, :3] == pytest.approx([70.0, 70.0, 50.0])
    total = rates(tmp_path, lines, coefficients="set.csv", built_total_tco2e=2_000.0).parts["new: energy"]
    assert total[3, :3] == pytest.approx([70.0, 70.0, 100.0])


def test_a_vegetation_type_has_figures_of_its_own(tmp_path: Path) -> None:
    """Oaks take what their lines say, and all else from the wood that they are like."""
    lines = HEADER + "oaks,stock,vegetation,60,tC/ha,50,70,,survey\n"
    read, classes = study(tmp_path, lines)
    found = study_set(read, tmp_path, classes, Findings())
    assert found is not None
    oaks, forest = classes[5], classes[4]
    wood = found.find(oaks, Kind.STOCK, "vegetation")
    assert wood is not None
    assert wood.value == pytest.approx(220.0)
    assert found.find(oaks, Kind.STOCK, "soil") is found.find(forest, Kind.STOCK, "soil")


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (HEADER + "forest,flux,vegetation,-1,tC/ha/yr,,,,s\n", "counts the pool vegetation twice"),
        (HEADER + "forest,stock,soil,100,tC/ha,,,class,s\n", "no floor_area_ratio unless its pool is energy"),
        (HEADER + "built,construction,buildings,1,kgCO2e/m2,,,class,s\n", "has no floor_ratio"),
        (HEADER + "oak,stock,soil,100,tC/ha,,,,s\n", "there is no land class `oak`. Did you mean `oaks`?"),
    ],
)
def test_wrong_lines_are_refused(tmp_path: Path, lines: str, sentence: str) -> None:
    """A pool that the set counts already, floor of what is no building, a class without a floor ratio."""
    read, classes = study(tmp_path, lines)
    findings = Findings()
    study_set(read, tmp_path, classes, findings)
    assert any(sentence in str(finding) for finding in findings.errors)


def test_a_missing_table_is_told_by_its_key(tmp_path: Path) -> None:
    """The study names no such file: the key that does is told."""
    read, classes = study(tmp_path)
    (tmp_path / "own.csv").unlink()
    findings = Findings()
    assert study_set(read, tmp_path, classes, findings) is None
    assert str(findings.errors[0]).startswith("carbon.lines: ")


def test_a_written_set_says_what_the_study_states(tmp_path: Path) -> None:
    """A drawn set holds the lines, and which of them no total scales: read again, rates are the same."""
    read, classes = study(tmp_path, built_total_tco2e=2_000.0)
    found = study_set(read, tmp_path, classes, Findings())
    assert found is not None
    (tmp_path / "drawn.csv").write_text(set_text(found), encoding="utf-8")
    again = rates(tmp_path, None, coefficients="drawn.csv", built_total_tco2e=2_000.0)
    assert again.total == pytest.approx(rates(tmp_path, built_total_tco2e=2_000.0).total)


def test_ranges_count_the_lines_of_the_study(tmp_path: Path) -> None:
    """Eight hectares of fields become dense homes: what that changes has the range that trying every
    coefficient at both ends finds."""
    read, classes = study(tmp_path)
    moved = np.diag(HA)
    moved[3, 3], moved[3, 1] = 92.0, 8.0
    found = study_set(read, tmp_path, classes, Findings())
    own = rates(tmp_path)
    assert found is not None
    assert own.entries is not None
    change = moved - np.diag(HA)
    counted, tried = interval(own.entries, change), Recount(found, read, classes, HA).interval(moved)
    assert (counted.low, counted.value, counted.high) == pytest.approx((tried.low, tried.value, tried.high))


def test_new_built_land_is_told_by_class(tmp_path: Path) -> None:
    """Eight hectares of dense homes: 6,000 t of energy a year (4,000 to 9,000), and 100,000 t embodied, once
    (80,000 to 120,000); built land that becomes other built land is no new one."""
    _, classes = study(tmp_path)
    moved = np.diag(HA)
    moved[3, 3], moved[3, 1], moved[2, 2], moved[2, 0] = 92.0, 8.0, 9.0, 1.0
    entries = rates(tmp_path).entries
    assert entries is not None
    (line,) = new_built(entries, moved, classes, 20.0)
    assert (line.name, line.area_ha) == ("residential_dense", 8.0)
    energy, embodied = line.energy, line.embodied
    assert (energy.low, energy.value, energy.high) == pytest.approx((4_000, 6_000, 9_000))
    assert (embodied.low, embodied.value, embodied.high) == pytest.approx((80_000, 100_000, 120_000))


def test_what_is_embodied_is_all_of_it_whatever_life_it_is_spread_over(tmp_path: Path) -> None:
    """Homes whose construction is spread over 50 years have all of it in them, not 20 years' share of it; so
    they have where the set was drawn and written. What is stated as so much a year counts over 20 years."""
    lines = HEADER.strip() + ",life_years\n"
    lines += "urban_residential,construction,buildings,500,kgCO2e/m2,400,600,2.5,survey,50\n"
    lines += "industrial_production,construction,buildings,3,kgCO2e/m2/yr,2,4,,survey,\n"
    read, classes = study(tmp_path, lines)
    moved = np.diag(HA)
    moved[3, 3], moved[3, 1], moved[3, 2] = 88.0, 8.0, 4.0
    found = study_set(read, tmp_path, classes, Findings())
    assert found is not None
    (tmp_path / "drawn.csv").write_text(set_text(found), encoding="utf-8")
    for given in (rates(tmp_path, lines), rates(tmp_path, None, coefficients="drawn.csv")):
        assert given.entries is not None
        embodied = [each.embodied for each in new_built(given.entries, moved, classes, 20.0)]
        assert [each.value for each in embodied] == pytest.approx([100_000.0, 2_400.0])
        assert (embodied[0].low, embodied[0].high) == pytest.approx((80_000.0, 120_000.0))
