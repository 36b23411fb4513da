"""Tampering with the papers of stages, of services and of a cycle: each figure forged, with list and seal."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from planner import run
from tests.planner.runs.test_stages import STAGES
from tests.support.cycle_study import write_cycle_study
from tests.support.services_study import write_services_study
from tests.support.small_study import write_quick_study
from tests.support.stored import stored
from tests.support.tampering import beyond, columns_of, fields_of, forge, look_only_at, sql, table, told

pytestmark = pytest.mark.slow

CSV = {
    "staged": ("stages.csv", "ledger.csv"),
    "served": ("ways.csv",),
    "cycled": ("flows.csv", "nutrients.csv"),
}
LAYERS = {
    "staged": {"stages.gpkg": ("land_2025", "land_2030")},
    "served": {"centres.gpkg": ("sites", "ways", "units")},
    "cycled": {"plants.gpkg": ("plants", "flows", "villages")},
}
WORDS = {"label", "name", "name_zh", "name_en"}
"""Fields that are words for readers."""


def _make(home: Path) -> None:
    run(write_quick_study(home / "study of stages", STAGES), out=home / "staged")
    for name, write, out in (
        ("services", write_services_study, "served"),
        ("waste", write_cycle_study, "cycled"),
    ):
        (home / name).mkdir()
        run(write(home / name), gap=0.05, out=home / out)


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plan with stages, one with services, one with a cycle."""
    return stored(tmp_path_factory, "places of models", _make)


@pytest.fixture
def home(places: Path, tmp_path: Path) -> Path:
    """A copy of it to tamper with."""
    return Path(shutil.copytree(places, tmp_path / "home"))


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Study and inputs are read once, and what other tests tamper with is not looked at."""
    look_only_at(
        monkeypatch, without=("check_package", "check_proof", "check_carbon", "check_papers", "check_ranges")
    )


@pytest.mark.parametrize("name", CSV)
def test_an_untouched_folder_holds(home: Path, name: str) -> None:
    """Each of its files is counted again, or told on the page as one that is not."""
    assert told(home / name) == ""
    assert beyond(home / name) == set()


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("name", CSV)
def test_every_column_of_a_table_is_counted_again(home: Path, places: Path, name: str) -> None:
    """Whatever is changed in a row, left out or put twice, it is told though all be forged."""
    missed = set()
    for file in CSV[name]:
        for column, change in columns_of(home / name / file):
            table(home / name, file, change)
            forge(home / name)
            if not told(home / name):
                missed.add((file, column))
            shutil.copy2(places / name / file, home / name / file)
    assert {each for each in missed if each[1] not in WORDS} == set()


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("name", LAYERS)
def test_every_field_of_a_layer_is_counted_again(home: Path, places: Path, name: str) -> None:
    """So is each field of a layer, what is drawn elsewhere, and what is left out."""
    missed = set()
    for file, layers in LAYERS[name].items():
        for layer in layers:
            for field, statement in fields_of(home / name / file, layer):
                sql(home / name, statement, name=file)
                forge(home / name)
                if not told(home / name):
                    missed.add((layer, field))
                shutil.copy2(places / name / file, home / name / file)
    # of two flows between the same places one is drawn as the other
    assert {each for each in missed if each[1] not in WORDS} <= {("flows", "an outline")}
