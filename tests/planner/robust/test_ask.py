from __future__ import annotations

from pathlib import Path

import pytest

from formulations.sampling.regret import AS_GIVEN, Draw
from instances.study.findings import StudyError
from planner import load
from planner.robust.ask import regrets
from tests.support.small_study import write_study
from tests.support.sweeping import base_of, sweep_over


def test_coefficients_that_change_nothing_are_refused(tmp_path: Path) -> None:
    """The remedy names the line to add."""
    changed = {"objective": {"maximise": {"green_share": 1.0}}}
    loaded = load(write_study(tmp_path / "study", changed))
    sweep = sweep_over(base_of(loaded.problem), tmp_path / "solves")
    with pytest.raises(StudyError, match=r"objective\.minimise\.net_emissions"):
        regrets(sweep, loaded, [Draw(AS_GIVEN, loaded.instance.emissions)])
