from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from instances.study.file import load_study
from planner.runs.resolved import moved, resolved_text
from tests.support.small_study import tree, write_study


def test_paths_hold_from_the_new_folder(tmp_path: Path) -> None:
    """Every path of the copy leads, from the copy's folder, to the file that the study named."""
    study = write_study(tmp_path / "study")
    out = tmp_path / "results" / "one"
    out.mkdir(parents=True)
    found = tomllib.loads(resolved_text(load_study(study), "base", out))
    paths = [found["landcover"]["path"], found["layers"]["slope"], found["districts"]["townships"]["path"]]
    paths.append(found["redlines"]["ecology"]["path"])
    assert paths == [
        f"../../study/{name}" for name in ("cover.tif", "slope.tif", "townships.gpkg", "lines.gpkg")
    ]
    assert all((out / path).is_file() for path in paths)


def test_every_file_of_a_red_line_holds_from_the_new_folder(tmp_path: Path) -> None:
    """A red line of several files keeps them all, as paths and as tables."""
    several = ["lines.gpkg", {"path": "lines.gpkg", "layer": "farmland"}]
    line = {"path": several, "layer": "ecology", "forbid": ["urban"]}
    study = write_study(tmp_path / "study", {"redlines": {"ecology": line}})
    found = tomllib.loads(resolved_text(load_study(study), "base", tmp_path / "out"))
    assert found["redlines"]["ecology"]["path"] == [
        "../study/lines.gpkg",
        {"path": "../study/lines.gpkg", "layer": "farmland"},
    ]


def test_the_copy_is_one_scenario_with_the_settings_of_the_run(tmp_path: Path) -> None:
    """The copy has no scenarios left: it says what was run, and with which settings."""
    study = write_study(tmp_path)
    text = resolved_text(
        load_study(study), "loose", tmp_path, {"gap": 0.01, "time_limit": None, "ending": "x"}
    )
    found = tomllib.loads(text)
    assert "scenarios" not in found
    assert found["limits"][-1] == {"indicator": "changed_area", "at_most": 60}
    assert found["solver"] == {"gap": 0.01}
    assert found["redlines"] == tree()["redlines"]


@pytest.mark.parametrize("path", ["/vsizip/a.zip/b.tif", "/data/b.tif"])
def test_paths_that_hold_everywhere_stay(path: str, tmp_path: Path) -> None:
    """Absolute paths and those inside archives are left as they are."""
    assert moved(path, tmp_path / "a", tmp_path / "b") == path


def test_a_coefficient_set_of_the_project_is_no_path(tmp_path: Path) -> None:
    """The name of a set stays; a file of the user's own moves."""
    out = tmp_path / "out"
    for given, copied in (("china-default", "china-default"), ("mine.csv", "../mine.csv")):
        study = write_study(tmp_path, {"carbon": {"coefficients": given}})
        text = resolved_text(load_study(study), "base", out)
        assert tomllib.loads(text)["carbon"]["coefficients"] == copied


def test_a_name_stays_in_its_comment(tmp_path: Path) -> None:
    """A scenario whose name has lines of its own adds no table to the copy."""
    name = 'odd\n[redlines.mine]\nwhere = "slope > 1"\n'
    study = write_study(tmp_path, {"scenarios": {name: {"title": "Odd"}}})
    found = tomllib.loads(resolved_text(load_study(study), name, tmp_path))
    assert found["redlines"].keys() == tree()["redlines"].keys()
