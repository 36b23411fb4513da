"""The annex on vegetation in the report: what is planted of each class, what of it is native, and species."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from instances.land.species import Species, marked
from instances.study.labels import named
from planner.report.land import swatch
from planner.report.subject import Subject
from words.catalogue import Words, figure

HEADS = ("name", "called", "mark", "form", "sites", "source")
"""The columns of a species list, by their keys in the catalogue."""


@dataclass(frozen=True, slots=True)
class PlantingLine:
    """A class that the study marks as native or not: its mark, area today and in the plan, and how much of
    the plan is new, in ha."""

    name: str
    colour: str
    edge: str
    native: str
    today: str
    plan: str
    new: str


@dataclass(frozen=True, slots=True)
class Annex:
    """The annex as the page shows it: classes, a sentence on what is native, and the species list by class:
    scientific name, what it is called, mark, form, sites, source."""

    lines: tuple[PlantingLine, ...]
    sentence: str
    species: tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]
    heads: tuple[str, ...] = HEADS


def annex(subject: Subject) -> Annex | None:
    """The annex of a plan; None where the study marks no class and has no species list."""
    instance, words, moved = subject.instance, subject.words, subject.moved_ha
    every, native = marked(instance.study, instance.classes)
    if not every.any() and not instance.species:
        return None
    new = moved.sum(axis=0) - np.diag(moved)
    lines = [
        PlantingLine(
            subject.land(item),
            *swatch(item),
            mark(bool(native[k]), words),
            figure(float(moved[k].sum())),
            figure(float(moved[:, k].sum())),
            figure(float(new[k])),
        )
        for k, item in enumerate(instance.classes)
        if every[k]
    ]
    planted, of_it = float(new[every].sum()), float(new[native].sum())
    sentence = ""
    if planted > 0:
        told = {"planted": words.amount(planted, "ha"), "native": words.amount(of_it, "ha")}
        sentence = words("vegetation.share", share=words.share(of_it, planted), **told)
    listed: dict[str, list[tuple[str, ...]]] = {}
    for one in instance.species:
        listed.setdefault(one.land, []).append(row_of(one, words))
    species = [
        (subject.land(instance.classes[instance.classes.index(name)]), tuple(rows))
        for name, rows in listed.items()
    ]
    return Annex(tuple(lines), sentence, tuple(species))


def mark(native: bool | None, words: Words) -> str:
    """Whether something is native, in a word; empty where nobody says."""
    return "" if native is None else words.text("vegetation.native" if native else "vegetation.other")


def row_of(one: Species, words: Words) -> tuple[str, ...]:
    """A species as cells: scientific name, what it is called, mark, form, sites, source."""
    called = named(dict(one.called), words.lang, "")
    return one.name, called, mark(one.native, words), one.form, one.sites, one.source
