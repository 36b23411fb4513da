"""What every test shares: hypothesis profiles, guards on language and deprecations, the real data."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from planner.terminal.speech import FIRST, speak

ROOT = Path(__file__).resolve().parents[1]

# `make test` tries 200 examples: with 40 a wrong equation slips through. A plain `pytest` between two
# changes tries 30. Both are derandomised, so that a run repeats itself; HYPOTHESIS_PROFILE=search looks
# for new examples.
_COMMON = settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", _COMMON, derandomize=True, database=None)
settings.register_profile("plain", _COMMON, derandomize=True, database=None, max_examples=30)
settings.register_profile("search", _COMMON, max_examples=2_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "plain"))


class _Deprecations(logging.Handler):
    """Keeps what Pyomo says through logging where others would warn."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record that speaks of deprecation."""
        message = record.getMessage()
        if "deprecat" in message.lower():
            self.said.append(f"{record.name}: {message}")


_deprecations = _Deprecations()
logging.getLogger("pyomo").addHandler(_deprecations)


@pytest.fixture(autouse=True)
def _no_pyomo_deprecation() -> Iterator[None]:
    """Fail a test in which Pyomo logs a deprecation: it does not go through warnings."""
    _deprecations.said.clear()
    yield
    if _deprecations.said:
        pytest.fail("Pyomo says: " + " | ".join(_deprecations.said), pytrace=False)


@pytest.fixture(autouse=True)
def _first_language() -> None:
    """Begin every test in English: a command that an earlier one ran may have spoken another language."""
    speak(FIRST)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data beside the repository; a test that needs it skips without."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the real data (../shared/data) are not beside this checkout")
    return folder
