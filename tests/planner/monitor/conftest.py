"""A small study with an order of its changes, solved once for whatever follows it up."""

from __future__ import annotations

from pathlib import Path

import pytest

import planner
from tests.support.schedule_study import write_schedule_study
from tests.support.stored import stored


@pytest.fixture(scope="module")
def ordered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small study with an order of its changes from 2026 to 2029, solved into ``run``."""

    def prepared(home: Path) -> Path:
        (home / "study").mkdir()
        planner.run(write_schedule_study(home / "study"), out=home / "run")
        return home

    return stored(tmp_path_factory, "monitor-order", prepared)
