"""Oracles for tests: questions of a base answered one after the other in this process, nothing kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from formulations.core.solution import SolveSettings, Watch
from formulations.posing import pose
from formulations.sampling.oracle import Oracle
from formulations.sampling.questions import Answer, Asked, Base, answer, warm_start_from
from instances.instance import Instance, read
from instances.study.file import load_study
from instances.study.findings import Findings
from tests.support.small_study import write_study


def oracle_of(base: Base, **settings: object) -> Oracle:
    """An oracle with the settings of a solve: a gap of 1e-6 and one thread where nothing else is said."""
    own = SolveSettings(**{"gap": 1e-6, "threads": 1, **settings})

    def ask(asked: Sequence[Asked]) -> list[Answer]:
        return [
            answer(
                base,
                each.question.name,
                each.question,
                warm_start_from(each.prices, each.plans),
                own if each.gap is None else replace(own, gap=each.gap, relative_to="objective"),
                Watch(),
            )
            for each in asked
        ]

    return ask


def small_base(folder: Path) -> tuple[Instance, Base]:
    """The small study of tests, written into a folder, read and posed."""
    instance = read(load_study(write_study(folder)))
    return instance, Base.of(instance, pose(instance, Findings()))
