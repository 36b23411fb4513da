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
    due: tuple[float, float] | None = None,
) -> str:
    """How a limit with ``bounds`` from below and above stands: ``figures`` today, planned and seen; by
    ``allowance`` it may be missed; ``elapsed`` is the share of the time, None where it is not known; ``due``
    is what the plan has by now, and that with what is done early; None where it does not say."""
    return max(_states(bounds, figures, allowance, (elapsed, due)), key=WORSE.index, default="on_course")


def _states(
    bounds: tuple[float | None, float | None],
    figures: tuple[float, float, float],
    allowance: float,
    time: tuple[float | None, tuple[float, float] | None],
) -> Iterator[str]:
    elapsed, due = time
    for bound, up in zip(bounds, (1.0, -1.0), strict=True):
        if bound is None:
            continue
        # distances above the bound; below 0 it is missed
        today, plan, seen = (up * (figure - bound) for figure in figures)
        missed_by = allowance + ROUNDING * max(1.0, abs(bound))
        if today >= -missed_by:
            share = 1.0 if elapsed is None else min(max(elapsed, 0.0), 1.0)
            used = share * max(0.0, today - plan) if due is None else max(0.0, today - up * (due[1] - bound))
            yield _kept(today, used, seen, missed_by)
        else:
            wanted = elapsed if due is None else min(1.0, 1.0 - up * (due[0] - bound) / today)
            yield _aimed_at(-today, -seen, missed_by, (elapsed, wanted))


def _kept(room: float, due: float, left: float, missed_by: float) -> str:
    """Of a bound with ``room`` today, of which ``due`` was to be used by now and ``left`` is, as it is
    seen."""
    if left < -missed_by:
        return "over"
    gone = room - left
    is_late = gone > room / 2 + missed_by and gone > due + room / 10 + missed_by
    return "watch" if room > 0 and is_late else "on_course"


def _aimed_at(way: float, left: float, missed_by: float, time: tuple[float | None, float | None]) -> str:
    """Of a bound that is a ``way`` off today and ``left`` off as it is seen; ``time`` is the share of it that
    is over, and the share of the way that should be gone by now."""
    elapsed, wanted = time
    if left <= missed_by:
        return "reached"
    if elapsed is not None and elapsed >= 1:
        return "not_reached"
    if wanted is not None and way - left < (wanted - 0.1) * way - missed_by:
        return "watch"
    return "not_started" if way - left < way / 100 else "on_course"
