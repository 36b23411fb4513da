from __future__ import annotations

from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from formulations.core.indicator import Indicator
from formulations.core.solution import SolveSettings, Watch
from formulations.exact.handover import solve_model
from formulations.linked.services import services_model, side_of, too_close
from formulations.linked.services_plan import ServicesFigures
from formulations.linked.side import NoSidePlan
from formulations.linked.siting import Siting
from formulations.linked.unmet import unmet
from instances.materials.services import Service, Services
from instances.units.grid import FloatArray
from tests.support.made_services import SCHOOL, fixed_side, made_people, made_services

EXACT = SolveSettings(gap=1e-9)
C = 0.00006 * 1.3 * 730
"""TCO2e/yr of a trip a day over a straight km."""


def placed(
    km: list[list[float]], people: list[float], service: Service, stands: tuple[bool, ...] = ()
) -> tuple[Services, FloatArray]:
    """Services at distances given by hand."""
    made = made_services(len(km), len(km[0]), 0, (service,))
    row = np.array([stands or (False,) * len(km[0])])
    return replace(made, km=np.array(km), stands=row), np.array(people)


def best(services: Services, people: FloatArray, wanted: float = 1e-7) -> ServicesFigures:
    """The services found beside so many people (units,)."""
    side = fixed_side(services, people)
    found = Siting(side.side).whole(people, wanted, EXACT, Watch())
    figures = ServicesFigures(services, side.plan(found), people)
    assert figures.tco2e() == pytest.approx(found.objective, rel=1e-7, abs=1e-6)
    assert found.bound <= found.objective + 1e-6
    assert found.objective - found.bound <= wanted + 1e-6 * abs(found.objective)
    return figures


def enumerated(services: Services, people: FloatArray) -> float:
    """The least C of one service: every subset of sites, and the cheapest way to serve from it; inf where no
    subset keeps all that is asked."""
    service, sites = services.services[0], len(services.sites)
    most = sites if service.most is None else service.most
    found = np.inf
    for count in range(service.least, min(most, sites) + 1):
        for chosen in combinations(range(sites), count):
            pairs = list(combinations(chosen, 2))
            if any(services.apart_km[i, j] * 1000 < service.apart_m for i, j in pairs):
                continue
            found = min(found, served_from(services, people, chosen))
    return found


def served_from(services: Services, people: FloatArray, chosen: tuple[int, ...]) -> float:
    """C where exactly these sites are built, by a transport problem of its own; inf where there is none."""
    service, units, count = services.services[0], len(people), len(chosen)
    km = np.hstack([services.km[:, list(chosen)], np.full((units, 1), services.elsewhere_km)])
    cost = C * service.trips * km.ravel()
    number = np.arange(km.size).reshape(km.shape)
    equal, upper, room = np.zeros((units, km.size)), [], []
    for u in range(units):
        equal[u, number[u]] = 1.0
        if service.mean_m is not None:
            row = np.zeros(km.size)
            row[number[u]] = km[u]
            upper.append(row)
            room.append(service.mean_m / 1000 * people[u])
    for j in range(count):
        row = np.zeros(km.size)
        row[number[:, j]] = 1.0
        upper += [row, -row]
        room += [service.capacity, -service.load]
    if service.cover:
        row = np.zeros(km.size)
        row[number[:, :count][km[:, :count] <= service.radius_m / 1000]] = -1.0
        upper.append(row)
        room.append(-service.cover * people.sum())
    reach = np.hstack([services.reached[:, list(chosen)], np.ones((units, 1), dtype=bool)]).ravel()
    bounds = [(0.0, None if may else 0.0) for may in reach.tolist()]
    found = linprog(cost, np.array(upper) if upper else None, room or None, equal, people, bounds)
    return found.fun + count * service.tco2e if found.status == 0 else np.inf


def test_four_units_and_three_sites_by_hand() -> None:
    """One site for all: the one in the middle, 1,000 persons 1 km away and the same 2 km; two sites where a
    new one costs less than what it saves."""
    km = [[0.5, 1.0, 4.0], [1.0, 1.0, 4.0], [4.0, 2.0, 1.0], [4.0, 2.0, 1.0]]
    services, people = placed(km, [500.0, 500.0, 500.0, 500.0], replace(SCHOOL, most=1, tco2e=10.0))
    one = best(services, people)
    assert one.plan.open.tolist() == [[False, True, False]]
    assert one.tco2e() == pytest.approx(10 + 0.4 * C * (500 + 500 + 1000 + 1000))
    services = replace(services, services=(replace(SCHOOL, tco2e=10.0),))
    two = best(services, people)
    assert two.plan.open.tolist() == [[True, False, True]]
    assert two.tco2e() == pytest.approx(20 + 0.4 * C * (250 + 500 + 500 + 500))


def test_whom_no_site_has_room_for_goes_elsewhere() -> None:
    """A site for 600 persons beside 1,000: 400 travel 10 km along streets, that is 7.69 km in a line."""
    services, people = placed([[1.0]], [1000.0], replace(SCHOOL, capacity=600.0, tco2e=1.0))
    found = best(services, people)
    assert found.elsewhere.tolist() == pytest.approx([400.0])
    assert found.tco2e() == pytest.approx(1 + 0.4 * (600 * C + 400 * 0.00006 * 730 * 10))


def test_a_site_that_stands_costs_nothing_new_and_stays() -> None:
    """The school of today is kept and used, though another place would be nearer."""
    service = replace(SCHOOL, tco2e=1000.0)
    services, people = placed([[2.0, 1.0]], [500.0], service, (True, False))
    found = best(services, people)
    assert found.plan.open.tolist() == [[True, False]]
    assert found.own_tco2e == 0
    assert found.tco2e() == pytest.approx(0.4 * C * 1000)


@given(
    st.integers(2, 5), st.integers(1, 4), st.integers(0, 10_000), st.sampled_from([0, 1, 2]),
    st.sampled_from([1500.0, 4000.0]), st.sampled_from([0.0, 300.0]), st.sampled_from([0.0, 0.6]),
    st.sampled_from([0.0, 2500.0]), st.sampled_from([None, 5000.0]),
)  # fmt: skip
def test_sites_are_those_of_the_best_of_all_subsets(
    units: int, sites: int, seed: int, least: int, capacity: float, load: float, cover: float, apart: float,
    mean: float | None,
) -> None:  # fmt: skip
    """Whatever is asked: the least of every subset of sites with its own transport problem, or none where no
    subset keeps it."""
    service = Service("school", 0.4, capacity, load, least, None, 12.0, cover, 2500.0, mean, apart)
    services, people = made_services(units, sites, seed, (service,)), made_people(units, seed)
    least_c = enumerated(services, people)
    if np.isinf(least_c):
        with pytest.raises(NoSidePlan):
            best(services, people)
        return
    assert best(services, people).tco2e() == pytest.approx(least_c, rel=1e-6, abs=1e-5)


@pytest.mark.parametrize("seed", range(4))
def test_eight_sites_lie_within_what_the_bound_promises(seed: int) -> None:
    """All 256 subsets: the bound is below the best of them, and the plan within its own gap above it."""
    service = replace(SCHOOL, capacity=9000.0, tco2e=40.0, cover=0.4, radius_m=2000.0)
    services, people = made_services(20, 8, seed, (service,)), made_people(20, seed)
    side = fixed_side(services, people)
    found = Siting(side.side).whole(people, 5.0, EXACT, Watch())
    least = enumerated(services, people)
    assert found.bound <= least + 1e-6
    assert least - 1e-6 <= found.objective <= least + 5.0 + 1e-6


@pytest.mark.parametrize("seed", range(3))
def test_strong_rows_of_the_matrix_are_those_of_the_model(seed: int) -> None:
    """The model with all of its rows has the same answer; two services do not hinder each other."""
    pair = (replace(SCHOOL, most=2), Service("clinic", 0.05, 6000.0, 200.0, 1, 2, 5.0, 0.5, 3000.0))
    services, people = made_services(6, 4, seed, pair), made_people(6, seed)
    model = services_model(services, people, people, strong=True)
    whole = solve_model(model, EXACT, Watch())
    assert whole.objective == pytest.approx(best(services, people).tco2e(), rel=1e-6)
    first = {"holds": services.holds[:1], "stands": services.stands[:1]}
    alone = [best(replace(services, services=(one,), **first), people) for one in pair]
    assert whole.objective == pytest.approx(sum(each.tco2e() for each in alone), rel=1e-6)


@pytest.mark.parametrize("always", [0.0, 700.0])
def test_the_price_of_a_person_bounds_every_other_number_of_people(always: float) -> None:
    """C(e) + price e is never below the bound at that price, for the best sites at any people, nor below what
    whole sites prove, which is no less; whether or not some live there in any layout."""
    services = made_services(3, 3, 3, (replace(SCHOOL, tco2e=20.0),))
    low, high = np.full(3, always), np.full(3, 2000.0)
    side = side_of(services, Indicator("people", "person"), low, high)
    some = [np.array(people) for people in product((always, 900.0, 2000.0), repeat=3)]
    least = [best(services, people).tco2e() for people in some]
    for price in ((0.0, 0.0, 0.0), (-0.2, 0.0, 0.1), (-0.1, -0.1, -0.1), (-0.05, -0.3, 0.2)):
        nu = np.array(price)
        bound = Siting(side.side).bound(nu, 0.0, Watch()).bound
        whole = Siting(side.side).whole_bound(nu, 1e-6, EXACT, Watch())
        assert bound <= whole + 1e-6
        for people, c in zip(some, least, strict=True):
            assert whole <= c + nu @ people + 1e-6


def test_those_who_live_there_in_any_layout_make_the_bound_of_mixed_sites_better() -> None:
    """Units with 1,000 to 5,000 people: beside any of them the relaxation is no more than the best whole
    sites at 1,000, and nearer to it than where nobody had to live there."""
    services = made_services(6, 4, 1, (replace(SCHOOL, tco2e=60.0),))
    few, many = np.full(6, 1000.0), np.full(6, 5000.0)
    people = Indicator("people", "person")
    bounds = [
        Siting(side_of(services, people, low, many).side).bound(np.zeros(6), 0.0, Watch()).bound
        for low in (np.zeros(6), few)
    ]
    least = best(services, few).tco2e()
    assert bounds[0] < 1e-6
    assert 0.8 * least <= bounds[1] <= least + 1e-6


def test_what_leaves_no_choice_is_named() -> None:
    """Two sites 1 km from each other, but 5 km asked for: the distance or the number would have to go, and
    nothing else."""
    service = replace(SCHOOL, least=2, apart_m=5000.0, most=2)
    services, people = placed([[1.0, 1.0]], [500.0], service)
    services = replace(services, apart_km=np.array([[0.0, 1.0], [1.0, 0.0]]))
    assert too_close(services) == [(0, 0, 1)]
    side = fixed_side(services, people)
    with pytest.raises(NoSidePlan):
        Siting(side.side).whole(people, 1.0, EXACT, Watch())
    assert unmet(side, people, EXACT, Watch()) == [("school", "least"), ("school", "apart_m")]


def test_nobody_anywhere_needs_nothing() -> None:
    """No people: no sites, no emissions, no ways."""
    found = best(made_services(3, 2, 1), np.zeros(3))
    assert found.tco2e() == 0
    assert not found.plan.open.any()
    assert len(found.plan.persons) == 0
