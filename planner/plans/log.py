"""The lines of ``run.log``: when what happened, what was found, how it was solved."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime

from formulations.core.nearness import Nearness, Towards
from formulations.core.patch_sizes import Patched
from formulations.core.solution import Solution, SolveSettings, Step
from planner.plans.plan import Certificate
from planner.plans.record import ScheduleRecord
from planner.plans.versions import versions

SECONDS_BETWEEN_STEPS = 1.0
"""Steps of one stage closer than this are not all kept."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?=T\d{2}:)")


def day_of(lines: Sequence[str]) -> str:
    """The day of a run, from the first line of its log; empty where there is none."""
    found = _DAY.search(lines[0]) if lines else None
    return found.group() if found else ""


class RunLog:
    """Collects the lines of ``run.log``, each with the seconds since the start."""

    def __init__(self) -> None:
        self._start = time.perf_counter()
        self._lines: list[str] = []
        self._last = ("", float("-inf"))
        self._at = 0.0

    def branch(self) -> RunLog:
        """A log that goes on from here on its own."""
        other = RunLog()
        other._start, other._lines, other._at = self._start, [*self._lines], self._at
        return other

    @property
    def lines(self) -> tuple[str, ...]:
        """What was said so far."""
        return tuple(self._lines)

    def say(self, text: str) -> None:
        """Keep one line."""
        self._at = time.perf_counter() - self._start
        self._lines.append(f"{self._at:9.2f} s  {text}")

    def opening(self, study: str, scenario: str) -> None:
        """What is run, and when."""
        self.say(f"{study}, scenario {scenario}, {datetime.now(UTC).isoformat(timespec='seconds')}")

    def settings(self, settings: SolveSettings) -> None:
        """How it is to be solved, and by which versions of what."""
        self.say("settings: " + ", ".join(f"{key} {value}" for key, value in asdict(settings).items()))
        self.say("versions: " + ", ".join(f"{name} {version}" for name, version in versions().items()))

    def step(self, step: Step) -> None:
        """Keep a step of the solve: the first of every stage, then about one a second."""
        stage, when = self._last
        if step.stage == stage and step.seconds - when < SECONDS_BETWEEN_STEPS:
            return
        self._last = (step.stage, step.seconds)
        plan = "none yet" if step.plan is None else f"{step.plan:.6f}"
        bound = "none yet" if step.bound is None else f"{step.bound:.6f}"
        self.say(f"{step.stage}, iteration {step.iteration}: plan {plan}, bound {bound}")

    def replay(self, steps: Iterable[Step], seconds: float) -> None:
        """Keep the steps of a solve that took place elsewhere or earlier and took so many seconds, as if it
        had begun when the last line was kept and had just ended."""
        began = self._at
        for step in steps:
            self._start = time.perf_counter() - began - step.seconds
            self.step(step)
        self._start = time.perf_counter() - began - seconds

    def ending(self, solution: Solution) -> None:
        """Why the solver stopped."""
        self.say(
            f"{solution.method}: {solution.termination} after {solution.seconds:.2f} s. "
            f"{solution.reason}".rstrip()
        )

    def nearness(self, nearness: Nearness | None) -> None:
        """What the second stage did."""
        if nearness is None:
            return
        other = "today's land" if nearness.towards is Towards.TODAY else "the first plan"
        least = "no bound" if nearness.least_ha is None else f"at least {nearness.least_ha:.2f} ha must"
        before, after = nearness.pieces
        self.say(
            f"of plans as good, one near {other}: {nearness.after_ha:.2f} ha in {after:,} pieces differ, "
            f"{nearness.before_ha:.2f} ha in {before:,} did; {least}"
        )

    def patched(self, patched: Patched | None) -> None:
        """What least sizes of new land made of the plan."""
        if patched is None:
            return
        kept = "kept" if patched.kept else "not kept everywhere"
        before, after = (
            f"{below:.2f} of {new:.2f} ha"
            for below, new in zip(patched.below_ha, patched.new_ha, strict=True)
        )
        self.say(
            f"least sizes of new land {kept}: {before} were too small, {after} are; "
            f"the objective changed by {patched.cost:.6f}"
        )

    def ordered(self, record: ScheduleRecord | None) -> None:
        """What the order of the changes came to."""
        if record is not None:
            self.say(
                f"schedule {record.name}: {record.patches:,} patches, objective {record.objective!r}, "
                f"bound {record.bound!r}, gap {record.gap!r} of what is decided"
            )

    def closing(self, certificate: Certificate) -> None:
        """What came out."""
        self.say(f"status {certificate.status}, method {certificate.method}")
        self.say(f"objective {certificate.objective!r}, bound {certificate.bound!r}, gap {certificate.gap!r}")
        for name, term in (certificate.decided.terms if certificate.decided else {}).items():
            self.say(
                f"decided: {name} {term.change!r} tCO2e/yr over today, better by {term.better_by!r} at most"
            )
        for mark in certificate.marks:
            self.say(f"mark: {mark}")
