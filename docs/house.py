"""Write the map of the house into CONTRIBUTING.md: every module and the first sentence of its docstring.

python docs/house.py
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "CONTRIBUTING.md"
START, END = "<!-- map: written by docs/house.py -->\n", "<!-- end of the map -->"


def subject(path: Path) -> str:
    """The first sentence of a module's docstring, on one line; empty for an empty module."""
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    paragraph = " ".join(text.split("\n\n")[0].split())
    return re.split(r"(?<=[.?!]) (?=[A-Z`])", paragraph)[0].replace("|", "\\|")


def house() -> str:
    """The map as Markdown, one table for each package."""
    tables = []
    for package in ("instances", "formulations", "planner"):
        rows = [
            f"| `{path.relative_to(ROOT / package).as_posix()}` | {said} |"
            for path in sorted((ROOT / package).rglob("*.py"))
            if (said := subject(path))
        ]
        tables.append("\n".join([f"| `{package}/` | subject |", "| --- | --- |", *rows]))
    return "\n" + "\n\n".join(tables) + "\n\n"


def page() -> str:
    """CONTRIBUTING.md with today's map in it."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(START)
    _, _, after = rest.partition(END)
    return before + START + house() + END + after


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
