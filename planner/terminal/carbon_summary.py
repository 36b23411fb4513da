"""What a run prints of its carbon: the range of what the plan changes, and what that rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from instances.carbon.interval import GRADES, shares
from planner.terminal.speech import say, text, unit
from words.numbers import nearest, signed

if TYPE_CHECKING:
    import planner

LEAST_SHARE = 0.005
"""What rests on less is not told."""


def print_carbon(plan: planner.Plan) -> None:
    """The range of plan less today, and which share of the change rests on figures that were not checked, or
    not here; nothing where no coefficient decides anything."""
    told = plan.certificate.carbon
    if told is None or not told.rests_on:
        return
    ends = {"change": signed(told.change), "low": signed(told.low), "high": signed(told.high)}
    say("terminal_carbon.range", **ends, unit=unit("tCO2e/yr"), years=f"{told.years:g}")
    unsure = shares(told.rests_on)
    if unsure < LEAST_SHARE:
        say("terminal_carbon.sure")
        return
    parts = [
        text("terminal_carbon.part", share=_percent(told.rests_on[name]), name=text(f"carbon_grades.{name}"))
        for name in reversed(GRADES[1:])
        if told.rests_on.get(name, 0.0) >= LEAST_SHARE
    ]
    between = text("terminal_carbon.between")
    say("terminal_carbon.rests", share=_percent(unsure), parts=between.join(parts))


def _percent(share: float) -> str:
    return f"{nearest(100 * share)} %"
