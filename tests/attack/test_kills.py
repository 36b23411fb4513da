"""Killed or stopped at any moment, a command leaves nothing half-written; repeated, it does it all."""

from __future__ import annotations

import os
import random
import signal
from pathlib import Path

import pytest

import planner
from planner.cli import app
from tests.support.attack.counts import count
from tests.support.attack.kills import COMMANDS, STOPPED, Ended, Moment, Place, carried_out, prepared
from tests.support.attack.registry import SEED
from tests.support.stored import stored

MOMENTS = int(os.environ.get("SANSHENG_ATTACK_KILLS", "1"))
"""At how many moments each command is killed."""
FOLDERS = (
    "run",
    "compare",
    "pareto",
    "alternatives",
    "robust",
    "carbon_plan",
    "demo",
    "export",
    "score",
    "monitor",
)
"""Commands that write a whole folder."""

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has other signals")


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A study and a finished run."""
    return Place(stored(tmp_path_factory, "kills", prepared))


def whole(folder: Path) -> bool:
    """Whether a folder of results is one that no command left half-written."""
    return planner.verify(folder).holds


def moments(command: str, undisturbed: Ended) -> list[Moment]:
    """Moments of a command drawn by the seed: half of them before a change of a file, the others at any time;
    every second one by Ctrl-C. Where there is one only, it is another kind for each command."""
    chance = random.Random(f"{SEED} {command}")
    first = list(COMMANDS).index(command) % 4 if MOMENTS == 1 else 0
    drawn = []
    for number in range(first, first + MOMENTS):
        sign = signal.SIGINT if number % 2 else signal.SIGKILL
        if undisturbed.changes and number % 4 < 2:
            drawn.append(Moment(sign, change=chance.randint(1, undisturbed.changes)))
        else:
            drawn.append(Moment(sign, cpu_s=chance.uniform(0.0, 1.0) * undisturbed.cpu_s))
    return drawn


def names(place: Place) -> set[str]:
    """What lies beside the results but for kept solves."""
    return {path.name for path in place.out.parent.iterdir() if not path.name.endswith(".solves")}


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("command", COMMANDS)
def test_killed_at_any_moment_nothing_is_half_written(command: str, start: Place, tmp_path: Path) -> None:
    """The folder is absent, the old one whole or the new one whole; what is the user's is untouched; the same
    command again does it all and leaves no draft."""
    best = start.copy(tmp_path / "undisturbed")
    undisturbed = carried_out(best, best.words(command))
    assert undisturbed.status == 0, undisturbed.said
    first = len(command) if MOMENTS == 1 else 0
    for number, moment in enumerate(moments(command, undisturbed), first):
        # Every second time there is a result already: the old one must stay whole.
        place = (best if number // 2 % 2 else start).copy(tmp_path / f"killed-{number}")
        before = place.files("results")
        ended = carried_out(place, place.words(command), moment)
        told = f"{command}, {moment}: {ended}"
        assert place.files("study") == start.files("study"), told
        assert (place.out.parent / "notes.txt").read_text() == "mine", told
        assert "Traceback" not in ended.said, told
        assert "a fault of ours" not in ended.said, told
        assert ended.status in (0, STOPPED, -signal.SIGKILL, -signal.SIGINT), told
        after_the_kill(command, place, before, told)
        again = carried_out(place, place.words(command) + (["--force"] if command == "init" else []))
        assert again.status == 0, (told, again)
        assert names(place) == names(best), told
        if command in FOLDERS:
            assert whole(place.out), told
            assert place.files("results/out").keys() == best.files("results/out").keys(), told
        assert whole(place.run), told
        count(f"kills of {command}", "whole")


def after_the_kill(command: str, place: Place, before: dict[str, str], told: str) -> None:
    """What lies there is whole, old or new; a run that a command only reads is as it was."""
    if command in FOLDERS:
        assert not place.out.exists() or whole(place.out), told
        assert (
            place.out.exists()
            or list(place.out.parent.glob(".out.previous-*"))
            or not any(name.startswith("out/") for name in before)
        ), told
    if command != "report":
        after = place.files("results")
        assert {name: after.get(name) for name in before if name.startswith("run/")} == {
            name: sign for name, sign in before.items() if name.startswith("run/")
        }, told
    for name in ("file.gpkg", "file.toml", "file.csv", "file.json", "file.xlsx"):
        path = place.out.parent / name
        assert not path.exists() or path.stat().st_size > 0, told


@pytest.mark.slow
def test_a_report_that_was_killed_is_in_nobodys_way(start: Place, tmp_path: Path) -> None:
    """Killed before some change of a file, ``report`` leaves a run that ``run`` writes anew and ``report``
    mends."""
    for change in (1, 3, 5):
        place = start.copy(tmp_path / f"report-{change}")
        ended = carried_out(place, place.words("report"), Moment(signal.SIGKILL, change=change))
        if ended.status == 0:
            break
        again = carried_out(place, ["run", "study/study.toml", "--out", "results/run"])
        assert again.status == 0, (change, again)
        assert whole(place.run)


def test_every_command_is_killed() -> None:
    """A new command is killed as soon as it is there."""
    assert {command.callback.__name__ for command in app.registered_commands if command.callback} == set(
        COMMANDS
    )
