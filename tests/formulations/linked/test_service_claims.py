from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from formulations.core.attainable_range import range_of
from formulations.core.indicator import CellTerm, Indicator
from formulations.core.problem import LayoutProblem
from formulations.core.solution import SolveSettings, Watch
from formulations.linked import rounds
from formulations.linked.claims import Asked
from formulations.linked.rounds import solve_linked
from formulations.linked.services import ServicesSide, services_model, side_of
from formulations.linked.side import Claimed
from instances.materials.claims import by_service, claim_of
from tests.formulations.linked.test_claims import ASKED, TOWN
from tests.formulations.linked.test_linked import land_problem
from tests.formulations.linked.test_services import served_from
from tests.support.enumeration import layouts
from tests.support.made_services import SCHOOL, made_services

SETTINGS = SolveSettings(gap=1e-6)
CLINIC = replace(SCHOOL, name="clinic", trips=0.2, tco2e=12.0)
STANDS = np.array([[False, False], [False, True]])
"""The clinic at the second site stands already, whatever its land."""
DENSITY = np.array([4.0, 8.0, 20.0])
"""Persons a hectare of forest, cropland and town."""


def made(seed: int) -> tuple[LayoutProblem, ServicesSide]:
    """Six units in three villages; schools and clinics at two sites, whose new ones ask some units to be
    town."""
    problem, _, villages = land_problem(seed)
    assert problem.area_ha is not None
    unit = np.arange(len(problem))

    def counted(name: str, rate: np.ndarray) -> Indicator:
        return Indicator(name, "", (CellTerm(problem.area_ha, unit, np.tile(rate, (len(unit), 1))),))

    services = replace(made_services(3, 2, seed, (SCHOOL, CLINIC), stands=STANDS), units=villages)
    claim = claim_of("site_classes", TOWN, ASKED, problem.today, "models.centres.site_classes")
    services = replace(services, claims=(by_service(claim, services.holds & ~STANDS),))
    town, people = counted("claimed", TOWN.astype(float)), counted("people", DENSITY)
    low, high = range_of(town, claim.parts, problem.options)
    area = claim.parts.total(problem.area_ha)
    asked = Asked((Claimed(town, claim.parts, TOWN),), (area,), (low,), (high,))
    return problem, side_of(services, people, *range_of(people, villages, problem.options), asked)


def enumerated(problem: LayoutProblem, found: ServicesSide) -> float:
    """The least objective of all parts: every layout, and beside it every service at every set of sites that
    stand or whose ground is town."""
    best, (site, unit) = np.inf, ASKED
    for layout in layouts(problem):
        if not problem.holds(layout):
            continue
        town, people = TOWN[layout[unit]], found.side.values(layout)[:3]
        cost = problem.objective.evaluate(layout)
        for s, service in enumerate(found.services.services):
            stands = STANDS[s]
            able = [j for j in range(2) if stands[j] or town[site == j].all()]
            chosen = [
                some
                for count in range(len(able) + 1)
                for some in combinations(able, count)
                if set(np.flatnonzero(stands)) <= set(some)
            ]
            alone = replace(found.services, services=(service,), stands=stands[None])
            own = service.tco2e * float(stands.sum())
            cost += min(served_from(alone, people, some) for some in chosen) - own
        best = min(best, cost)
    return best


def test_sites_ask_service_by_service() -> None:
    """Of two services at two sites three are new: each asks what its site asks, what stands asks nothing."""
    claim = claim_of("site_classes", TOWN, ASKED, np.ones(6, dtype=np.uint8), "sites")
    asked = by_service(claim, ~STANDS)
    pairs = sorted(zip(asked.site.tolist(), asked.unit.tolist(), strict=True))
    assert pairs == [(0, 0), (0, 2), (1, 2), (1, 3), (1, 5), (2, 0), (2, 2)]
    parts = [(place, int(claim.parts.member[unit])) for place, unit in pairs]
    assert sorted(zip(asked.of_site.tolist(), asked.part.tolist(), strict=True)) == parts


@pytest.mark.parametrize(("seed", "stacked"), [(0, True), (1, True), (2, True), (1, False)])
def test_new_services_stand_only_on_ground_of_their_class_as_enumerated(
    seed: int, stacked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Land and services: no bound lies above the best of all layouts and sites, no plan below it, and no new
    service stands where its ground is no town; one program for both finds the best."""
    problem, found = made(seed)
    if not stacked:
        monkeypatch.setattr(rounds, "choose", lambda problem: ("decompose", ""))
    _, together = solve_linked(problem, [found.side], SETTINGS, Watch())
    best = enumerated(problem, found)
    assert together is not None
    assert together.bound <= best + 1e-6
    assert together.objective >= best - 1e-6
    site, unit = ASKED
    for s, j in np.argwhere(found.plan(together.plans[0]).open & ~STANDS).tolist():
        assert TOWN[together.layout[unit[site == j]]].all(), (s, j)
    if stacked:
        assert together.objective == pytest.approx(best, abs=0.01)


def test_rows_of_the_ground_say_their_equation() -> None:
    """One row for every new service at a site and every part of its ground."""
    _, found = made(0)
    low = np.full(3, 100.0)
    model = services_model(found.services, low, low, asked=found.asked)
    assert len(model.free) == 7
    assert "g[a] / A[a]" in model.free.doc
