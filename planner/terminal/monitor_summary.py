"""What a plan followed up prints: what is done, how every limit stands, and how the map was read."""

from __future__ import annotations

import planner
from planner.terminal.speech import console, say, show, text, unit, words
from planner.terminal.summary import plain, table
from words.numbers import nearest

MOST_LIMITS = 30


def print_monitor(result: planner.MonitorResult) -> None:
    """Print a plan followed up: sentences, then the limits, those first that ask to be looked at."""
    say("terminal_monitor.title", title=result.title, year=str(result.year))
    for sentence in result.sentences(words().lang):
        show(sentence.replace("₂", "2"))
    heads = [text(f"terminal_monitor.{key}") for key in ("base", "plan", "seen")]
    state = text("terminal_monitor.state")
    shown = table(text("terminal_monitor.limit"), text("terminal_monitor.unit"), *heads, state, numbers=heads)
    limits = sorted(result.limits(words().lang), key=lambda one: not one.alert)
    for one in limits[:MOST_LIMITS]:
        name = one.label
        if one.district:
            name = text("score.in_district", name=one.label, district=one.district)
        values = (nearest(value) for value in (one.base, one.plan, one.seen))
        shown.add_row(plain(name), unit(one.unit), *values, one.state)
    if limits:
        console().print(shown)
    if len(limits) > MOST_LIMITS:
        say("terminal.more_in", n=f"{len(limits) - MOST_LIMITS:,}", file="alerts.csv")
    if result.alerts:
        say("terminal_monitor.alerts", n=result.alerts)
