from __future__ import annotations

import re
from pathlib import Path

import pyomo.environ as pyo
import pytest

import planner
from planner import NoPlan, StudyError
from tests.support.small_study import write_study

API = Path(__file__).resolve().parents[3] / "docs" / "api.md"


@pytest.mark.slow
def test_the_documented_rule_makes_a_plan_that_is_certified_and_verified(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The example of the manual as it stands: new urban land hangs together with the town, the certificate
    names the rule, and verify says that it cannot check it."""
    write_study(tmp_path)
    monkeypatch.chdir(tmp_path)
    example = next(
        block for block in re.findall(r"```python\n(.*?)```", API.read_text(), re.DOTALL) if "rules=" in block
    )
    made: dict[str, planner.Plan] = {}
    exec(example, made)  # noqa: S102 - the manual's own lines
    plan = made["plan"]
    assert plan.certificate.rules is not None
    assert plan.certificate.rules[0].name == "towns_grow_together"
    assert plan.certificate.status == "optimal"
    found = planner.verify(tmp_path / "out")
    assert found.holds, found.differences
    assert any("towns_grow_together" in str(note) for note in found.notes)
    again = planner.reopen(tmp_path / "out")
    assert any("towns_grow_together" in str(one) for one in again.findings)


def test_a_rule_that_no_layout_keeps_ends_the_run_by_name(tmp_path: Path) -> None:
    """A unit that is to carry no class at all: the ending names the rule."""

    def nothing_here(model: pyo.ConcreteModel, ground: object) -> None:
        unit = next(iter(model.UNITS))
        model.nothing = pyo.Constraint(expr=sum(model.of_unit[unit]) == 0)

    loaded = planner.load(write_study(tmp_path))
    with pytest.raises(NoPlan, match="nothing_here"):
        planner.optimise(loaded, rules=[nothing_here])
    with pytest.raises(StudyError, match="decompose"):
        planner.optimise(loaded, rules=[nothing_here], method="decompose")
