"""Threads in which something is solved."""

from __future__ import annotations

SOLVER_THREAD = "solve"
"""The name of each of them: they may not hear at once that they should stop."""
