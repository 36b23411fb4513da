"""Which class every code of a land cover was read as, printed: for whoever knows the file to check."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from planner.terminal.speech import console, say, text, words
from planner.terminal.summary import plain, table

if TYPE_CHECKING:
    from planner.start.code_rows import CodeRow

MOST_CODES = 100
"""Longer lists are cut to the largest areas; a study file of ``init`` holds them whole."""


def print_crosswalk(codes: Sequence[CodeRow]) -> None:
    """Print code, what the scheme calls it, class and hectares."""
    area = text("carbon_crosswalk.area")
    heads = [text(f"carbon_crosswalk.{key}") for key in ("code", "called", "read_as")]
    shown = table(*heads, area, numbers=(area,))
    kept = sorted(codes, key=lambda row: -row.area_ha)[:MOST_CODES] if len(codes) > MOST_CODES else codes
    for row in kept:
        name = row.read_as or text("carbon_crosswalk.no_class")
        shown.add_row(plain(row.code), plain(row.called), plain(name), f"{row.area_ha:,.2f}")
    say("carbon_crosswalk.title")
    console().print(shown)
    if len(kept) < len(codes):
        rest = sum(row.area_ha for row in codes) - sum(row.area_ha for row in kept)
        left = words().count_text("carbon_crosswalk.more", len(codes) - len(kept), ha=f"{rest:,.2f}")
        console().print(left, markup=False)
