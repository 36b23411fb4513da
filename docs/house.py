"""Write the map of the house, docs/house.md: every room and module with the first sentence of its docstring.

python docs/house.py
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "house.md"
OPENING = """# The map of the house

Written by `make map` from the docstrings: each room and what it is about, then its files. A room imports
only from rooms below it; `pyproject.toml` holds their order and import-linter checks it.
"""


def subject(path: Path) -> str:
    """The first sentence of a module's docstring, on one line; empty for an empty module."""
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    paragraph = " ".join(text.split("\n\n")[0].split())
    return re.split(r"(?<=[.?!]) (?=[A-Z`])", paragraph)[0].replace("|", "\\|")


def _files(folder: Path) -> str:
    """The table of the files of one folder."""
    rows = [
        f"| `{path.name}` | {said} |"
        for path in sorted(folder.glob("*.py"))
        if path.name != "__init__.py" and (said := subject(path))
    ]
    return "\n".join(["| file | subject |", "| --- | --- |", *rows]) if rows else ""


def _part(folder: Path, level: str) -> str:
    """The part of the map on one folder: its subject and its files."""
    name = folder.relative_to(ROOT).as_posix()
    return f"{level} `{name}/`\n\n{subject(folder / '__init__.py')}\n\n{_files(folder)}\n"


def page() -> str:
    """The map as Markdown: a part for each package and, below it, one for each room, however deep."""
    parts = [OPENING]
    for package in ("words", "instances", "formulations", "planner"):
        parts.append(_part(ROOT / package, "##"))
        rooms = sorted(path.parent for path in (ROOT / package).glob("*/**/__init__.py"))
        parts += [_part(room, "###") for room in rooms]
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
