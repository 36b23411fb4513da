"""The fonts that maps and reports carry with them, so that Chinese reads on any machine.

A subset of Noto Sans CJK SC (SIL Open Font License): all of GB 2312, Latin-1, and the signs of units.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

FAMILY = "Sansheng Sans SC"
"""Name under which the fonts are known to matplotlib."""

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
