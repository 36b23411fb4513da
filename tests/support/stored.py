"""What several tests need and takes long to make: made once, whichever worker of pytest-xdist comes first."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

if os.name != "nt":
    import fcntl


def stored(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """The folder of that name, shared by all workers of this session; ``make`` fills it once. Tests copy what
    they change."""
    root = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        root = root.parent  # of the session; each worker has a folder in it
    folder, done = root / f"stored {name}".replace(" ", "-"), root / f".{name}.done"
    with (root / f".{name}.lock").open("w") as lock:
        if os.name != "nt":
            fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            folder.mkdir(exist_ok=True)
            make(folder)
            done.touch()
    return folder
