"""The fonts of a page: only the characters that it uses, held in the page itself.

Glyphs are copied as they are, not run through: ``data/fonts`` holds them so that each stands by itself, with
a width that reads alike in each. Cutting a font in general takes longer than all else of a report.
"""

from __future__ import annotations

import io
from functools import cache

from fontTools.fontBuilder import FontBuilder
from fontTools.misc.psCharStrings import T2CharString
from fontTools.ttLib import TTFont

from planner.pages.map_images import data_address
from planner.styles.fonts import FAMILY, font_files

ALWAYS = frozenset(map(chr, range(0x20, 0x7F))) | frozenset("−→≥≤")
"""Characters that scripts and style sheets may write."""
MISSING = ".notdef"
HEIGHTS = ("ascent", "descent", "lineGap")
LINES = (
    "sTypoAscender", "sTypoDescender", "sTypoLineGap", "usWinAscent", "usWinDescent", "usWeightClass",
    "fsSelection", "sxHeight", "sCapHeight",
)  # fmt: skip
EM, UNSTATED = 1000, {"defaultWidthX": 1000, "nominalWidthX": 0}
"""Units an em has, and the widths of the glyphs as ``make_subset.py`` writes them."""


def page_fonts(text: str) -> dict[str, str]:
    """The fonts by weight (``regular``, ``bold``) as data addresses (WOFF), cut to a text's characters."""
    wanted = set(text) | ALWAYS
    return {weight: data_address("font/woff", _cut(weight, wanted)) for weight in font_files()}


@cache
def _source(weight: str) -> TTFont:
    """A shipped font, opened once; only what is asked for of it is read."""
    return TTFont(io.BytesIO(font_files()[weight].read_bytes()), recalcTimestamp=False)


def _cut(weight: str, wanted: set[str]) -> bytes:
    """A font of the characters wanted and of nothing else; those that the font lacks are left out."""
    source = _source(weight)
    glyphs = source.getBestCmap()
    named = {ord(char): glyphs[ord(char)] for char in sorted(wanted) if ord(char) in glyphs}
    order = [MISSING, *dict.fromkeys(named.values())]
    font = FontBuilder(EM, isTTF=False)
    font.font.recalcBBoxes = font.font.recalcTimestamp = False
    _heads(font, source, order, named)
    style = source["name"].getDebugName(2)
    font.setupNameTable({"familyName": FAMILY, "styleName": style}, mac=False)
    outlines = source["CFF "].cff.topDictIndex[0].CharStrings
    copies = {name: T2CharString(bytecode=outlines[name].bytecode) for name in order}
    font.setupCFF(f"{FAMILY.replace(' ', '')}-{style}", {}, copies, UNSTATED)
    font.setupPost(keepGlyphNames=False)
    font.font.flavor = "woff"
    stream = io.BytesIO()
    font.font.save(stream)
    return stream.getvalue()


def _heads(font: FontBuilder, source: TTFont, order: list[str], named: dict[int, str]) -> None:
    """The tables of a font that tell how large it is, taken over from its source."""
    head, across = source["head"], source["hhea"]
    box = {name: getattr(head, name) for name in ("xMin", "yMin", "xMax", "yMax")}
    font.updateHead(created=head.created, modified=head.modified, macStyle=head.macStyle, **box)
    font.setupGlyphOrder(order)
    font.setupCharacterMap(named)
    font.setupHorizontalMetrics({name: source["hmtx"][name] for name in order})
    font.setupHorizontalHeader(**{name: getattr(across, name) for name in HEIGHTS})
    for name in ("advanceWidthMax", "minLeftSideBearing", "minRightSideBearing", "xMaxExtent"):
        setattr(font.font["hhea"], name, getattr(across, name))
    font.setupOS2(**{name: getattr(source["OS/2"], name) for name in LINES})
