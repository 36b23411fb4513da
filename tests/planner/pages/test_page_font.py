from __future__ import annotations

import base64
import io

from fontTools.pens.recordingPen import RecordingPen
from fontTools.ttLib import TTFont

from planner.pages.page_font import page_fonts
from planner.styles.fonts import font_files


def characters(address: str) -> set[str]:
    """The characters of a font held in an address."""
    kind, _, content = address.partition(",")
    assert kind == "data:font/woff;base64"
    with TTFont(io.BytesIO(base64.b64decode(content))) as font:
        return {chr(point) for point in font.getBestCmap()}


def test_the_fonts_hold_what_the_page_says_and_little_more() -> None:
    """Both weights hold every character of the page that the shipped font has, so Chinese is never boxes."""
    fonts = page_fonts("三生空间 tCO₂e ≥ −5 %")
    assert set(fonts) == {"regular", "bold"}
    for address in fonts.values():
        held = characters(address)
        assert set("三生空间₂≥−%") <= held
        assert "镇" not in held
        assert len(address) < 60_000


def test_a_character_that_the_font_lacks_is_left_to_the_reader() -> None:
    """A page with a rare character is still written."""
    assert "𠀀" not in characters(page_fonts("𠀀")["regular"])


def test_a_copied_glyph_is_the_shipped_one() -> None:
    """Its outline, and the widths that outline and table state: of every kind of letter."""
    for weight, address in page_fonts("镇iW₂·—").items():
        with (
            TTFont(io.BytesIO(base64.b64decode(address.partition(",")[2]))) as font,
            TTFont(font_files()[weight]) as shipped,
        ):
            names = [each.getBestCmap() for each in (font, shipped)]
            for point, name in names[0].items():
                found = [
                    drawn(each, known[point]) for each, known in zip((font, shipped), names, strict=True)
                ]
                assert found[0] == found[1], (chr(point), name)


def drawn(font: TTFont, name: str) -> tuple[object, ...]:
    """The outline of a glyph, and its widths."""
    pen, outline = RecordingPen(), font["CFF "].cff.topDictIndex[0].CharStrings[name]
    outline.draw(pen)
    return pen.value, outline.width, font["hmtx"][name]
