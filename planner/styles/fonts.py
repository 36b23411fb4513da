"""The fonts that maps and reports carry with them, so that Chinese reads on any machine.

A subset of Noto Sans CJK SC (SIL Open Font License): all of GB 2312, the third level of the table of general
standard Chinese characters (names of places and of people), Latin-1, and the signs of units.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

FAMILY = "Sansheng Sans SC"
"""Name under which the fonts are known to matplotlib."""

SPARE_FONTS = ("Noto Sans CJK SC", "Microsoft YaHei", "SimSun-ExtB", "PingFang SC", "SimHei", "DejaVu Sans")
"""Fonts of the machine for characters that the project's own lack."""
UNKNOWN = chr(0x3013)
"""The geta mark, which printers set for what no font holds; an empty box looks like a fault."""

_FOLDER = Path(__file__).parent.parent / "data" / "fonts"


def font_files() -> dict[str, Path]:
    """The font files by weight: ``regular`` and ``bold``."""
    return {weight: _FOLDER / f"NotoSansSC-{weight.title()}-subset.otf" for weight in ("regular", "bold")}


@cache
def register_fonts() -> str:
    """Make the fonts known to matplotlib; returns the family name to draw with."""
    from matplotlib import font_manager  # noqa: PLC0415  # half a second, spent only where something is drawn

    for path in font_files().values():
        font_manager.fontManager.addfont(path)
    return FAMILY


@cache
def families() -> list[str]:
    """The fonts of maps and charts: the project's own first, then those of the machine."""
    from matplotlib import font_manager  # noqa: PLC0415 - as above

    own = register_fonts()
    known = set(font_manager.get_font_names())
    return [own, *(name for name in SPARE_FONTS if name in known)]


def drawable(text: str) -> str:
    """A text as it can be drawn: ``UNKNOWN`` for each character that no font at hand holds."""
    if text.isascii():
        return text
    lacking = {
        char for char in text if char.isprintable() and ord(char) not in _held(font_files()["regular"])
    }
    for path in _spare_files() if lacking else ():
        lacking = {char for char in lacking if ord(char) not in _held(path)}
    return "".join(UNKNOWN if char in lacking else char for char in text)


@cache
def _held(path: Path) -> frozenset[int]:
    """The characters that a font holds, as code points."""
    from matplotlib.ft2font import FT2Font  # noqa: PLC0415 - as above

    return frozenset(FT2Font(path).get_charmap())


@cache
def _spare_files() -> list[Path]:
    """The files of the machine's fonts, in the order in which they are asked."""
    from matplotlib import font_manager  # noqa: PLC0415 - as above

    return [Path(font_manager.findfont(name)) for name in families()[1:]]
