from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from formulations.sampling.questions import Asked, Question
from planner import load, optimise, write
from planner.plans.optimise import settings_of
from planner.plans.plan import Plan
from planner.runs.folder import WRITERS, declared, fill
from planner.runs.found import read_certificate
from planner.runs.kept import Keeper
from planner.runs.manifest import seal
from planner.runs.profiles import PACKAGE, PROFILES, RUN, SWEEP, profile_of
from planner.runs.verify import verify
from planner.sweeps.progress import SweepBar
from planner.sweeps.sweep import Workforce, open_sweep
from tests.support.small_study import write_quick_study


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """The plan of the small study."""
    return optimise(load(write_quick_study(tmp_path_factory.mktemp("profiles") / "study")))


def sweep_folder(home: Path) -> Path:
    """A study, and the folder of one question asked of it."""
    loaded = load(write_quick_study(home / "study"))
    settings = settings_of(loaded.study)
    with open_sweep(loaded, home / "out", settings, Workforce(), 1, SweepBar()) as sweep:
        question = Question("best plan")
        (answer,) = sweep.ask([Asked(question)])
        Keeper(loaded, sweep.base, sweep.settings).write(question, answer, home / "best")
    return home / "best"


def edit(folder: Path, **changes: object) -> None:
    """Change the certificate of a folder; None takes a key out."""
    path = folder / "certificate.json"
    tree = json.loads(path.read_text(encoding="utf-8")) | changes
    path.write_text(json.dumps({k: v for k, v in tree.items() if v is not None}), encoding="utf-8")


@pytest.mark.parametrize("profile", [RUN, SWEEP], ids=lambda profile: profile.name)
def test_a_folder_holds_what_its_profile_declares(plan: Plan, tmp_path: Path, profile: object) -> None:
    """No file more and none fewer, the profile's name in the certificate, and every figure holds."""
    folder = tmp_path / "out"
    folder.mkdir()
    fill(plan, folder, profile)  # type: ignore[arg-type]
    assert {path.name for path in folder.iterdir()} == declared(plan, profile)  # type: ignore[arg-type]
    assert profile_of(read_certificate(folder), folder) is profile
    assert verify(folder).holds


def test_every_deliverable_of_every_profile_has_its_writer() -> None:
    """Whatever a profile declares can be written, and nothing is written that none declares."""
    assert set(WRITERS) == {part for profile in PROFILES.values() for part in profile.deliverables}


def test_parcels_have_a_package_in_either_profile(plan: Plan) -> None:
    """The layout of parcels is in the GeoPackage alone, so a sweep's plan has it; one on cells has not."""
    frame = SimpleNamespace(is_raster=False)
    parcels: Any = SimpleNamespace(study=plan.instance.study, grid=frame, inventory=None)
    assert PACKAGE in SWEEP.files(parcels)
    assert PACKAGE not in SWEEP.files(plan.instance)
    assert PACKAGE in RUN.files(plan.instance)


def test_a_study_with_a_network_has_its_files(plan: Plan) -> None:
    """Where the study says how its network is counted, a run has table, layers and map of it."""
    study = plan.instance.study.model_copy(update={"network": plan.instance.study.network})
    asked = replace(plan.instance, study=study)
    own = {"network.csv", "network.gpkg", "network.png"}
    assert not own & RUN.files(plan.instance)
    assert own <= RUN.files(asked)
    assert not own & SWEEP.files(asked)


def test_a_plan_of_a_sweep_tells_no_times(plan: Plan, tmp_path: Path) -> None:
    """Written twice, of solves that took longer or shorter, it is the same to the byte."""
    folders = []
    for number, seconds in enumerate((1.0, 2.0)):
        certificate = plan.certificate.model_copy(update={"seconds": seconds})
        folders.append(tmp_path / str(number))
        folders[-1].mkdir()
        fill(replace(plan, certificate=certificate), folders[-1], SWEEP)
    one, other = ({path.name: path.read_bytes() for path in folder.iterdir()} for folder in folders)
    assert one == other
    assert "seconds" not in json.loads(one["certificate.json"])


def test_a_run_without_its_package_is_noticed_by_profile(plan: Plan, tmp_path: Path) -> None:
    """A run that lost its package, project and log is no plan of a sweep; the certificate says so."""
    folder = write(plan, tmp_path / "out")
    for name in ("plan.gpkg", "plan.qgz", "run.log"):
        (folder / name).unlink()
    assert not verify(folder).holds


@pytest.mark.slow
def test_folders_older_than_profiles_verify(plan: Plan, tmp_path: Path) -> None:
    """Without a profile in the certificate the folder's files tell which it is."""
    run, kept = write(plan, tmp_path / "out"), sweep_folder(tmp_path / "sweep")
    for folder, profile in ((run, RUN), (kept, SWEEP)):
        edit(folder, profile=None)
        assert read_certificate(folder).profile is None
        assert profile_of(read_certificate(folder), folder) is profile
        assert not verify(folder).holds  # the seal is broken
        seal(folder, "certificate.json")
        assert verify(folder).holds
    (run / "plan.gpkg").unlink()
    assert not verify(run).holds
