"""What a plan changes in net emissions, in words: its range, and what it rests on."""

from __future__ import annotations

from collections.abc import Mapping

from instances.carbon.interval import GRADES, shares
from words.catalogue import Words
from words.numbers import nearest, signed

LEAST_SHARE = 0.005
"""What rests on less is not told."""


def carbon_change(
    change: tuple[float, float, float], years: float, rests_on: Mapping[str, float], words: Words
) -> tuple[str, ...]:
    """The range of plan less today (``change``: value, low, high in tCO2e/yr), and which share of it rests on
    figures that were not checked, or not here; nothing where no coefficient decides anything."""
    if not rests_on:
        return ()
    value, low, high = (signed(each) for each in change)
    told = {"unit": words.unit("tCO2e/yr").replace("₂", "2"), "years": f"{years:g}"}
    found = [words.text("terminal_carbon.range", change=value, low=low, high=high, **told)]
    unsure = shares(rests_on)
    if unsure < LEAST_SHARE:
        return (*found, words.text("terminal_carbon.sure"))
    parts = [
        words.text(
            "terminal_carbon.part",
            share=_percent(rests_on[name], words),
            name=words.text(f"carbon_grades.{name}"),
        )
        for name in reversed(GRADES[1:])
        if rests_on.get(name, 0.0) >= LEAST_SHARE
    ]
    joined = words.text("terminal_carbon.between").join(parts)
    return (*found, words.text("terminal_carbon.rests", share=_percent(unsure, words), parts=joined))


def other_changes(
    ranges: Mapping[str, tuple[float, float]],
    units: Mapping[str, str],
    names: Mapping[str, str],
    words: Words,
) -> tuple[str, ...]:
    """Between what and what other indicators change: ``ranges`` with ``units`` and ``names`` for readers."""
    return tuple(
        words.text(
            "terminal_carbon.other",
            name=names[name],
            low=signed(low),
            high=signed(high),
            unit=words.unit(units[name]).replace("₂", "2"),
        )
        .replace("  ", " ")
        .rstrip()
        for name, (low, high) in ranges.items()
    )


def _percent(share: float, words: Words) -> str:
    return words.per_cent(nearest(100 * share)).replace("\u00a0", " ")
