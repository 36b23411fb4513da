"""What a run prints of its ending contradicts nothing else that it prints."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from formulations.core.solution import Termination
from planner.terminal.summary import _ended


@pytest.mark.parametrize(
    ("termination", "status", "told"),
    [
        (Termination.GAP, "optimal", "gap"),
        (Termination.GAP, "feasible", "exhausted"),
        (Termination.TIME, "feasible", "time"),
    ],
)
def test_a_gap_that_is_not_reached_is_not_why_it_ended(
    termination: Termination, status: str, told: str
) -> None:
    """The land alone may have come near its bound where land and plants together have not."""
    plan: Any = SimpleNamespace(
        solution=SimpleNamespace(termination=termination), certificate=SimpleNamespace(status=status)
    )
    assert _ended(plan) == told
