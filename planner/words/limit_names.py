"""Names of limits for readers: with stages, also the year and what in it is bounded."""

from __future__ import annotations

from words.catalogue import Words


def in_year(name: str, year: int | None, counts: str, words: Words) -> str:
    """The name of what is limited, with the year of its stage where it has one."""
    if year is None:
        return name
    key = {"stage": "stages.of_stage", "sum": "stages.until"}.get(counts, "stages.in_year")
    return words.text(key, name=name, year=year)
