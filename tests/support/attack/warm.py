"""Loads the program once, so that each attack's process, forked from here, answers within milliseconds."""

from __future__ import annotations

from tests.support.attack import registry  # noqa: F401
from tests.support.attack.judge import judged
from tests.support.attack.keys import UNTOUCHED

FIRST = judged(UNTOUCHED)
