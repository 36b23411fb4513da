"""What a scored layout prints: what it costs beside the certified plan, and everything that it breaks."""

from __future__ import annotations

import planner
from planner.terminal.speech import console, say, text, unit, words
from planner.terminal.summary import plain, print_findings, table
from words.numbers import change_of, nearest, not_below, signed


def print_score(result: planner.ScoreResult) -> None:
    """Print a scored layout: its cost, its figures beside the certified plan's, and what it breaks."""
    say("terminal_score.title", title=result.plan.certificate.title)
    _print_cost(result)
    heads = [text(f"terminal_score.{key}") for key in ("today", "certified", "drawn", "difference")]
    shown = table(text("terminal_score.indicator"), text("terminal_score.unit"), *heads, numbers=heads)
    for row in result.rows(words().lang):
        certified = "–" if row.certified is None else nearest(row.certified)
        change = change_of(row.drawn, row.today if row.certified is None else row.certified)
        shown.add_row(
            plain(row.label),
            unit(row.unit),
            nearest(row.today),
            certified,
            nearest(row.drawn),
            signed(change),
        )
    console().print(shown)
    broken = result.broken(words().lang)
    if broken:
        say("terminal_score.broken")
        amounts = [text("terminal_score.missed"), text("terminal_score.units")]
        shown = table(text("terminal_score.rule"), text("terminal_score.unit"), *amounts, numbers=amounts)
        for one in broken:
            name = one.label
            if one.district:
                name = text("score.in_district", name=one.label, district=one.district)
            count = "–" if one.units is None else f"{one.units:,}"
            shown.add_row(plain(name), unit(one.unit), not_below(one.missed), count)
        console().print(shown)
    else:
        say("terminal_score.keeps")
    print_findings(result.plan.findings)


def _print_cost(result: planner.ScoreResult) -> None:
    beside, costs = result.score.certified, result.costs
    if beside is not None and costs is not None:
        key = "same" if costs == 0 else "dearer" if costs > 0 else "cheaper"
        amounts = {"cost": nearest(abs(costs)), "differs": nearest(beside.differs_ha)}
        say(f"terminal_score.{key}", **amounts)
    if result.from_best is not None:
        say("terminal_score.from_best", room=not_below(result.from_best))
    elif not result.score.keeps:
        say("terminal_score.no_distance")
    else:
        say("terminal_score.unknown")
