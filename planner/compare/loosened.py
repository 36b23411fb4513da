"""A scenario without a plan, loosened as its infeasibility says: a study of its own that says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from formulations.core.problem import Limit
from instances.study.file import StudyFile
from planner.plans.optimise import Loaded
from planner.words.catalogue import Words
from planner.words.indicator_names import label
from planner.words.numbers import nearest

if TYPE_CHECKING:
    from formulations.infeasible import Infeasibility, Relaxation

NAME = {"en": "{} (relaxed)", "zh": "{}（已放宽）"}
MARK = {
    "en": "Relaxed: scenario {} has no plan as it stands, so limits were moved: {}.",
    "zh": "已放宽：情景“{}”按原约束没有可行方案，已调整约束：{}。",
}
MOVED = {"en": "{} from {} to {} {}", "zh": "{}由 {} 调至 {} {}"}
BETWEEN = {"en": "; ", "zh": "；"}


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
    for stated, limit in zip(tree["limits"], loaded.problem.limits, strict=True):
        limits += _restated(stated, limit, moves)
    name = NAME[lang].format(scenario)
    marks = [*tree.get("marks", []), mark(why, scenario, lang)]
    tree = {**tree, "limits": limits, "marks": marks, "scenarios": {name: {}}}
    relaxed = Loaded(StudyFile(loaded.source.path, tree), name, cache=loaded.cache)
    relaxed.log.opening(loaded.source.path.name, name)
    relaxed.log.say(marks[-1])
    return relaxed


def mark(why: Infeasibility, scenario: str, lang: str) -> str:
    """The sentence that every use of the loosened plan must show."""
    return MARK[lang].format(scenario, BETWEEN[lang].join(moved(each, lang) for each in why.together))


def moved(relaxation: Relaxation, lang: str) -> str:
    """A limit that moves, in words: its name, from where, to where."""
    indicator, _, district = relaxation.label.partition(" (")
    name = label(indicator, lang)
    where = f" ({district}" if district else ""
    unit = Words(lang).unit(relaxation.unit)
    if relaxation.bound_from is None or relaxation.bound_to is None:
        return f"{name}{where}: {nearest(relaxation.amount)} {unit}"
    ends = nearest(relaxation.bound_from), nearest(relaxation.bound_to)
    return MOVED[lang].format(f"{name}{where}", *ends, unit)


def _restated(
    stated: dict[str, Any], limit: Limit, moves: dict[tuple[str, str], Relaxation]
) -> list[dict[str, Any]]:
    """A limit of the study file as it stands, or in numbers where some of its districts move."""
    bounded = np.flatnonzero(np.isfinite(limit.at_least) | np.isfinite(limit.at_most))
    if not any((limit.place, limit.label(int(district))) in moves for district in bounded):
        return [stated]
    found = []
    for district in bounded:
        sides = {"at_least": float(limit.at_least[district]), "at_most": float(limit.at_most[district])}
        move = moves.get((limit.place, limit.label(int(district))))
        if move is not None and move.bound_from is not None and move.bound_to is not None:
            sides["at_least" if move.bound_to < move.bound_from else "at_most"] = move.bound_to
        kept = {key: value for key, value in stated.items() if key not in sides}
        if limit.districts.names[district]:
            kept["district"] = limit.districts.names[district]
        found.append({**kept, **{key: value for key, value in sides.items() if np.isfinite(value)}})
    return found
