from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from planner.sweeps import side_by_side as module
from planner.sweeps.side_by_side import SMALL_UNITS, Errand, hands_for, side_by_side

HERE = os.getpid()


def note(folder: Path, name: str) -> None:
    """Say who did an errand."""
    time.sleep(0.2)
    with (folder / name).open("a", encoding="utf-8") as told:
        told.write(f"{os.getpid()}\n")


def fail(folder: Path) -> None:
    """An errand that cannot be done."""
    raise OSError(28, "No space left on device", str(folder / "plan.gpkg"))


def die_elsewhere(here: int, folder: Path) -> None:
    """An errand that takes any further process along."""
    if os.getpid() != here:
        os._exit(9)
    note(folder, "died")


def errands(folder: Path, count: int) -> list[Errand]:
    """So many of them."""
    return [(note, (folder, str(number))) for number in range(count)]


def done_by(folder: Path) -> dict[str, list[int]]:
    """The processes that did each errand."""
    return {path.name: [int(line) for line in path.read_text().split()] for path in folder.iterdir()}


@pytest.mark.slow
@pytest.mark.parametrize("hands", [1, 2, 9])
def test_every_errand_is_done_once(hands: int, tmp_path: Path) -> None:
    """With one hand all by this process; with more hands than errands as well."""
    side_by_side(errands(tmp_path, 4), hands)
    found = done_by(tmp_path)
    assert sorted(found) == ["0", "1", "2", "3"]
    assert all(len(by) == 1 for by in found.values())
    assert hands > 1 or {by for (by,) in found.values()} == {HERE}


@pytest.mark.slow
def test_further_processes_take_part(tmp_path: Path) -> None:
    """A long row of errands is not done by one alone."""
    side_by_side(errands(tmp_path, 30), 2)
    assert len({by for (by,) in done_by(tmp_path).values()}) == 2


def test_nothing_to_do() -> None:
    """No errands, no processes."""
    side_by_side([], 2)


@pytest.mark.slow
@pytest.mark.parametrize("place", [0, 3, 29])
def test_a_fault_is_raised_as_it_was(place: int, tmp_path: Path) -> None:
    """A full disk is told as one, whoever met it."""
    asked = errands(tmp_path, 30)
    asked[place] = (fail, (tmp_path,))
    with pytest.raises(OSError, match="No space left") as told:
        side_by_side(asked, 2)
    assert told.value.errno == 28


@pytest.mark.slow
def test_the_errand_of_a_dead_process_is_done_here(tmp_path: Path) -> None:
    """A process that was ended for want of memory costs nothing but time."""
    asked = [*errands(tmp_path, 20), (die_elsewhere, (HERE, tmp_path))]
    side_by_side(asked, 2)
    found = done_by(tmp_path)
    assert len(found) == 21
    assert found["died"] == [HERE]


@pytest.mark.slow
def test_no_process_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All further processes have ended when the call has, also after a fault."""
    made = []
    process = module.further_process

    def keeping() -> object:
        made.append(process())
        return made[-1]

    monkeypatch.setattr(module, "further_process", keeping)
    side_by_side(errands(tmp_path, 3), 3)
    with pytest.raises(OSError, match="No space"):
        side_by_side([(fail, (tmp_path,)), *errands(tmp_path, 3)], 2)
    assert len(made) == 3
    assert all(one.poll() is not None for one in made)


def test_what_is_small_is_done_alone() -> None:
    """A further process is started where it is of use, or asked for."""
    assert hands_for(10, 3, None) == 1
    assert hands_for(10, 3, 2) == 2
    assert hands_for(SMALL_UNITS, 1, None) == 1
    assert hands_for(SMALL_UNITS, 3, 1) == 1
