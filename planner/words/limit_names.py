"""Names of limits for readers: with stages, also the year and what in it is bounded."""

from __future__ import annotations

from instances.study.schema import LimitTable, Stages
from words.catalogue import Words


def in_year(name: str, year: int | None, counts: str, words: Words) -> str:
    """The name of what is limited, with the year of its stage where it has one."""
    if year is None:
        return name
    key = {"stage": "stages.of_stage", "sum": "stages.until"}.get(counts, "stages.in_year")
    return words.text(key, name=name, year=year)


def as_asked(name: str, limit: LimitTable, stages: Stages | None, words: Words) -> str:
    """The name of what a limit of a study bounds, with the years that it holds in: the last one where the
    study names none (``formulations.staged.problem.stages_meant``)."""
    if stages is None:
        return name
    if limit.year is not None or not (limit.every_year or limit.counts == "stage"):
        year = stages.years[-1] if limit.year is None else limit.year
        return in_year(name, year, limit.counts, words)
    if limit.counts == "stage":
        return words.text("stages.of_every_stage", name=name)
    if limit.counts == "sum":
        return words.text("stages.until_every", name=name)
    return words.text("stages.in_every_year", name=name)
