"""Commands in processes of their own, forked from one that has loaded the program: they begin at once.

Loading costs a process some two seconds, several times what the command of a small study takes.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO
from uuid import uuid4


def forked() -> Any:
    """Processes forked from one that has loaded the program."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.support.attack.warm"])
    return context


class Started:
    """A command under way in a process group of its own; its streams go into files beside its results."""

    def __init__(self, words: Sequence[str], home: Path, streams: Path) -> None:
        mark = uuid4().hex
        self._said, self._err = streams / f"{mark}.stdout", streams / f"{mark}.stderr"
        self._process = forked().Process(target=_command, args=(list(words), home, self._said, self._err))
        self._process.start()

    @property
    def pid(self) -> int:
        """The number of the process, and of its group."""
        assert self._process.pid is not None
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """Its exit status, negative the signal that killed it; None while it runs."""
        return self._process.exitcode

    def poll(self) -> int | None:
        """Its exit status by now."""
        return self._process.exitcode

    def send(self, sign: signal.Signals, group: bool = False) -> None:
        """Send it a signal, or its whole group; where it has ended already, nothing."""
        with suppress(ProcessLookupError):
            (os.killpg if group else os.kill)(self.pid, sign)

    def communicate(self, timeout: float) -> tuple[str, str]:
        """What it said on standard output and error once it has ended.

        Raises:
            subprocess.TimeoutExpired: it is still at it after so many seconds; it is killed then.
        """
        self._process.join(timeout)
        if self._process.is_alive():
            self.send(signal.SIGKILL, group=True)
            raise subprocess.TimeoutExpired("sansheng", timeout)
        return tuple(path.read_text(encoding="utf-8", errors="replace") for path in (self._said, self._err))  # type: ignore[return-value]


def _command(words: list[str], home: Path, said: Path, err: Path) -> None:
    """The child: the command as it is typed, in a group of its own."""
    os.setsid()
    status = typed(words, home, said, err)
    os._exit(status)


def typed(words: Sequence[str], home: Path, said: Path, err: Path, stdout: TextIO | None = None) -> int:
    """In a process forked from one that has loaded the program: a command as it is typed, its streams in
    files; ``stdout`` where what Python prints goes elsewhere. Returns its exit status."""
    os.chdir(home)
    for number, path in ((1, said), (2, err)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    sys.stdout = stdout or open(1, "w", encoding="utf-8")  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8")  # noqa: SIM115
    sys.argv = ["sansheng", *words]
    signal.signal(signal.SIGINT, signal.default_int_handler)
    from planner.__main__ import main

    status: Any = 0
    try:
        main()
    except SystemExit as ended:
        status = ended.code
    sys.stdout.flush()
    sys.stderr.flush()
    return status if isinstance(status, int) else 0
