from __future__ import annotations

import re
import string
import tomllib
from pathlib import Path

import pytest

from words.catalogue import LANGS, Words, catalogue, difference, figure, texts

CHOSEN = {"series.comma", *(f"verify.limit_{part}" for part in ("named", "itself", "part", "priced"))}
"""Texts for which each language takes of the values given what it needs."""
ROOT = Path(__file__).resolve().parents[2]
PLANNER = ROOT / "planner"


def entries(lang: str) -> dict[str, str]:
    """Every sentence of a language by its dotted key."""
    return texts(lang)


def fields(text: str) -> set[str]:
    """The names of the values that a sentence takes."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_language_says_the_same() -> None:
    """Every sentence exists in every language, and takes the same figures in each."""
    first, *others = (entries(lang) for lang in LANGS)
    for other in others:
        assert first.keys() ^ other.keys() == set()
        for key, text in first.items():
            assert fields(text) == fields(other[key]) or key in CHOSEN, key


def test_every_sentence_has_one_place() -> None:
    """No subject is in two files, and each language has the same subjects in the same files."""
    first, *others = ({path.name: list(tree(path)) for path in catalogue(lang).iterdir()} for lang in LANGS)
    assert all(other == first for other in others)
    subjects = [subject for names in first.values() for subject in names]
    assert len(subjects) == len(set(subjects))


def tree(path: Path) -> dict[str, dict[str, str]]:
    """A file of the catalogue as subjects with sentences."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def test_every_word_is_used() -> None:
    """The catalogue holds nothing that no reader meets."""
    programs = [
        path
        for room in ("words", "planner", "formulations", "instances")
        for path in (ROOT / room).rglob("*.py")
    ]
    files = [
        *programs,
        *PLANNER.rglob("templates/**/*.html"),
        *PLANNER.rglob("templates/**/*.css"),
    ]
    source = "\n".join(path.read_text(encoding="utf-8") for path in files)
    begun = set(re.findall(r"""["'](\w+\.\w*)(?:["'] ~|\{)""", source)) | {"units."}
    said = set(re.findall(r"""["'](\w+\.\w+)["']""", source))
    assert [key for key in entries("en") if key not in said and not key.startswith(tuple(begun))] == []


def test_one_and_many() -> None:
    """English tells one thing from several."""
    words = Words("en")
    assert words.count("asked.cells", 1) == "1 cell"
    assert words.count("asked.cells", 1200) == "1,200 cells"


def test_one_and_many_as_plain_text() -> None:
    """The terminal and tables tell one from several as pages do, with nothing escaped."""
    assert Words("en").count_text("prices.line_units", 1, dearest="<5").startswith("; 1 unit would")
    assert Words("en").count_text("prices.line_units", 2, dearest="<5").startswith("; 2 units would")
    assert "about <5" in Words("en").count_text("prices.line_units", 1, dearest="<5")


@pytest.mark.parametrize(
    ("lang", "name", "inside", "land"),
    [
        ("en", "Area of cropland", "area of cropland", "cropland"),
        ("zh", "耕地面积", "耕地面积", "耕地"),
        ("zh", "Noise", "Noise", "Noise"),
    ],
)
def test_names_fit_into_a_sentence(lang: str, name: str, inside: str, land: str) -> None:
    """English names begin with a small letter; land is named without the word for its area."""
    assert Words(lang).inside(name) == inside
    assert Words(lang).land_of_area(name) == land


@pytest.mark.parametrize(
    ("unit", "zh", "en"),
    [("ha", "公顷", "hectare"), ("%", "个百分点", "percentage point"), ("", "单位", "unit"), ("t", "t", "t")],
)
def test_one_more_of_a_unit(unit: str, zh: str, en: str) -> None:
    """A unit is said of one as readers say it, and one that nobody named as it is written."""
    assert Words("zh").one(unit) == zh
    assert Words("en").one(unit) == en


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
    assert Words("zh").unit("ha·m") == "公顷·米"
    assert Words("zh").unit("ha·m per ha") == "公顷·米 每公顷"
    assert Words("zh").unit("m2/person") == "平方米/人"
    assert Words("zh").unit("kg/ha") == "千克/公顷"
    assert Words("zh").unit("t/yr") == "吨/年"


def test_figures_have_a_true_minus_and_no_minus_zero() -> None:
    """A figure never reads −0, and a change says its direction."""
    assert figure(-0.0) == "0"
    assert figure(-1234.5) == "−1,234.50"
    assert difference(5) == "+5.00"


def test_values_are_escaped() -> None:
    """A name that looks like markup is shown, not run."""
    assert "<b>" not in Words("en")("page.scenario", name="<b>")


def test_nothing_of_nothing_has_no_percentage() -> None:
    """A change from zero has no change in per cent."""
    assert Words("en").percent(3.0, 0.0) == "–"
    assert Words("en").share(1.0, 0.0) == "–"


@pytest.mark.parametrize("room", ["agreement", "alternatives", "robust"])
def test_words_are_in_the_catalogue_only(room: str) -> None:
    """A room holds no Chinese of its own, and asks nowhere which language it speaks."""
    for path in (PLANNER / room).glob("*.py"):
        source = path.read_text(encoding="utf-8")
        assert re.findall(r"[\u4e00-\u9fff]|\blang [!=]= |\[lang\]", source) == [], path.name


@pytest.mark.parametrize(
    ("lang", "other_words"),
    [
        ("en", ("the score", "the floor", "shadow price", "dual price", "optimality gap")),
        ("zh", ("得分", "余地", "下限不", "影子价格", "目标函数值", "最优值差")),
    ],
)
def test_one_word_for_one_thing(lang: str, other_words: tuple[str, ...]) -> None:
    """Objective, bound, gap, room left and price have one name each, that of the page on certificates."""
    found = [key for key, text in entries(lang).items() for word in other_words if word in text.lower()]
    assert found == []
