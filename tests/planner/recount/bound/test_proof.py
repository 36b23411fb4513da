from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulations.posing import pose
from instances.instance import Instance
from instances.rules.redlines import kinds_of
from planner import load, optimise
from planner.recount.bound.floor import prove
from planner.recount.figures.limit_rows import counted_limits
from planner.recount.figures.recount import Counted, Recount
from planner.recount.ledger import Verification
from planner.runs.folder import write
from planner.runs.verify import verify
from tests.support.hand_instance import TODAY, hand_instance
from tests.support.small_study import write_study
from tests.support.tampering import edit

DATA = Path(__file__).parents[4] / ".." / "shared" / "data"
STUDIES = Path(__file__).parents[4] / "instances" / "studies"
LAYOUTS = np.array(list(product(range(4), repeat=6)), dtype=np.uint8)
ASKED = [
    ("net_emissions", None),
    ("blue_green_compactness", None),
    ("blue_green_compactness", "halves"),
    ("built_compactness", None),
    ("area.cropland", None),
    ("area.forest", "halves"),
    ("green_share", "halves"),
    ("green_share", None),
    ("greenway", None),
    ("greenway", "halves"),
    ("changed_area", None),
    ("harvest", None),
    ("distance.town_distance", "halves"),
]
WEIGHED = ["net_emissions", "blue_green_compactness", "built_compactness", "greenway", "harvest"]


def instance_of(limits: list[dict[str, Any]], weights: dict[str, float], lawful: np.ndarray) -> Instance:
    """The six cells with limits, weights (below 0: maximised) and transitions."""
    small = {name: weight for name, weight in weights.items() if weight > 0}
    large = {name: -weight for name, weight in weights.items() if weight < 0}
    study = {"limits": limits, "objective": {"minimise": small, "maximise": large}}
    return hand_instance(study, transitions=lawful, kinds=kinds_of(TODAY, lawful, ()))


@cache
def values() -> tuple[dict[str, np.ndarray], dict[tuple[str, str | None], np.ndarray]]:
    """Of every layout (4096,) each indicator, and (4096, rows) each limit's."""
    everything = dict.fromkeys(WEIGHED, 1.0)
    limits = [
        {"indicator": name, "at_least": -1e6, **({} if by is None else {"by": by})} for name, by in ASKED
    ]
    problem = pose(instance_of(limits, everything, np.ones((4, 4), dtype=bool)))
    parts = {part.name: np.array([part.evaluate(x) for x in LAYOUTS]) for _, part in problem.parts}
    rows = {
        asked: np.array([limit.evaluate(x) for x in LAYOUTS])
        for asked, limit in zip(ASKED, problem.limits, strict=True)
    }
    return parts, rows


class Drawn:
    """A random study of the six cells with prices, and what every layout is worth in it."""

    def __init__(self, seed: int, joined: bool) -> None:
        rng = np.random.default_rng(seed)
        parts, rows = values()
        lawful = rng.random((4, 4)) < 0.7
        np.fill_diagonal(lawful, True)
        kept = lawful[TODAY, LAYOUTS].all(axis=1)
        self.weights = {name: float(rng.uniform(-30, 0)) for name in WEIGHED if rng.random() < 0.5}
        self.weights["net_emissions"] = 1.0
        self.cost = sum(weight * parts[name] for name, weight in self.weights.items())
        witness = rng.choice(np.flatnonzero(kept))
        limits, self.charges, self.support = [], self.cost.copy(), 0.0
        keeps = kept.copy()
        for place in rng.choice(len(ASKED), 3, replace=False):
            name, by = ASKED[place]
            sums = rows[name, by]
            low, high = float(np.nanmin(sums[witness])), float(np.nanmax(sums[witness]))
            room = float(rng.choice([0.0, 0.1, 1.0]))
            table = {"indicator": name, **({} if by is None else {"by": by})}
            sides = rng.integers(0, 3) if not joined else 0
            table |= {"at_least": low - room} if sides != 1 else {}
            table |= {"at_most": high + room} if sides != 0 else {}
            limits.append(table)
            with np.errstate(invalid="ignore"):
                keeps &= ~((sums < table.get("at_least", -np.inf) - 1e-9).any(axis=1))
                keeps &= ~((sums > table.get("at_most", np.inf) + 1e-9).any(axis=1))
        self.instance = instance_of(limits, self.weights, lawful)
        self.layout = LAYOUTS[rng.choice(np.flatnonzero(keeps))]
        self.count = Recount(self.instance, self.layout)
        today = self.count.at(TODAY).indicators()
        self.rows = counted_limits(self.count, self.count.indicators(), today)
        self.priced = [(row, self._price(rng, row)) for row in self.rows]
        for row, price in self.priced:
            sums = rows[row.indicator, row.by][:, row.position or 0]
            bound = (row.at_least if price > 0 else row.at_most) or 0.0
            self.charges = self.charges - price * (sums - bound)
        self.best = float(self.cost[keeps].min())
        self.least = float(self.charges[kept].min())

    def _price(self, rng: np.random.Generator, row: Counted) -> float:
        sign = [1] * (row.at_least is not None) + [-1] * (row.at_most is not None) + [0]
        return float(rng.choice(sign) * rng.uniform(0, 40))

    @property
    def objective(self) -> float:
        """The objective of the plan."""
        totals = {name: one.total() for name, one in self.count.indicators().items() if name in self.weights}
        return self.count.objective(totals)


@given(st.integers(0, 2**32 - 1))
def test_no_prices_prove_more_than_the_best_plan(seed: int) -> None:
    """Whatever the prices, what they prove is no more than the best of all layouts that keep the limits; and
    charged, the plan costs the same counted as a whole or unit by unit."""
    drawn = Drawn(seed, joined=False)
    proven = prove(drawn.count, drawn.weights, drawn.objective, drawn.priced)
    assert proven.floor <= drawn.best + proven.tolerance
    assert proven.charged == pytest.approx(proven.again, abs=proven.tolerance)
    assert min(proven.rooms, default=0.0) >= -proven.tolerance


@given(st.integers(0, 2**32 - 1))
def test_prices_prove_all_that_they_can(seed: int) -> None:
    """Where limits ask for more togetherness, never for less, it is the least over every layout, or more
    where whole cells come no nearer to a bound."""
    drawn = Drawn(seed, joined=True)
    proven = prove(drawn.count, drawn.weights, drawn.objective, drawn.priced)
    assert proven.floor >= drawn.least - proven.tolerance
    room = sum(proven.rooms)
    land = proven.charged - (proven.floor - drawn.objective + proven.charged + room)
    assert land >= -proven.tolerance


@pytest.fixture(scope="module", params=["exact", "decompose"])
def home(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run of the small study, by either method."""
    home = tmp_path_factory.mktemp(request.param)
    write(optimise(load(write_study(home / "study")), method=request.param), home / "out")
    return home / "out"


def proofs(outcome: Verification) -> list[str]:
    """What was said of the proof, by key."""
    return [one.key for one in (*outcome.checked, *outcome.notes) if one.key in KEYS]


KEYS = {"verify.bound", "runs_proof.in_part", "runs_proof.no_prices", "runs_proof.no_floor"}


def changed(home: Path, change: Callable[[dict[str, Any]], object]) -> Verification:
    """The verification of a folder whose certificate was edited, and sealed again; it is put back."""
    path = home / "certificate.json"
    before = path.read_bytes()
    try:
        edit(home, change)
        return verify(home)
    finally:
        path.write_bytes(before)


def test_the_bound_of_a_run_is_proven_again(home: Path) -> None:
    """Of a finished run the prices prove its bound, or as much of it as they can: the rest is HiGHS's."""
    outcome = verify(home)
    tree = json.loads((home / "certificate.json").read_text(encoding="utf-8"))
    assert outcome.holds
    alone = tree["proof"]["bound"] >= tree["bound"]
    assert proofs(outcome) == ["verify.bound" if alone else "runs_proof.in_part"]


def _dearer(tree: dict[str, Any]) -> None:
    tree["proof"]["prices"] = [1.5 * price for price in tree["proof"]["prices"]]


def _barred(tree: dict[str, Any]) -> None:
    tree["proof"]["prices"][0] = -1.0


def _fewer(tree: dict[str, Any]) -> None:
    tree["proof"]["prices"].pop()


def _higher(tree: dict[str, Any]) -> None:
    tree["proof"]["bound"] = tree["objective"]


@pytest.mark.parametrize(
    ("change", "figure"),
    [
        (_dearer, "proof, bound"),
        (_barred, "proof, area.cropland (东镇)"),
        (_fewer, "proof"),
        (_higher, "proof, bound"),
    ],
)
def test_a_tampered_proof_is_noticed(home: Path, change: Callable[..., object], figure: str) -> None:
    """Other prices, a price of a bound that a limit lacks, a price too few, more proven than they prove."""
    outcome = changed(home, change)
    assert figure in [difference.figure for difference in outcome.differences]


def test_a_bound_above_what_prices_prove_is_told(home: Path) -> None:
    """A bound moved up to the objective holds no more by its prices: how far they go is told."""

    def higher(tree: dict[str, Any]) -> None:
        tree.update(bound=tree["objective"], gap=0.0)

    outcome = changed(home, higher)
    assert proofs(outcome) == ["runs_proof.in_part"]


def test_a_certificate_without_prices_is_told(home: Path) -> None:
    """Certificates from before prices were kept say so."""
    assert proofs(changed(home, lambda tree: tree.update(proof=None))) == ["runs_proof.no_prices"]


@pytest.mark.slow
@pytest.mark.skipif(not DATA.exists(), reason="real data are not here")
def test_the_bound_of_a_real_city_is_proven_again(tmp_path: Path) -> None:
    """Dongguan at 300 m with 35 limits, 34 of them by township: where column generation reaches the gap,
    prices alone prove the whole bound."""
    write(optimise(load(STUDIES / "dongguan_300m.toml"), gap=0.05), tmp_path / "out")
    outcome = verify(tmp_path / "out")
    certificate = json.loads((tmp_path / "out" / "certificate.json").read_text(encoding="utf-8"))
    assert outcome.holds
    assert certificate["proof"]["bound"] == certificate["bound"]
    assert proofs(outcome) == ["verify.bound"]
