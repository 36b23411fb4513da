"""Commands killed at chosen moments: before they change a file once more, or after so much computing."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomli_w

from tests.support.small_study import EASY, QUICK, tree, write_quick_study
from tests.support.started import forked, typed

CHANGES = (
    "os.rename",
    "os.remove",
    "os.mkdir",
    "os.rmdir",
    "os.truncate",
    "os.link",
    "os.symlink",
    "shutil.rmtree",
    "shutil.copyfile",
)
"""Events of Python's audit at which a file or folder changes, beside ``open`` for writing."""
STOPPED = 130
ONE = ("--workers", "1")
COMMANDS: dict[str, tuple[str, ...]] = {
    "run": ("run", "STUDY", "--out", "OUT", "--prices"),
    "compare": ("compare", "STUDY", "--out", "OUT", *ONE),
    "pareto": (
        "pareto",
        "STUDY",
        "--x",
        "net_emissions",
        "--y",
        "area.cropland",
        "--points",
        "3",
        "--out",
        "OUT",
        *ONE,
    ),
    "alternatives": ("alternatives", "STUDY", "--plans", "2", "--out", "OUT", *ONE),
    "robust": ("robust", "STUDY", "--draws", "2", "--out", "OUT", *ONE),
    "carbon_plan": ("carbon-plan", "CAPPED", "--out", "OUT", *ONE),
    "demo": ("demo", "--size", "24", "--out", "OUT"),
    "report": ("report", "RUN"),
    "export": ("export", "RUN", "--format", "shp", "--format", "xlsx", "--out", "OUT"),
    "verify": ("verify", "RUN"),
    "check": ("check", "STUDY", "--audit", "FILE.gpkg"),
    "init": ("init", "COVER", "--scheme", "CLCD", "--out", "FILE.toml"),
    "network": ("network", "STUDY", "--table", "FILE.csv", "--layers", "FILE.gpkg"),
    "monitor": ("monitor", "RUN", "COVER", "--year", "2030", "--out", "OUT"),
    "replan": ("replan", "RUN", "--observed", "COVER", "--year", "2030", "--out", "OUT"),
    "score": ("score", "RUN", "COVER", "--out", "OUT"),
    "schema": ("schema", "--out", "FILE.json"),
    "interlace": ("interlace", "STUDY", "--side", "400", "--table", "FILE.csv", "--layer", "FILE.gpkg"),
    "policies": ("policies", "show", "uk-green"),
    "inventory": ("inventory", "new", "--force", "--study", "STUDY", "--out", "FILE.xlsx"),
}
"""Every command as it is killed; ``tests/attack`` holds that none is missing."""


@dataclass(frozen=True)
class Moment:
    """When a command is stopped, and by which signal: before its nth change of a file, or after so many
    seconds of computing (``change`` is then None)."""

    signal: int
    change: int | None = None
    cpu_s: float = 0.0

    def __str__(self) -> str:
        when = f"after {self.cpu_s:.2f} s" if self.change is None else f"before change {self.change}"
        return f"{signal.Signals(self.signal).name} {when}"


@dataclass(frozen=True)
class Ended:
    """How a command ended: its status (negative: the signal that killed it), what it said on standard error,
    how often it changed a file and how many seconds it computed (of one that was not killed)."""

    status: int
    said: str
    changes: int = 0
    cpu_s: float = 0.0


@dataclass(frozen=True)
class Place:
    """A folder in which a command is tried: a study, a finished run, and where results go."""

    home: Path

    @property
    def out(self) -> Path:
        """The folder of results."""
        return self.home / "results" / "out"

    @property
    def run(self) -> Path:
        """A finished run."""
        return self.home / "results" / "run"

    def words(self, command: str) -> list[str]:
        """A command's words with the paths of this place."""
        known = {
            "STUDY": "study/study.toml",
            "CAPPED": "study/capped.toml",
            "COVER": "study/cover.tif",
            "OUT": "results/out",
            "RUN": "results/run",
        }
        known |= {f"FILE.{end}": f"results/file.{end}" for end in ("gpkg", "toml", "csv", "json", "xlsx")}
        return [known.get(word, word) for word in COMMANDS[command]]

    def copy(self, home: Path) -> Place:
        """The same elsewhere, times of files included."""
        shutil.copytree(self.home, home, symlinks=True)
        return Place(home)

    def files(self, below: str) -> dict[str, str]:
        """The hash of every file below a folder, by its path."""
        start = self.home / below
        return {
            path.relative_to(start).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(start.rglob("*"))
            if path.is_file()
        }


def prepared(home: Path) -> Place:
    """A place with the small study, a finished run, and a file of somebody's own."""
    place = Place(home)
    study = write_quick_study(home / "study", EASY)
    caps = {"indicator": "area.bare_unused", "by": "townships", "caps": "caps.csv"}
    capped = {**tree(), **QUICK, "limits": [*EASY["limits"], caps]}
    study.with_name("capped.toml").write_text(tomli_w.dumps(capped), encoding="utf-8")
    study.with_name("caps.csv").write_text("district,at_most\n西镇,50%\n东镇,1\n", encoding="utf-8")
    place.out.parent.mkdir()
    (home / "study" / "notes.txt").write_text("mine")
    (place.out.parent / "notes.txt").write_text("mine")
    ended = carried_out(place, ["run", "study/study.toml", "--out", "results/run"])
    assert ended.status == 0, ended.said
    return place


def carried_out(place: Place, words: Sequence[str], moment: Moment | None = None) -> Ended:
    """A command carried out in a process of its own, stopped at a moment where one is given."""
    process = forked().Process(target=_command, args=(place.home, list(words), moment))
    process.start()
    process.join(600)
    if process.is_alive():
        process.kill()
        process.join(60)
        return Ended(-signal.SIGKILL, "no end after 600 s")
    status = process.exitcode
    said = (place.home / "stderr").read_text(encoding="utf-8", errors="replace")
    report = place.home / "ended.json"
    found = json.loads(report.read_text()) if report.exists() else {}
    for name in ("stderr", "stdout", "ended.json"):
        (place.home / name).unlink(missing_ok=True)
    assert status is not None
    return Ended(status, said, **found)


def _command(home: Path, words: list[str], moment: Moment | None) -> None:
    """The child: the command as it is typed, its streams in files, the signal at its moment."""
    count = _watch_changes(str(home / "results"), moment)
    began = time.process_time()
    if moment is not None and moment.change is None:
        signal.signal(signal.SIGPROF, lambda *_: os.kill(os.getpid(), moment.signal))
        signal.setitimer(signal.ITIMER_PROF, max(0.001, moment.cpu_s))
    status = typed(words, home, home / "stdout", home / "stderr")
    found = {"changes": count[0], "cpu_s": time.process_time() - began}
    if moment is None:
        Path(home / "ended.json").write_text(json.dumps(found))
    os._exit(status)


def _watch_changes(below: str, moment: Moment | None) -> list[int]:
    """Counts the changes of files below a folder, and sends the signal of a moment before its change."""
    count = [0]

    def heard(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, mode, flags = arguments
            wanted = isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
            if not wanted and not (isinstance(mode, str) and set(mode) & set("wax+")):
                return
        elif event in CHANGES:
            path = arguments[0]
        else:
            return
        if not isinstance(path, str | bytes | os.PathLike):
            return
        if not os.path.abspath(os.fsdecode(path)).startswith(below):  # noqa: PTH100
            return
        count[0] += 1
        if moment is not None and count[0] == moment.change:
            os.kill(os.getpid(), moment.signal)

    sys.addaudithook(heard)
    return count
