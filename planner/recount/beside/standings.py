"""How a limit stands while a plan is carried out, judged again from its figures.

A bound that today's land keeps must not be lost: it is over where it is missed, and watched where more than
half of its room is gone, and more than the plan would have used by now and a tenth of the room. A bound that
today's land misses is to be reached: it is watched where a steady course would be more than a tenth of the
way further, and not reached where time is over. Of two bounds the worse one tells.
"""

from __future__ import annotations

from collections.abc import Iterator

WORSE = ("on_course", "reached", "not_started", "watch", "over", "not_reached")
"""From best to worst."""
CALLS = frozenset(WORSE[3:])
"""Those that ask to be looked at."""
ROUNDING = 1e-9


def state_of(
    bounds: tuple[float | None, float | None],
    figures: tuple[float, float, float],
    allowance: float,
    elapsed: float | None,
) -> str:
    """How a limit with ``bounds`` from below and above stands: ``figures`` today, planned and seen; by
    ``allowance`` it may be missed; ``elapsed`` is the share of the time, None where it is not known."""
    return max(_states(bounds, figures, allowance, elapsed), key=WORSE.index, default="on_course")


def _states(
    bounds: tuple[float | None, float | None],
    figures: tuple[float, float, float],
    allowance: float,
    elapsed: float | None,
) -> Iterator[str]:
    for bound, up in zip(bounds, (1.0, -1.0), strict=True):
        if bound is None:
            continue
        # distances above the bound; below 0 it is missed
        today, plan, seen = (up * (figure - bound) for figure in figures)
        missed_by = allowance + ROUNDING * max(1.0, abs(bound))
        if today >= -missed_by:
            yield _kept(today, plan, seen, missed_by, 1.0 if elapsed is None else elapsed)
        else:
            yield _aimed_at(-today, -seen, missed_by, elapsed)


def _kept(room: float, planned: float, left: float, missed_by: float, elapsed: float) -> str:
    """Of a bound with ``room`` today, of which ``planned`` stays in the plan and ``left`` as it is seen."""
    if left < -missed_by:
        return "over"
    gone, due = room - left, max(0.0, room - planned) * min(max(elapsed, 0.0), 1.0)
    is_late = gone > room / 2 + missed_by and gone > due + room / 10 + missed_by
    return "watch" if room > 0 and is_late else "on_course"


def _aimed_at(way: float, left: float, missed_by: float, elapsed: float | None) -> str:
    """Of a bound that is a ``way`` off today and ``left`` off as it is seen."""
    if left <= missed_by:
        return "reached"
    if elapsed is not None and elapsed >= 1:
        return "not_reached"
    if elapsed is not None and way - left < (elapsed - 0.1) * way - missed_by:
        return "watch"
    return "not_started" if way - left < way / 100 else "on_course"
