"""The cases: what is measured, how its study is made, what it should reach, and which peers follow."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase

from benchmarks.studies import Maker, demo, dongguan, fine, townships

PEER_SECONDS = {"exact": 300.0, "monolithic": 300.0, "rounding": 300.0, "nsga2": 300.0}
"""What each peer may take at most; quick runs give every one of them a few seconds."""
QUICK_SECONDS = 5.0


@dataclass(frozen=True)
class Aim:
    """What a case should reach on two cores; None where nothing is asked."""

    solver_s: float | None = None
    command_s: float | None = None
    peak_gb: float | None = None


@dataclass(frozen=True)
class Case:
    """One study to be solved as ``sansheng run`` would. ``quick`` makes a tiny study of the same kind;
    ``growth`` says that it is a point of the growth table."""

    name: str
    study: Maker
    quick: Maker
    gap: float = 1e-3
    method: str = "auto"
    aim: Aim = Aim()
    peers: tuple[str, ...] = ()
    growth: bool = False


CASES: tuple[Case, ...] = (
    Case(
        "demo-200", demo(200), demo(24),
        aim=Aim(solver_s=3), peers=("monolithic", "exact", "rounding", "nsga2"), growth=True,
    ),
    Case("dongguan-300m", dongguan(name="dongguan_300m"), dongguan(1500, "dongguan_300m"),
         peers=("monolithic", "exact", "rounding", "nsga2")),
    Case("dongguan-100m", dongguan(), dongguan(1000), aim=Aim(command_s=45), peers=("rounding",)),
    Case("townships-300", townships(400, 300), townships(30, 20)),
    Case("fine-4500", fine(4500), fine(240), aim=Aim(peak_gb=3)),
    Case("demo-1000-pieces", demo(1000, pieces=True), demo(32, pieces=True)),
    Case("growth-450", demo(450), demo(28), growth=True),
    Case("demo-1000", demo(1000), demo(32), aim=Aim(solver_s=60, command_s=120, peak_gb=3), growth=True),
    Case("growth-1600", demo(1600), demo(36), growth=True),
    Case("growth-2236", demo(2236), demo(40), growth=True),
    Case("demo-2300", demo(2300), demo(44), gap=5e-3, aim=Aim(command_s=720, peak_gb=14)),
)  # fmt: skip


def select(patterns: list[str] | None) -> tuple[Case, ...]:
    """The cases whose names match any of the patterns (``demo-*``), all of them without one.

    ``KeyError`` with the known names where a pattern matches nothing.
    """
    if not patterns:
        return CASES
    for pattern in patterns:
        if not any(fnmatchcase(case.name, pattern) for case in CASES):
            raise KeyError(f"no case {pattern!r}; there are {', '.join(case.name for case in CASES)}")
    return tuple(case for case in CASES if any(fnmatchcase(case.name, pattern) for pattern in patterns))


def named(name: str) -> Case:
    """The case of a name."""
    return next(case for case in CASES if case.name == name)
