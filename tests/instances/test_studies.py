"""The studies on real data that come with the project."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from instances.demo import write_demo
from instances.instance import Instance, read
from instances.study.file import load_study
from instances.study.findings import Severity

STUDIES = Path(__file__).resolve().parents[2] / "instances" / "studies"
INVENTED = ("demo_suitability", "demo_units")
"""The studies of the demo county, whose files the demo writes."""
NAMES = sorted(path.stem for path in STUDIES.glob("*.toml") if path.stem not in INVENTED)


def ha(instance: Instance, into: str) -> tuple[float, float]:
    """Area in ha of a class today, and of other land that may become it."""
    k = instance.classes.index(into)
    may = instance.kinds.allowed[:, k] & (instance.kinds.today != k)
    return float(instance.today_ha[k]), float(instance.grid.area_ha[may[instance.kinds.of]].sum())


def test_all_are_here() -> None:
    """Dongguan at two resolutions, the parcels of Xinwu and the CORINE map of Hannover; one for each mode."""
    plain = ["dongguan_100m", "dongguan_300m", "hannover_clc", "wuxi_parcels"]
    assert sorted([*plain, "dongguan_sink", "hannover_cycle", "wuxi_units"]) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_every_scenario_parses(name: str) -> None:
    """Every scenario of every study is a study of its own, without its data."""
    file = load_study(STUDIES / f"{name}.toml")
    assert len(file.scenario_names) > 1
    for scenario in file.scenario_names:
        assert file.scenario(scenario).title


def test_the_studies_of_the_demo_county_read(tmp_path: Path) -> None:
    """They find the county where the demo of the checkout writes it; the grades of a double evaluation bar
    what they should, somewhere."""
    here = tmp_path / "instances" / "studies"
    shutil.copytree(STUDIES, here)
    write_demo(tmp_path / "out" / "demo" / "county", 40)
    graded, units = (read(load_study(here / f"{name}.toml")) for name in INVENTED)
    assert set(units.models) == {"centres", "climate"}
    assert [line.name for line in graded.redlines if line.inside.any() and not line.inside.all()] == [
        *("ecology_extreme", "farming_unsuitable", "building_unsuitable")
    ]
    assert [each.kind for each in graded.named_lines] == ["water", "road"]
    for instance in (graded, units):
        assert not [finding for finding in instance.findings if finding.severity is Severity.ERROR]


@pytest.mark.parametrize("name", NAMES)
def test_every_study_reads(name: str, shared_data: Path) -> None:
    """Every study reads without an error."""
    assert shared_data.is_dir()
    instance = read(load_study(STUDIES / f"{name}.toml"))
    assert len(instance) > 2_000
    assert not [finding for finding in instance.findings if finding.severity is Severity.ERROR]


@pytest.mark.parametrize(("name", "limits"), [("dongguan_300m", 2), ("dongguan_100m", 6)])
def test_strict_has_no_room_and_the_others_have(name: str, limits: int, shared_data: Path) -> None:
    """Dongguan's strict red lines leave less land for towns than 105 % asks for; base and loose more."""
    assert shared_data.is_dir()
    file = load_study(STUDIES / f"{name}.toml")
    assert len(file.base.limits) == limits
    room = {}
    for scenario in file.scenario_names:
        urban, free = ha(read(file, scenario), "urban")
        room[scenario] = free - 0.05 * urban
    assert room["strict"] < -1_000
    assert 0 < room["base"] < room["loose"]


def test_dongguan_has_its_townships(shared_data: Path) -> None:
    """All 34 townships of Dongguan hold units, and every unit lies in one of them."""
    assert shared_data.is_dir()
    townships = read(load_study(STUDIES / "dongguan_300m.toml")).districts["townships"]
    assert len(townships) == 34
    assert sorted(set(townships.member.tolist())) == list(range(34))


def test_only_what_is_listed_changes_in_xinwu(shared_data: Path) -> None:
    """In the parcel study homes and schools stay, and industry may become a park."""
    assert shared_data.is_dir()
    instance = read(load_study(STUDIES / "wuxi_parcels.toml"))
    classes = instance.classes
    assert instance.transitions[classes.index("industrial"), classes.index("park")]
    for name in ("residential", "education", "park"):
        assert instance.transitions[classes.index(name)].sum() == 1
