"""The names of stages and of solves under way, as a progress bar shows them."""

from __future__ import annotations

import re

from planner.words.draw_names import draw_name
from words.catalogue import Words

_ABOUT = re.compile(r"(?P<what>range of|without) (?P<name>.+)")
_SOLVES = {
    "best_plan": re.compile(r"best plan"),
    "alternative": re.compile(r"alternative (?P<n>\d+)"),
    "end": re.compile(r"end at the best (?P<name>.+)"),
    "best": re.compile(r"best (?P<name>.+)"),
    "point": re.compile(r"point at (?P<value>.+)"),
    "coefficients": re.compile(r"coefficients: (?P<name>.+)"),
    "nearest": re.compile(r"nearest to the plan as given: (?P<name>.+)"),
}


def stage_name(stage: str, words: Words) -> str:
    """A stage in a language; ``SCENARIO: STAGE`` keeps the scenario, and what has no name stays as it is."""
    scenario, colon, rest = stage.rpartition(": ")
    about = _ABOUT.fullmatch(rest)
    if about is not None:
        key = "progress.range_of" if about["what"] == "range of" else "progress.without"
        named = words.text(key, name=about["name"])
    else:
        named = words.find(f"progress.{rest.replace(' ', '_')}") or rest
    return words.text("progress.of_scenario", scenario=scenario, stage=named) if colon else named


def solve_name(name: str, words: Words) -> str:
    """A question of a sweep in a language; the bound of a slice before it stays as it is."""
    for key, form in _SOLVES.items():
        whole = form.fullmatch(name)
        if whole is not None:
            found = whole.groupdict()
            if key in ("coefficients", "nearest"):
                found["name"] = draw_name(found["name"], words)
            return words.text(f"progress.solve_{key}", **found)
    bound, colon, rest = name.partition(": ")
    return (
        words.text("progress.of_scenario", scenario=bound, stage=solve_name(rest, words)) if colon else name
    )
