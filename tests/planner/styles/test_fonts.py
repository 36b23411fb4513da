from __future__ import annotations

import re
import warnings
from pathlib import Path

import matplotlib as mpl
import pytest
from matplotlib import font_manager
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font

from planner.styles.fonts import UNKNOWN, drawable, font_files, register_fonts

ROOT = Path(__file__).resolve().parents[3]
CHINESE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")


def drawn(weight: str) -> set[str]:
    """The characters that a weight has a glyph for."""
    return {chr(point) for point in FT2Font(font_files()[weight]).get_charmap()}


def test_register_fonts_gives_both_weights_under_one_name() -> None:
    """Maps find the regular and the bold face by one family name, never a font of the machine."""
    family = register_fonts()
    for weight, name in ((400, "regular"), (700, "bold")):
        properties = font_manager.FontProperties(family=family, weight=weight)
        assert Path(font_manager.findfont(properties, fallback_to_default=False)) == font_files()[name]


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
def test_chinese_is_drawn_without_a_missing_glyph(suffix: str, tmp_path: Path) -> None:
    """A map with Chinese text and units draws every character, in every format we write."""
    with mpl.rc_context(
        {"font.family": register_fonts(), "axes.unicode_minus": True, "svg.fonttype": "path"}
    ):
        figure = Figure()
        figure.text(0.1, 0.5, "永久基本农田 生态保护红线 −1,240 tCO₂e/yr · 3.5 km² ≤ 95 % → 图斑（公顷）")
        figure.text(0.1, 0.7, "东莞市国土空间规划", weight="bold")
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            figure.savefig(tmp_path / f"text.{suffix}")
    assert (tmp_path / f"text.{suffix}").stat().st_size > 1_000


@pytest.mark.parametrize("weight", ["regular", "bold"])
def test_subset_holds_gb2312_and_the_signs_of_units(weight: str) -> None:
    """Every simplified character of the national standard and every sign of our units has a glyph."""
    rows = (bytes((row, cell)) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF))
    standard = {char for pair in rows for char in pair.decode("gb2312", errors="ignore")}
    latin = {chr(point) for point in (*range(0x20, 0x7F), *range(0xA1, 0x100))}
    assert len(standard) > 7_000
    wanted = standard | latin | set("²³₁₂₃₄≤≥×±–—·°‰→−∑√■●△✓")
    assert not wanted - drawn(weight)


def test_every_chinese_character_of_the_project_has_a_glyph() -> None:
    """What our tables, studies and programs say in Chinese can be drawn."""
    said = {
        char
        for folder in ("instances", "formulations", "planner")
        for suffix in ("*.csv", "*.toml", "*.py", "*.html", "*.json", "*.qml")
        for path in (ROOT / folder).rglob(suffix)
        if path.name != "make_subset.py"  # takes the places of letters that are not needed
        for char in CHINESE.findall(path.read_text(encoding="utf-8"))
    }
    assert said
    missing = sorted(said - drawn("regular"))
    assert not missing, (
        f"not in the font: {''.join(missing)}; add them to planner/data/fonts/further_characters.txt"
    )


def test_the_licence_lies_beside_the_fonts() -> None:
    """Whoever receives the fonts receives their licence."""
    text = (font_files()["regular"].parent / "OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in text
    assert "Adobe" in text


@pytest.mark.parametrize("weight", ["regular", "bold"])
def test_the_characters_of_place_names_have_a_glyph(weight: str) -> None:
    """The 1,605 characters of names in the general standard are drawn: 硚口, 鄠邑, 埇桥."""
    names = (font_files()["regular"].parent / "place_names.txt").read_text(encoding="utf-8").strip()
    assert len(set(names)) == 1_605
    assert set("硚鄠埇") <= set(names) <= drawn(weight)


def test_a_character_that_no_font_holds_is_marked_and_never_a_box() -> None:
    """What cannot be drawn stands as the printers' mark; all else stays as it is."""
    assert drawable("鄠邑区 2035") == "鄠邑区 2035"
    assert drawable("甲\U0003134a乙") == f"甲{UNKNOWN}乙"
