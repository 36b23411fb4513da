from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import tomli_w

import planner
from planner import StudyError
from tests.support.cycle_study import cycle_tree, write_cycle_files
from tests.support.small_study import write_files


def write(folder: Path, changed: dict[str, Any], **model: Any) -> Path:
    """The small study with its cycle and some other tables."""
    folder.mkdir(parents=True, exist_ok=True)
    write_files(folder)
    write_cycle_files(folder)
    tree = {**cycle_tree(**model), **changed}
    (folder / "study.toml").write_text(tomli_w.dumps(tree), encoding="utf-8")
    return folder / "study.toml"


WEIGHT = {"minimise": {"net_emissions": 1.0}, "maximise": {"functional_mesh": 1.0}}
LIMIT = [{"indicator": "functional_mesh", "at_least": "100%"}]
REGIONS = {"by": "townships", "urbanised": ["东镇"], "ecological": ["西镇"]}
REFUSED: dict[str, dict[str, Any]] = {
    "functional_mesh": {"network": {"distance_m": 500.0}, "objective": WEIGHT},
    "functional_mesh ": {"network": {"distance_m": 500.0}, "limits": LIMIT},
    "[patches]": {"patches": {"woods": {"classes": ["forest"], "min_ha": 2.0}}},
    "[models]": {"stages": {"years": [2027, 2035]}},
}
"""Tables that change how a layout is solved, by what is told of them."""


@pytest.mark.parametrize("other", REFUSED)
def test_models_beside_what_is_solved_in_another_way_are_refused_in_a_sentence(
    tmp_path: Path, other: str
) -> None:
    """A network that is weighed or limited, least sizes and stages: each names what it does not go with and
    what to leave out, before anything is solved."""
    path = write(tmp_path, REFUSED[other])
    with pytest.raises(StudyError) as wrong:
        planner.optimise(path)
    assert other.strip() in str(wrong.value)
    assert "Leave" in str(wrong.value)


def test_models_beside_several_of_them_name_each(tmp_path: Path) -> None:
    """Least sizes and a network that is weighed, in one study: both are named at once."""
    path = write(tmp_path, REFUSED["functional_mesh"] | REFUSED["[patches]"])
    with pytest.raises(StudyError) as wrong:
        planner.optimise(path)
    assert "functional_mesh" in str(wrong.value)
    assert "[patches]" in str(wrong.value)


@pytest.mark.slow
@pytest.mark.parametrize(
    "changed",
    [
        {"network": {"distance_m": 500.0}, "whole": {"woods": {"classes": ["forest"]}}},
        {"regions": REGIONS, "patches": {"near": {"classes": ["forest"], "within_m": 200.0}}},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_models_go_with_tables_that_leave_the_solve_as_it_is(tmp_path: Path, changed: dict[str, Any]) -> None:
    """A network that is only told, land that stays whole, new land near today's, and regions: a plan, its
    bound below it, and verify counts all of it again."""
    path = write(tmp_path, changed | {"solver": {"room": 20.0}})
    plan = planner.optimise(path)
    assert plan.certificate.bound is not None
    assert plan.certificate.objective is not None
    assert plan.certificate.bound <= plan.certificate.objective
    verified = planner.verify(planner.write(plan, tmp_path / "out"))
    assert verified.holds, verified.differences
