"""Work in a thread of its own."""

from __future__ import annotations

import threading

import pytest

from formulations.core.threads import SOLVER_THREAD
from planner.plans.aside import aside


def test_what_it_gives_is_handed_back() -> None:
    """The caller gets the result, though another thread found it."""
    assert aside(lambda: threading.current_thread().name) == SOLVER_THREAD


def test_what_goes_wrong_is_handed_back() -> None:
    """The caller gets the exception itself."""
    with pytest.raises(ZeroDivisionError):
        aside(lambda: 1 // 0)
