"""A scenario without a plan, loosened as its infeasibility says: a study of its own that says so."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from formulations.core.problem import LayoutProblem
from formulations.core.rows import Row
from instances.study.file import StudyFile
from instances.study.labels import named
from planner.plans.optimise import Loaded
from planner.words.indicator_names import limit_label
from planner.words.scenario_names import relaxed_label, stated_label
from words.catalogue import Words
from words.numbers import nearest, not_above, not_below

if TYPE_CHECKING:
    from formulations.infeasible import Infeasibility, Relaxation


def loosened(loaded: Loaded, why: Infeasibility, scenario: str) -> Loaded | None:
    """The scenario with every limit of ``why.together`` moved as it says; None where no limit is named.

    ``scenario`` is its name in the study (``loaded`` may be loosened already). Name and marks say that it is
    relaxed, so that its run's folder does; limits by district are stated district by district.
    """
    moves = {(each.place, each.label): each for each in why.together if each.kind == "limit"}
    if not moves:
        return None
    lang = loaded.study.lang
    tree = loaded.source.resolved(loaded.scenario)
    limits: list[dict[str, Any]] = []
    for number, stated in enumerate(tree["limits"]):
        own = [row for row in loaded.problem.rows if row.place == f"limits[{number}]"]
        limits += _restated(stated, own, partial(_sides, loaded.problem), moves)
    name = Words(lang).text("comparison.relaxed_name", name=scenario)
    label = relaxed_label(scenario, tree.pop("label", None))
    marks = [*tree.get("marks", []), mark(why, stated_label(named(label, lang, name), Words(lang)), lang)]
    tree = {**tree, "limits": limits, "marks": marks, "scenarios": {name: {"label": label}}}
    relaxed = Loaded(StudyFile(loaded.source.path, tree), name, cache=loaded.cache)
    relaxed.log.opening(loaded.source.path.name, name)
    relaxed.log.say(marks[-1])
    return relaxed


def mark(why: Infeasibility, scenario: str, lang: str) -> str:
    """The sentence that every use of the loosened plan must show."""
    words = Words(lang)
    moves = words.text("series.semicolon").join(moved(each, lang) for each in why.together)
    return words.text("comparison.loosened", name=scenario, moves=moves)


def moved(relaxation: Relaxation, lang: str) -> str:
    """A limit that moves, in words: its name, from where, to where."""
    words, limit = Words(lang), relaxation.label
    if relaxation.kind == "limit":
        limit = limit_label(relaxation.label, lang)
    unit = words.unit(relaxation.unit)
    if relaxation.bound_from is None or relaxation.bound_to is None:
        return words.text("comparison.moved_by", limit=limit, amount=nearest(relaxation.amount), unit=unit)
    beyond = not_above if relaxation.bound_to < relaxation.bound_from else not_below
    ends = {"before": nearest(relaxation.bound_from), "after": beyond(relaxation.bound_to)}
    return words.text("comparison.moved", limit=limit, **ends, unit=unit)


def _restated(
    stated: dict[str, Any],
    rows: list[Row],
    bounds: Callable[[Row], dict[str, float]],
    moves: dict[tuple[str, str], Relaxation],
) -> list[dict[str, Any]]:
    """A limit of the study file as it stands, or in numbers where some of its districts move."""
    if not any((row.place, row.label) in moves for row in rows):
        return [stated]
    found = []
    for row in rows:
        sides = bounds(row)
        move = moves.get((row.place, row.label))
        if move is not None and move.bound_from is not None and move.bound_to is not None:
            sides["at_least" if move.bound_to < move.bound_from else "at_most"] = move.bound_to
        kept = {key: value for key, value in stated.items() if key not in ("at_least", "at_most", "caps")}
        if row.key.district:
            kept["district"] = row.key.district
        found.append({**kept, **{key: value for key, value in sides.items() if np.isfinite(value)}})
    return found


def _sides(problem: LayoutProblem, row: Row) -> dict[str, float]:
    """The bounds of a row as the study states them: those of a ratio, not of the linear row that asks it."""
    stated = problem.limits[row.limit].ratio
    if stated is None:
        return {"at_least": row.lower, "at_most": row.upper}
    bound = float(stated.bound[row.position])
    return {"at_least" if stated.lower else "at_most": bound}
