"""Whatever a study, its files or a command line hold is answered in a sentence or by a right result: no
traceback, no hang, no hunger for memory."""

from __future__ import annotations

import pytest

from instances.study.keys import keys_of, tables
from instances.study.schema import Study
from tests.support.attack.counts import count
from tests.support.attack.judge import answers
from tests.support.attack.keys import places
from tests.support.attack.registry import COUNT, MISSED, SEED, SORTS, attack_named, of_sort, sample

pytestmark = pytest.mark.slow

FEW = 15
"""Inputs of each sort that are tried each time; ``make test`` tries more, ``make attack`` all."""


def faults(sort: str, names: list[str]) -> list[str]:
    """What is wrong with the answers to inputs."""
    found = []
    for name, answer in answers(names):
        fault = answer.fault(attack_named(name))
        count(sort, answer.kind if fault is None else "missed" if name in MISSED else "failed")
        if fault is not None and name not in MISSED:
            found.append(f"{name}: {fault}")
    return found


@pytest.mark.parametrize("sort", SORTS)
def test_some_hostile_inputs_of_each_sort_are_answered(sort: str) -> None:
    """Each is refused in sentences that name place, fault and remedy in both languages, or accepted with a
    result that adds up."""
    assert not faults(sort, sample(sort, FEW))


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("sort", SORTS)
def test_many_hostile_inputs_of_each_sort_are_answered(sort: str) -> None:
    """The same of more of them, and of all of them in ``make attack``."""
    assert not faults(sort, sample(sort, COUNT, SEED))


def test_every_key_of_a_study_is_attacked() -> None:
    """A key that is new in the study file is attacked as soon as it is there: no place is left out."""
    keys = {key.name for key in keys_of(Study)}
    keys |= {key.name for _, table in tables() if table.tables is not None for key in keys_of(table.tables)}
    assert keys == {key.name for _, key in places()}
    tried = of_sort("values of keys")
    for place, _ in places():
        where = ".".join(str(part) for part in place)
        assert any(name.startswith(f"{where}: ") for name in tried), where


def test_there_are_thousands_of_hostile_inputs() -> None:
    """The registry grows with the study file; it never shrinks below what it was."""
    assert sum(len(of_sort(sort)) for sort in SORTS) >= 5_000
    assert min(len(of_sort(sort)) for sort in SORTS) >= 100
