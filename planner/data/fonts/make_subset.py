"""Cut the fonts of this folder out of Noto Sans CJK.

    python planner/data/fonts/make_subset.py Regular NotoSansCJK-Regular.ttc
    python planner/data/fonts/make_subset.py Bold NotoSansCJK-Bold.ttc

Needs fontTools (which comes with Sansheng) and the collection that Noto publishes (2.004 was
used). The result carries a name of its own, so that it never stands in for an installed font.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTCollection, TTFont

HERE = Path(__file__).parent
FACE = "Noto Sans CJK SC"
FAMILY = "Sansheng Sans SC"
FURTHER = HERE / "further_characters.txt"
"""Signs that figures and units need, and further characters of place names."""
PLACE_NAMES = HERE / "place_names.txt"
"""The third level of the table of general standard Chinese characters (通用规范汉字表, 2013): names of
places and of people, 1,605 characters, most of which GB 2312 lacks."""

LOWERED = {"₁": ("¹", "ㄱ"), "₂": ("²", "ㄴ"), "₃": ("³", "ㄷ"), "₄": ("⁴", "ㄹ")}
"""Subscripts (CO₂, CH₄), which Noto Sans CJK lacks: the superscript to lower, and a letter not needed here
whose place in the font it takes."""
DROP = 420
"""By how much a superscript is lowered, in thousandths of the em."""
EM = 1000
MOVES = {"hmoveto": 1, "vmoveto": 1, "rmoveto": 2, "endchar": 0}
"""What an outline begins with, and its arguments; one more is the width of the glyph."""


def characters() -> set[str]:
    """ASCII, Latin-1, Greek, the signs above, all of GB 2312, and the characters of names."""
    wanted = {
        chr(point)
        for point in (*range(0x20, 0x7F), *range(0xA0, 0x100), *range(0x391, 0x3CA))
        if point != 0x3A2
    }
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            wanted |= set(bytes((row, cell)).decode("gb2312", errors="ignore"))
    further = "".join(path.read_text(encoding="utf-8") for path in (FURTHER, PLACE_NAMES))
    return wanted | (set(further) - {"\n"})


def add_subscripts(font: TTFont) -> None:
    """Put lowered superscripts in the place of the letters kept for them."""
    top = font["CFF "].cff.topDictIndex[0]
    glyphs = font.getGlyphSet()
    for subscript, (superscript, place) in LOWERED.items():
        source, target = (font.getBestCmap()[ord(char)] for char in (superscript, place))
        width = font["hmtx"][source][0]
        private = top.FDArray[top.FDSelect[font.getGlyphID(target)]].Private
        pen = T2CharStringPen(width - private.nominalWidthX, glyphs)
        glyphs[source].draw(TransformPen(pen, (1, 0, 0, 1, 0, -DROP)))
        top.CharStrings[target] = pen.getCharString(private, font["CFF "].cff.GlobalSubrs)
        font["hmtx"][target] = font["hmtx"][source]
        for table in font["cmap"].tables:
            if ord(place) in table.cmap:
                table.cmap[ord(subscript)] = table.cmap.pop(ord(place))


def make_plain(font: TTFont) -> None:
    """Let every glyph stand by itself, with a width that reads alike in each: so reports copy those they need
    without running through their outlines."""
    cff = font["CFF "].cff
    cff.desubroutinize()
    top = cff.topDictIndex[0]
    for name in font.getGlyphOrder():
        outline = top.CharStrings[name]
        outline.decompile()
        first = next(at for at, part in enumerate(outline.program) if isinstance(part, str))
        shape = outline.program[first - MOVES[outline.program[first]] :]
        width = font["hmtx"][name][0]
        outline.program = shape if width == EM else [width, *shape]
    for part in top.FDArray:
        part.Private.defaultWidthX, part.Private.nominalWidthX = EM, 0


def rename(font: TTFont, style: str) -> None:
    """Give the cut font its own family name; copyright, licence and trademark lines stay."""
    names = font["name"]
    keep = {0, 7, 13, 14}
    names.names = [record for record in names.names if record.nameID in keep and record.platformID == 3]
    postscript = f"{FAMILY.replace(' ', '')}-{style}"
    for number, text in {
        1: FAMILY,
        2: style,
        3: f"2.004;{postscript}",
        4: f"{FAMILY} {style}",
        6: postscript,
    }.items():
        names.setName(text, number, 3, 1, 0x409)
    names.setName("Version 2.004; subset of Noto Sans CJK SC", 5, 3, 1, 0x409)
    cff = font["CFF "].cff
    cff.fontNames = [postscript]
    cff.topDictIndex[0].FullName = f"{FAMILY} {style}"
    cff.topDictIndex[0].FamilyName = FAMILY


def cut(source: Path, style: str) -> Path:
    """Write the subset of one weight beside this script; returns its path."""
    fonts = TTCollection(source).fonts
    font = next(font for font in fonts if font["name"].getDebugName(1) == FACE)
    options = subset.Options(
        hinting=False, layout_features=[], name_IDs=["*"], notdef_outline=True, glyph_names=False
    )
    options.drop_tables += ["BASE", "GPOS", "GSUB", "GDEF", "VORG", "vhea", "vmtx"]
    cutter = subset.Subsetter(options)
    places = {place for _, place in LOWERED.values()}
    cutter.populate(unicodes={ord(char) for char in characters() | places})
    cutter.subset(font)
    add_subscripts(font)
    make_plain(font)
    rename(font, style)
    target = HERE / f"NotoSansSC-{style}-subset.otf"
    font["head"].modified = font["head"].created
    font.recalcTimestamp = False
    font.save(target)
    return target


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    written = cut(Path(sys.argv[2]), sys.argv[1])
    print(f"{written.name}: {written.stat().st_size / 1e6:.2f} MB")
