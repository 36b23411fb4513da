from __future__ import annotations

import re
import string
import tomllib
from pathlib import Path

import pytest

from planner.words.catalogue import TABLE, Words, difference, figure

TREE = tomllib.loads(TABLE.read_text(encoding="utf-8"))
ENTRIES = {f"{part}.{key}": both for part, entries in TREE.items() for key, both in entries.items()}


def fields(text: str) -> set[str]:
    """The names of the values that a sentence takes."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_say_the_same() -> None:
    """Every sentence exists in Chinese and in English, and takes the same figures in both."""
    for key, both in ENTRIES.items():
        chinese, english = both
        assert fields(chinese) == fields(english) or key == "series.comma", key


def test_every_word_is_used() -> None:
    """The table of words holds nothing that no page says."""
    folder = Path(TABLE).parent.parent
    files = [*folder.glob("*.py"), *folder.glob("templates/**/*.html")]
    source = "\n".join(path.read_text(encoding="utf-8") for path in files)
    begun = set(re.findall(r"""["'](\w+\.\w*)(?:["'] ~|\{)""", source))
    said = set(re.findall(r"""["'](\w+\.\w+)["']""", source))
    assert [key for key in ENTRIES if key not in said and not key.startswith(tuple(begun))] == []


def test_one_and_many() -> None:
    """English tells one thing from several."""
    words = Words("en")
    assert words.count("asked.cells", 1) == "1 cell"
    assert words.count("asked.cells", 1200) == "1,200 cells"


@pytest.mark.parametrize(
    ("things", "zh", "en"),
    [
        ([], "", ""),
        (["a"], "a", "a"),
        (["a", "b"], "a和b", "a and b"),
        (["a", "b", "c"], "a、b和c", "a, b and c"),
    ],
)
def test_things_one_after_another(things: list[str], zh: str, en: str) -> None:
    """Lists read as a sentence in either language."""
    assert Words("zh").series(things) == zh
    assert Words("en").series(things) == en


def test_units_read_well() -> None:
    """Units have their subscript, and Chinese names in Chinese."""
    assert Words("en").unit("tCO2e/yr per ha") == "tCO₂e/yr per ha"
    assert Words("zh").unit("tCO2e/yr per ha") == "tCO₂e/年 每公顷"
    assert Words("zh").unit("ha·m") == "ha·m"


def test_figures_have_a_true_minus_and_no_minus_zero() -> None:
    """A figure never reads −0, and a change says its direction."""
    assert figure(-0.0) == "0"
    assert figure(-1234.5) == "−1,234.5"
    assert difference(5) == "+5.00"


def test_values_are_escaped() -> None:
    """A name that looks like markup is shown, not run."""
    assert "<b>" not in Words("en")("page.scenario", name="<b>")


def test_nothing_of_nothing_has_no_percentage() -> None:
    """A change from zero has no change in per cent."""
    assert Words("en").percent(3.0, 0.0) == "–"
    assert Words("en").share(1.0, 0.0) == "–"
