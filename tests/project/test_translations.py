"""Pages in two languages say the same: headings, formulas, figures, and what is typed."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.zh.md"), *(ROOT / "docs").glob("*.zh.md")])
WHOLE = ("README", "mathematics", "coefficients", "linked")
"""Pages whose every figure and formula is compared; others tell the same in other examples here and there."""
BLOCK = re.compile(r"```.*?```", re.DOTALL)


def english(page: Path) -> str:
    """The page of the same name in English."""
    return page.with_name(page.name.replace(".zh", "")).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_headings_are_the_same(page: Path) -> None:
    """Both pages have as many chapters, of the same depth and in the same order."""
    depths = [
        [len(signs) for signs in re.findall(r"^(#+) ", BLOCK.sub("", text), re.MULTILINE)]
        for text in (page.read_text(encoding="utf-8"), english(page))
    ]
    assert depths[0] == depths[1]


def told(text: str) -> dict[str, Counter[str]]:
    """What a page says in no language: displayed formulas, figures, and keys, files and commands."""
    plain = re.sub(r"\]\([^)]*\)", "", BLOCK.sub("", text)).replace("−", "-")
    prose = re.sub(r"\$\$.*?\$\$|\$[^$\n]+\$|`[^`\n]+`", "", plain, flags=re.DOTALL)
    return {
        "formulas": Counter(re.findall(r"\$\$.*?\$\$", plain, re.DOTALL)),
        "figures": Counter(re.findall(r"(?<![A-Za-z\d])\d+(?:,\d{3})*(?:\.\d+)?", prose)),
        "typed": Counter(re.findall(r"`([^`\n]+)`", plain.replace(" --lang zh --out", " --out"))),
    }


@pytest.mark.parametrize("page", [one for one in PAGES if one.name.split(".")[0] in WHOLE], ids=str)
def test_figures_and_formulas_are_the_same(page: Path) -> None:
    """No formula, figure, key or command stands in one language alone."""
    here, there = told(page.read_text(encoding="utf-8")), told(english(page))
    for kind in here:
        assert here[kind] == there[kind], kind


def test_the_readme_and_its_pages_are_there_in_chinese() -> None:
    """The README, the mathematics and the coefficients are read in Chinese."""
    assert {page.name.split(".")[0] for page in PAGES} >= set(WHOLE)
