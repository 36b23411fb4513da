"""The fonts of a page: only the characters that it uses, held in the page itself."""

from __future__ import annotations

import io

from fontTools import subset
from fontTools.ttLib import TTFont

from planner.report.map_images import data_address
from planner.styles.fonts import font_files

ALWAYS = frozenset(map(chr, range(0x20, 0x7F))) | frozenset("−→≥≤")
"""Characters that scripts and style sheets may write."""


def page_fonts(text: str) -> dict[str, str]:
    """The fonts by weight (``regular``, ``bold``) as data addresses (WOFF2), cut to a text's characters."""
    wanted = set(text) | ALWAYS
    return {
        weight: data_address("font/woff2", _cut(path.read_bytes(), wanted))
        for weight, path in font_files().items()
    }


def _cut(font_file: bytes, wanted: set[str]) -> bytes:
    options = subset.Options()
    options.flavor = "woff2"
    options.hinting = False
    options.desubroutinize = True
    options.layout_features = ["kern"]
    options.name_IDs = [1, 2]
    options.notdef_outline = True
    with TTFont(io.BytesIO(font_file), recalcTimestamp=False) as font:
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=[ord(char) for char in wanted])
        cutter.subset(font)
        font.flavor = "woff2"
        stream = io.BytesIO()
        font.save(stream)
    return stream.getvalue()
