"""Networks judged: ``python -m benchmarks.networks [CASE ...]`` writes the sections of ``networks.md``.

For every case a plan whose network has a weight stands beside today's land, beside the plan of the study as
it is (shared edges in its objective), and beside random layouts with the areas of the plan: equivalent
connected area at three distances, over edges (4 neighbours) and over corners as well (8). Least sizes of new
land are kept in all plans of a study that asks for them, as the demo county and Dongguan at 100 m do.
"""

from __future__ import annotations

import argparse
import math
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.pieces import Counted, by_kind, shipped
from benchmarks.studies import Absent, Maker, demo, dongguan
from formulations.network.functional_mesh import NAME, functional_mesh
from formulations.network.links import Network, network_of
from formulations.network.measures import longest_link_m
from formulations.network.reach import graph_of, probable_area
from formulations.network.steps import Neighbours, Steps, steps
from instances.instance import Instance
from instances.study.file import StudyFile
from instances.units.grid import FloatArray, Layout
from planner.plans.optimise import Loaded, load, optimise
from planner.plans.plan import Plan

CASES: dict[str, tuple[Maker, tuple[float, ...]]] = {
    "dongguan-300m": (dongguan(name="dongguan_300m"), (1.0, 5.0, 25.0)),
    "dongguan-100m": (shipped("dongguan_100m"), (1.0, 5.0, 25.0)),
    "demo-200": (demo(200, pieces=True), (1.0, 10.0, 100.0)),
    "demo-1000": (demo(1000, pieces=True), (1.0, 10.0, 100.0)),
}
"""Studies, and what a ha of functional mesh is worth in them, in tCO2e/yr: the middle one is judged."""
DISTANCES_M = (500.0, 1000.0, 3000.0)
DRAWS, SEED = 20, 11
PLANNED = ("today", "edges", "network")
NEXT_TO_NOTHING, FEW_LARGE = 0.01, 0.75
"""Of random layouts Q is counted from above: the smallest patches that add at most such a share of it among
themselves are not walked from, where they are more than so large a share of all patches."""
OUT = Path(__file__).with_name("networks.md")
HEAD = """# Networks

Written by `python -m benchmarks.networks`: equivalent connected area in ha of today's land, of the plan of
the study as it is (shared edges in its objective), of the plan with a weight on `functional_mesh`, and the
most of random layouts with the areas of that plan (counted from above where they have many patches). The
share is that of the ceiling of the functional mesh; what a plan costs in all else is told beside the plan
without a network. Seconds are those of a processor, for posing and solving. New land that is below its least
size is told in ha; single cells are told among the pieces of change by what land becomes, and by what it was
and becomes, as a map of change is coloured. No ECA exceeds the largest network that limits leave, in one
patch: what that is over the plan with shared edges is the most there can be.
"""
COLUMNS = (
    "neighbours",
    "distance",
    "today",
    "shared edges",
    "network",
    "over shared edges",
    "most there can be",
    "random",
    "above all",
)
WEIGHTS = (
    "weight", "functional mesh", "of the ceiling", "costs in all else", "below its least size",
    "single cells by class", "by pair of classes", "processor",
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """ECA in ha at one distance by one convention; ``random`` has that of every draw."""

    neighbours: int
    distance_m: float
    today: float
    edges: float
    network: float
    random: tuple[float, ...]

    @property
    def holds(self) -> bool:
        """True where the network is above all others."""
        return self.network > max(self.today, self.edges, *self.random)


@dataclass(frozen=True)
class Judged:
    """A case: its rows, its plans by weight, and land in ha that changes in the one that is judged."""

    rows: tuple[Row, ...]
    plans: tuple[Weighted, ...]
    changed_ha: float
    most_ha: float
    """The area that no layout's network exceeds, in ha: no ECA does, at any distance, by any neighbours."""


@dataclass(frozen=True)
class Weighted:
    """A plan by its weight: its functional mesh in ha and the share of the ceiling (0 to 1), what it costs in
    all else in tCO2e/yr, processor seconds, new land below its least size in ha (None: none is asked for),
    and the pieces of change by planned class and by pair of classes."""

    weight: float
    mesh_ha: float
    share: float
    price: float
    seconds: float
    below_ha: float | None
    by_class: Counted
    by_pair: Counted


def judge(study: Path, weights: Sequence[float], draws: int = DRAWS) -> Judged:
    """Plan a study by shared edges and with every weight, and measure the layouts of the middle one."""
    loaded = load(study)
    edges = optimise(loaded)
    found = [_planned(loaded, weight) for weight in weights]
    plan, _ = found[len(found) // 2]
    record, rng = plan.certificate.network, np.random.default_rng(SEED)
    layouts = {"today": plan.instance.today, "edges": edges.layout, "network": plan.layout}
    layouts |= {f"random {n}": shuffled(plan.instance, plan.layout, rng) for n in range(draws)}
    return Judged(
        rows=tuple(_rows(plan.instance, layouts)),
        plans=tuple(told for _, told in found),
        changed_ha=plan.certificate.indicators["changed_area"].value,
        most_ha=np.inf if record is None or record.most_ha is None else record.most_ha,
    )


def _planned(loaded: Loaded, weight: float) -> tuple[Plan, Weighted]:
    began = time.process_time()
    plan = optimise(Loaded(weighted(loaded.source, weight)))
    seconds = time.process_time() - began
    record = plan.certificate.network
    if record is None or record.price is None:
        raise ValueError("a plan without its network")
    patches, (by_class, by_pair, _) = plan.certificate.patches, by_kind(plan.instance, plan.layout)
    below = None if patches is None else patches.below_ha
    told = record.plan_ha, record.share, record.price, seconds, below, by_class, by_pair
    return plan, Weighted(weight, *told)


def weighted(source: StudyFile, weight: float) -> StudyFile:
    """The study with a weight on the network in place of that on shared blue-green edges."""
    tree: dict[str, Any] = dict(source.tree)
    maximise = {k: v for k, v in tree["objective"].get("maximise", {}).items() if "blue_green" not in k}
    tree["objective"] = {**tree["objective"], "maximise": {**maximise, NAME: weight}}
    return StudyFile(source.path, tree)


def shuffled(instance: Instance, layout: Layout, rng: np.random.Generator) -> Layout:
    """A layout in which as many units of every class become every other one as in ``layout``, drawn from
    those that may; as nearly as the draws leave room."""
    found, today = instance.today.copy(), instance.today
    free = np.ones(len(today), dtype=bool)
    moved = np.argwhere(np.bincount(today.astype(np.int64) * 256 + layout, minlength=65536).reshape(256, 256))
    for before, after in moved[moved[:, 0] != moved[:, 1]].tolist():
        count = int(((today == before) & (layout == after)).sum())
        may = free & (today == before) & instance.permits(np.full(len(today), after, dtype=today.dtype))
        units = np.flatnonzero(may)
        chosen = rng.choice(units, min(count, len(units)), replace=False)
        found[chosen] = after
        free[chosen] = False
    return found


def _rows(instance: Instance, layouts: dict[str, Layout]) -> Iterable[Row]:
    for way in Neighbours:
        ways = steps(instance.grid, way)
        ecas = [_eca(instance, layout, ways, name not in PLANNED) for name, layout in layouts.items()]
        for number, distance in enumerate(DISTANCES_M):
            today, edges, network, *random = (each[number] for each in ecas)
            yield Row(int(way), distance, today, edges, network, tuple(random))


def _eca(instance: Instance, layout: Layout, ways: Steps, at_most: bool) -> list[float]:
    """The equivalent connected area of a layout in ha at every distance, or what it is ``at_most``."""
    mesh, reaches = functional_mesh(instance), [longest_link_m(each) for each in DISTANCES_M]
    member, resistance = mesh.member[layout], mesh.resistance[layout]
    net = network_of(member, resistance, instance.grid, ways, max(reaches))
    small = smallest(net.area_ha) if at_most else np.zeros(len(net), dtype=bool)
    pairs = [pairs_of(net, distance, small) for distance in DISTANCES_M]
    return [math.sqrt(each) for each in pairs]


def smallest(area: FloatArray) -> NDArray[np.bool_]:
    """(patches,) True for the smallest whose pairs among themselves can add next to nothing to Q; none where
    that spares little."""
    order = np.argsort(area, kind="stable")
    among = np.cumsum(area[order]) ** 2 <= NEXT_TO_NOTHING * float(area @ area)
    small = np.zeros(len(area), dtype=bool)
    if among.sum() > FEW_LARGE * len(area):
        small[order[among]] = True
    return small


def pairs_of(net: Network, distance_m: float, small: NDArray[np.bool_]) -> float:
    """Q at a distance, in ha²; of pairs of ``small`` patches (patches,) all there could be: there are
    thousands of them in random layouts, and a walk from each takes hours."""
    area, longest, decay = net.area_ha, longest_link_m(distance_m), math.log(2.0) / distance_m
    graph, large = graph_of(net, longest), np.flatnonzero(~small)
    reached, _ = probable_area(graph, area, decay, longest, large)
    if not small.any():
        return float(area @ reached)
    among, _ = probable_area(graph, np.where(small, 0.0, area), decay, longest, large)
    return float(area @ (2.0 * reached - among)) + float(area[small].sum()) ** 2


def section(name: str, judged: Judged) -> str:
    """What the page says of a case."""
    middle = judged.plans[len(judged.plans) // 2].weight
    asked = f"Judged is weight {middle:g}: {judged.changed_ha:,.0f} ha change"
    parts = [
        f"\n## {name}\n\n",
        _table(WEIGHTS, map(_weight_cells, judged.plans)),
        f"\n{asked}; {len(judged.rows[0].random)} random layouts. "
        f"No layout's network has more than {judged.most_ha:,.0f} ha, so that no ECA is above that.\n\n",
        _table(COLUMNS, (_cells(row, judged.most_ha) for row in judged.rows)),
    ]
    return "".join(parts)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "".join(f"| {' | '.join(row)} |\n" for row in (head, ("---:",) * len(head), *rows))


def _weight_cells(plan: Weighted) -> tuple[str, ...]:
    figures = f"{plan.mesh_ha:,.0f} ha", f"{100 * plan.share:.1f} %", f"{round(plan.price):,} t/yr"
    below = "not asked" if plan.below_ha is None else f"{plan.below_ha:,.1f} ha"
    return f"{plan.weight:g}", *figures, below, str(plan.by_class), str(plan.by_pair), f"{plan.seconds:.0f} s"


def page(before: str, sections: dict[str, str]) -> str:
    """The page with some sections in place of those that it had; the others stay."""
    parts = {part.split("\n", 1)[0]: f"\n## {part}" for part in before.split("\n## ")[1:]} | sections
    return "".join([HEAD, *(parts[name] for name in CASES if name in parts)])


def _cells(row: Row, most_ha: float) -> tuple[str, ...]:
    figures = (f"{value:,.0f}" for value in (row.today, row.edges, row.network))
    gain, could = (f"{100 * (value / row.edges - 1):+.0f} %" for value in (row.network, most_ha))
    distance = f"{row.distance_m / 1000:g} km"
    most = f"{max(row.random):,.0f}"
    return (str(row.neighbours), distance, *figures, gain, could, most, "yes" if row.holds else "no")


def main(words: Sequence[str] | None = None) -> None:
    """Judge the cases named, or all, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", nargs="*", choices=[*CASES, []], help="all where none is named")
    parser.add_argument("--draws", type=int, default=DRAWS, help="random layouts (%(default)s)")
    parser.add_argument(
        "--weights", type=float, nargs="*", help="in place of a case's own; the middle is judged"
    )
    asked = parser.parse_args(words)
    for name in asked.cases or CASES:
        make, weights = CASES[name]
        with tempfile.TemporaryDirectory() as folder:
            try:
                found = section(name, judge(make(Path(folder)), asked.weights or weights, asked.draws))
            except Absent as why:
                print(f"{name}: {why}")
                continue
        print(found)
        before = OUT.read_text(encoding="utf-8") if OUT.exists() else ""
        OUT.write_text(page(before, {name: found}), encoding="utf-8")


if __name__ == "__main__":
    main()
