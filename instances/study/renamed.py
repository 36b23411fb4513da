"""Names that older studies use: what each is called now, and where it stands.

A name keeps its meaning, so that an older study gives the plan that it gave; that it has another name now is
told wherever the study is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

RENAMED = {"blue_green_connectivity": "blue_green_compactness"}
"""Indicators by their older names."""


def name_of_today(name: str) -> str:
    """What an indicator is called now."""
    return RENAMED.get(name, name)


def with_names_of_today(tree: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The tree of a study, its scenarios as well, with the names of today, and the places of older ones.

    Where both names stand side by side nothing is replaced: which of them is meant nobody can tell.
    """
    found, places = _renamed(tree, "")
    scenarios = found.get("scenarios")
    if isinstance(scenarios, Mapping):
        named = {}
        for name, scenario in scenarios.items():
            named[name] = scenario
            if isinstance(scenario, Mapping):
                named[name], more = _renamed(scenario, f"scenarios.{name}.")
                places += more
        found["scenarios"] = named
    return found, tuple(places)


def _renamed(tree: Mapping[str, Any], within: str) -> tuple[dict[str, Any], list[str]]:
    """The limits and the objective of one scenario with the names of today."""
    found, places = dict(tree), list[str]()
    limits, objective = tree.get("limits"), tree.get("objective")
    if isinstance(limits, list):
        found["limits"] = [dict(limit) if isinstance(limit, Mapping) else limit for limit in limits]
        for position, limit in enumerate(found["limits"]):
            old = limit.get("indicator") if isinstance(limit, dict) else None
            if isinstance(old, str) and old in RENAMED:
                limit["indicator"] = RENAMED[old]
                places.append(f"{within}limits[{position}].indicator")
    if isinstance(objective, Mapping):
        found["objective"] = dict(objective)
        for verb, weights in objective.items():
            if isinstance(weights, Mapping):
                found["objective"][verb] = {
                    RENAMED.get(name, name) if RENAMED.get(name) not in weights else name: weight
                    for name, weight in weights.items()
                }
                old_names = set(weights) - set(found["objective"][verb])
                places += [f"{within}objective.{verb}.{name}" for name in weights if name in old_names]
    return found, places
