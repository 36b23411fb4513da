"""The paper, element by element: the page names nothing that is not there."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from instances.carbon.account_lines import account_lines
from words.catalogue import LANGS

ROOT = Path(__file__).resolve().parents[2]
ELEMENTS = 66
STATES = {"en": ("works", "partly", "not"), "zh": ("有", "部分", "无")}
KEY = re.compile(r"^\| (`[^|]+) \|")
SPAN = re.compile(r"`([^`]+)`")


def page(lang: str) -> str:
    """The page in a language."""
    name = "paper.md" if lang == "en" else f"paper.{lang}.md"
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def rows(lang: str) -> list[list[str]]:
    """The cells of every row of its tables: element, state, where, note."""
    lines = [line for line in page(lang).splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in cells if row[1] in STATES[lang]]


@cache
def known() -> frozenset[str]:
    """Keys of the study file with their tables, indicators, policies, commands, lines of the account."""
    found = set()
    table = ""
    for line in (ROOT / "docs" / "study.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            table = re.sub(r"[`\[\] ]", "", line[3:])
            found.add(table)
        elif match := KEY.match(line):
            for name in SPAN.findall(match[1]):
                found |= {f"{table}.{name}", name}
    found |= {path.stem for path in (ROOT / "instances" / "data" / "policies").glob("*.toml")}
    found |= {
        f"sansheng {path.stem}".replace("_", "-") for path in (ROOT / "planner" / "commands").glob("*.py")
    }
    return frozenset(found | {line.name for line in account_lines()} | {"balance"})


@cache
def source() -> str:
    """The text of everything that writes files."""
    return "".join(path.read_text(encoding="utf-8") for path in (ROOT / "planner").rglob("*.py"))


@pytest.mark.parametrize("lang", LANGS)
def test_every_key_and_file_of_the_page_exists(lang: str) -> None:
    """A key of the study file, an indicator, a policy, a command, a line of the account, or a file that some
    command writes or reads."""
    named = {name for row in rows(lang) for cell in row for name in SPAN.findall(cell)}
    assert len(named) > 60
    unknown = {name for name in named if name not in known()}
    assert {name for name in unknown if f'"{name}"' not in source()} == set()
    assert all(Path(name).suffix for name in unknown)


def test_both_languages_say_the_same_of_every_element() -> None:
    """The same elements in the same order, with the same state, at the same places; counts as told."""
    both = {lang: rows(lang) for lang in LANGS}
    assert {len(found) for found in both.values()} == {ELEMENTS}
    states = {lang: [STATES[lang].index(row[1]) for row in found] for lang, found in both.items()}
    assert states["en"] == states["zh"]
    assert [SPAN.findall(row[2]) for row in both["en"]] == [SPAN.findall(row[2]) for row in both["zh"]]
    counts = [states["en"].count(number) for number in range(3)]
    for lang in LANGS:
        told = next(line for line in page(lang).splitlines() if line.startswith(("Of 66", "66 项")))
        assert [int(number) for number in re.findall(r"\d+", told)] == [ELEMENTS, *counts]


@pytest.mark.parametrize("lang", LANGS)
def test_what_is_partly_there_says_what_is_missing(lang: str) -> None:
    """Nothing is half promised."""
    assert [
        row[0] for row in rows(lang) if row[1] == STATES[lang][1] and row[3] == "–" and row[2] == "–"
    ] == []
