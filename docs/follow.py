"""Follow a guide as a reader does: make its edits to the study file, run its commands.

In a guide, a block fenced as ``toml`` edits ``study.toml``: lines before its first table replace those of the
same key, the rest is added at the end. A block fenced as ``sh`` holds commands, one a line. Other blocks are
only shown.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

BLOCK = re.compile(r"^```(toml|sh)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
PRACTICE = ["python", "docs/practice.py"]


def steps(guide: Path) -> Iterator[tuple[str, str]]:
    """The kind and text of every step of a guide: ``toml`` blocks, and ``sh`` commands one by one."""
    for kind, text in BLOCK.findall(guide.read_text(encoding="utf-8")):
        if kind == "toml":
            yield kind, text
        else:
            yield from ((kind, line) for line in text.splitlines() if line.strip())


def follow(
    guide: Path, folder: Path, sansheng: Callable[[list[str], Path], None], practice: Callable[[Path], None]
) -> Path:
    """Follow a guide in a folder; returns the folder of its study.

    ``sansheng`` runs the program's words in a folder; ``practice`` writes the files to practise with.
    ``ValueError`` for a command that is none of the guide's.
    """
    here = folder
    for kind, text in steps(guide):
        words = shlex.split(text, comments=True) if kind == "sh" else []
        if kind == "toml":
            edit(here / "study.toml", text)
        elif words[:2] == PRACTICE:
            practice(here / words[2])
        elif words[0] == "cd":
            here = here / words[1]
        elif words[0] == "sansheng":
            sansheng(words[1:], here)
        else:
            raise ValueError(f"{guide.name}: {text!r} is none of the commands that a guide has")
    return here


def edit(study: Path, block: str) -> None:
    """Make the edit of a block in a study file."""
    text = study.read_text(encoding="utf-8")
    first = re.search(r"^\[", block, re.MULTILINE)
    keys, tables = (block[: first.start()], block[first.start() :]) if first else (block, "")
    for line in keys.splitlines():
        if re.match(r"\w+ *=", line):
            key = line.split("=")[0].strip()
            text, found = re.subn(
                rf"^{key} *=.*$", lambda _, line=line: line, text, count=1, flags=re.MULTILINE
            )
            if not found:
                raise ValueError(f"{study.name} has no line {key}")
    study.write_text(f"{text}\n{tables}" if tables else text, encoding="utf-8")
