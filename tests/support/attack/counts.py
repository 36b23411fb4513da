"""What an attack came to, counted across processes: each line of a file is one outcome."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

FILE = "SANSHENG_ATTACK_COUNTS"
"""The variable of the environment that names the file; without it nothing is counted."""


def count(what: str, outcome: str) -> None:
    """Count one outcome."""
    if path := os.environ.get(FILE):
        with Path(path).open("a", encoding="utf-8") as stream:
            stream.write(f"{what}\t{outcome}\n")


def counted(path: Path) -> dict[str, Counter[str]]:
    """How often each outcome was counted, by what was tried."""
    found: dict[str, Counter[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        what, outcome = line.split("\t")
        found.setdefault(what, Counter())[outcome] += 1
    return found
