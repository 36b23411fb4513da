"""Names that older studies use: read as what they meant, and told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from formulations.posing import pose
from instances.instance import read
from instances.study.file import load_study
from instances.study.findings import StudyError
from instances.study.renamed import with_names_of_today
from tests.support.hand_instance import hand_instance
from tests.support.small_study import write_study

OLD, NEW = "blue_green_connectivity", "blue_green_compactness"
OBJECTIVE = {"minimise": {"net_emissions": 1.0}, "maximise": {OLD: 0.5}}


def test_limits_and_weights_have_the_names_of_today() -> None:
    """Also those of scenarios; every place is told, and the tree given is left as it was."""
    tree: dict[str, Any] = {
        "limits": [{"indicator": "area.forest", "at_least": 1}, {"indicator": OLD, "at_least": "100%"}],
        "objective": OBJECTIVE,
        "scenarios": {"dense": {"objective": {"maximise": {OLD: 5.0}}}},
    }
    found, places = with_names_of_today(tree)
    assert [limit["indicator"] for limit in found["limits"]] == ["area.forest", NEW]
    assert found["objective"]["maximise"] == {NEW: 0.5}
    assert found["scenarios"]["dense"]["objective"]["maximise"] == {NEW: 5.0}
    assert places == (
        "limits[1].indicator",
        f"objective.maximise.{OLD}",
        f"scenarios.dense.objective.maximise.{OLD}",
    )
    assert tree["objective"] == OBJECTIVE


@pytest.mark.parametrize("tree", [{}, {"limits": 3, "objective": [], "scenarios": {"a": 1}}, {"limits": [1]}])
def test_what_is_no_study_is_left_to_the_checker(tree: dict[str, Any]) -> None:
    """Nothing is replaced where nothing can be."""
    assert with_names_of_today(tree) == (tree, ())


def test_an_older_study_gives_the_same_and_says_so(tmp_path: Path) -> None:
    """One sentence in either language: what it is called now, and what the functional measure is."""
    source = load_study(write_study(tmp_path, {"objective": OBJECTIVE}))
    for spoken in (source, source.speaking("zh")):
        instance = read(spoken)
        (told,) = [each for each in instance.findings if OLD in each.place]
        assert NEW in told.told("en")
        assert "functional_mesh" in told.told("en")
        assert "蓝绿紧凑度" in told.told("zh")
        assert [part.name for _, part in pose(instance).parts] == ["net_emissions", NEW]
    assert source.resolved()["objective"]["maximise"] == {NEW: 0.5}


def test_both_names_at_once_are_refused() -> None:
    """Which of them is meant nobody can tell."""
    with pytest.raises(StudyError, match="is called blue_green_compactness now"):
        pose(hand_instance({"objective": {"maximise": {OLD: 0.5, NEW: 1.0}}}))
