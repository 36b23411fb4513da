from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from instances.study.findings import StudyError
from planner import load, optimise
from planner.plans.plan import Plan
from planner.runs.folder import write
from planner.runs.found import runs_in
from planner.runs.reopen import reopen
from tests.support.small_study import landcover, write_quick_study, write_raster


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Plan]:
    """A place with a study and the folder of its run, and the plan that was written."""
    home = tmp_path_factory.mktemp("finished")
    plan = optimise(load(write_quick_study(home / "study"), "loose"))
    write(plan, home / "out")
    return home, plan


@pytest.fixture
def home(finished: tuple[Path, Plan], tmp_path: Path) -> Path:
    """A copy of both to tamper with."""
    return Path(shutil.copytree(finished[0], tmp_path / "home"))


def test_a_run_opens_as_it_was(finished: tuple[Path, Plan]) -> None:
    """Layout, certificate, prices, log and findings are those of the run; nothing is solved."""
    home, plan = finished
    again = reopen(home / "out")
    assert np.array_equal(again.layout, plan.layout)
    of_folder = {"inputs": {}, "profile": "run", "study": None, "files": None, "seal": None}
    assert again.certificate.model_copy(update=of_folder) == plan.certificate.model_copy(update=of_folder)
    assert (again.solution.termination, again.solution.bound) == (
        plan.solution.termination,
        plan.certificate.bound,
    )
    assert again.solution.prices.keys == plan.solution.prices.keys
    assert (again.solution.prices.values == plan.solution.prices.values).all()
    assert again.log == plan.log
    assert [str(one) for one in again.findings] == [str(one) for one in plan.findings]


def test_the_language_may_be_another(finished: tuple[Path, Plan]) -> None:
    """A run in English can be opened to be handed on in Chinese."""
    assert reopen(finished[0] / "out", "zh").instance.study.lang == "zh"


def test_a_plan_of_a_front_opens(home: Path) -> None:
    """The folder of a point holds a raster, a study and a certificate without times; that is enough."""
    point = home / "front" / "points" / "01"
    point.mkdir(parents=True)
    text = (home / "out" / "study.toml").read_text(encoding="utf-8").replace("../study", "../../../study")
    (point / "study.toml").write_text(text, encoding="utf-8")
    shutil.copy(home / "out" / "plan.tif", point)
    tree = json.loads((home / "out" / "certificate.json").read_text(encoding="utf-8"))
    tree["inputs"] = {path.replace("../study", "../../../study"): sha for path, sha in tree["inputs"].items()}
    del tree["seconds"], tree["settings"]["timings"]
    (point / "certificate.json").write_text(json.dumps(tree), encoding="utf-8")
    assert runs_in(home / "front") == (point,)
    again = reopen(point)
    assert np.array_equal(again.layout, reopen(home / "out").layout)
    assert (again.certificate.seconds, again.log) == (0.0, ())


def test_a_folder_without_a_run_is_told(tmp_path: Path) -> None:
    """A folder that holds no certificate is no finished run."""
    with pytest.raises(StudyError, match="no certificate"):
        reopen(tmp_path)


def test_changed_inputs_are_told(home: Path) -> None:
    """Today's land of another day would give changes that nobody planned."""
    cells = landcover()
    cells[0, 0] = 1
    write_raster(home / "study" / "cover.tif", cells)
    with pytest.raises(StudyError, match=r"cover\.tif.*changed since the run"):
        reopen(home / "out")


def test_a_raster_that_does_not_fit_is_told(home: Path) -> None:
    """A plan of another shape than the study's is refused with both."""
    write_raster(home / "out" / "plan.tif", landcover()[:-1])
    with pytest.raises(StudyError, match="rows and columns"):
        reopen(home / "out")
