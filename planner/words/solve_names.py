"""Names of what a solve was asked and of its steps, for readers; what has none stands as it is written."""

from __future__ import annotations

from collections.abc import Mapping

from words.catalogue import Words


def setting_name(key: str, words: Words) -> str:
    """A setting of a solve, such as the gap that was asked for."""
    return words.find(f"solve_settings.{key}") or key


def step_name(key: str, words: Words) -> str:
    """A step of a solve, whose seconds are told."""
    return words.find(f"solve_steps.{key}") or key


def settings_named(settings: Mapping[str, object], words: Words) -> tuple[tuple[str, str], ...]:
    """Every setting that has a value, by its name for readers."""
    return tuple(
        (setting_name(key, words), str(value)) for key, value in settings.items() if value not in (None, "")
    )
