"""Networks judged: ``python -m benchmarks.networks [CASE ...]`` writes the sections of ``networks.md``.

For every case a plan whose network has a weight stands beside today's land, beside the plan of the study as
it is (shared edges in its objective), and beside random layouts with the areas of the plan: equivalent
connected area at three distances, over edges (4 neighbours) and over corners as well (8).
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.studies import Absent, Maker, demo, dongguan
from formulations.network.functional_mesh import NAME, functional_mesh
from formulations.network.measured import Convention, measured
from formulations.network.steps import Neighbours
from instances.instance import Instance
from instances.study.file import StudyFile
from instances.units.grid import Layout
from planner.plans.optimise import Loaded, load, optimise
from planner.plans.plan import Plan

CASES: dict[str, tuple[Maker, tuple[float, ...]]] = {
    "dongguan-300m": (dongguan(name="dongguan_300m"), (1.0, 5.0, 25.0)),
    "dongguan-100m": (dongguan(), (1.0, 5.0, 25.0)),
    "demo-200": (demo(200), (1.0, 10.0, 100.0)),
    "demo-1000": (demo(1000), (1.0, 10.0, 100.0)),
}
"""Studies, and what a ha of functional mesh is worth in them, in tCO2e/yr: the middle one is judged."""
DISTANCES_M = (500.0, 1000.0, 3000.0)
DRAWS, SEED = 20, 11
OUT = Path(__file__).with_name("networks.md")
HEAD = """# Networks

Written by `python -m benchmarks.networks`: equivalent connected area in ha of today's land, of the plan of
the study as it is (shared edges in its objective), of the plan with a weight on `functional_mesh`, and the
most of random layouts with the areas of that plan. The share is that of the ceiling of the functional mesh.
No ECA exceeds the largest network that limits leave: where the plan with shared edges comes near to that, no
network can be much above it.
"""
COLUMNS = (
    "neighbours",
    "distance",
    "today",
    "shared edges",
    "network",
    "over shared edges",
    "random",
    "above all",
)


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
    """A plan by its weight: the share of the ceiling (0 to 1), what it costs in all else in tCO2e/yr, and
    processor seconds."""

    weight: float
    share: float
    price: float
    seconds: float


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
    return plan, Weighted(weight, record.share, record.price, seconds)


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
    mesh = functional_mesh(instance)
    for way in Neighbours:
        convention = Convention(instance.grid, mesh.member, mesh.resistance, way, DISTANCES_M)
        found = measured(layouts, instance.today, convention, DISTANCES_M[0], 0)
        for number, distance in enumerate(DISTANCES_M):
            today, edges, network, *random = (each.reaches[number].eca_ha for each in found)
            yield Row(int(way), distance, today, edges, network, tuple(random))


def section(name: str, judged: Judged) -> str:
    """What the page says of a case."""
    plans = "; ".join(
        f"weight {each.weight:g}: {100 * each.share:.1f} % of the ceiling, "
        f"{each.price:,.0f} tCO2e/yr in all else, {each.seconds:.0f} processor seconds"
        for each in judged.plans
    )
    middle = judged.plans[len(judged.plans) // 2].weight
    over = 100 * (judged.most_ha / max(row.edges for row in judged.rows) - 1)
    parts = [
        f"\n## {name}\n\n{plans[0].upper()}{plans[1:]}. Judged is weight {middle:g}: "
        f"{judged.changed_ha:,.0f} ha change; {len(judged.rows[0].random)} random layouts. "
        f"No layout's network has more than {judged.most_ha:,.0f} ha, so that no ECA is above that: "
        f"{over:.0f} % above the plan with shared edges where that has most.\n\n"
    ]
    rows = [COLUMNS, ("---:",) * len(COLUMNS), *map(_cells, judged.rows)]
    return "".join([*parts, *(f"| {' | '.join(row)} |\n" for row in rows)])


def page(before: str, sections: dict[str, str]) -> str:
    """The page with some sections in place of those that it had; the others stay."""
    parts = {part.split("\n", 1)[0]: f"\n## {part}" for part in before.split("\n## ")[1:]} | sections
    return "".join([HEAD, *(parts[name] for name in CASES if name in parts)])


def _cells(row: Row) -> tuple[str, ...]:
    figures = (f"{value:,.0f}" for value in (row.today, row.edges, row.network))
    gain = f"{100 * (row.network / row.edges - 1):+.0f} %"
    distance = f"{row.distance_m / 1000:g} km"
    most = f"{max(row.random):,.0f}"
    return (str(row.neighbours), distance, *figures, gain, most, "yes" if row.holds else "no")


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
