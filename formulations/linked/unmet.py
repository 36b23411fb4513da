"""Which demand on services leaves no choice of sites: each that alone would have to go."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from formulations.core.solution import SolveSettings, Watch
from formulations.linked.services import ServicesSide, side_of
from formulations.linked.side import NoSidePlan, Side
from formulations.linked.siting import Siting
from instances.units.grid import FloatArray

FREED: dict[str, dict[str, Any]] = {
    "cover": {"cover": 0.0},
    "mean_m": {"mean_m": None},
    "least": {"least": 0},
    "most": {"most": None},
    "load": {"load": 0.0},
    "apart_m": {"apart_m": 0.0},
}
"""Demands of a service, and what each is where nothing is asked."""


def unmet(
    given: ServicesSide, people: FloatArray | None, settings: SolveSettings, watch: Watch
) -> list[tuple[str, str]]:
    """(service, demand) of every demand without which there is a choice of sites for so many ``people``
    (units,), or for the most or the fewest that may be; none where no single one is to blame."""
    services, program = given.services, given.side.program
    column, asked = given.side.column[: len(services.units)], given.asked
    low, high = program.lower[column], program.upper[column]
    ground = np.concatenate([np.zeros(0), *(() if asked is None else asked.high)])
    tried = (high, low) if people is None else (people,)
    found = []
    for s, service in enumerate(services.services):
        for key, nothing in FREED.items():
            if getattr(service, key) == nothing[key] or watch.stop.is_set():
                continue
            freed = (*services.services[:s], replace(service, **nothing), *services.services[s + 1 :])
            side = side_of(replace(services, services=freed), given.side.indicator, low, high, asked).side
            if any(_has_answer(side, np.append(one, ground), settings, watch) for one in tried):
                found.append((service.name, key))
    return found


def _has_answer(side: Side, values: FloatArray, settings: SolveSettings, watch: Watch) -> bool:
    """Whether there is a choice of sites for so many people, and so much land given to sites (links,)."""
    try:
        Siting(side).whole(values, float("inf"), settings, watch)
    except NoSidePlan:
        return False
    return True
