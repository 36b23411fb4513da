"""Pieces judged: ``python -m benchmarks.pieces [CASE ...]`` prints how whole every study's change of land is.

Single units among the pieces of change, by three ways of telling pieces apart: by planned class, by pair of
classes (what it was, what it becomes: as a map of change is coloured), and by change of any kind. A study
without ``[patches]`` gets what ``sansheng init`` would write. The gap has two parts: what was left without
whole pieces, and what came with them.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.studies import STUDIES, Absent, Maker, demo
from benchmarks.table import table
from instances.instance import Instance
from instances.study.file import StudyFile, load_study
from instances.units.components import components
from instances.units.grid import Layout
from planner.plans.optimise import Loaded, optimise
from planner.plans.outcome import NoPlan
from planner.plans.plan import Plan


def shipped(name: str) -> Maker:
    """A study that is committed, as it is."""

    def make(folder: Path) -> Path:
        if not (STUDIES.parent.parent.parent / "shared" / "data").is_dir():
            raise Absent("the real data (../shared/data) are not beside this checkout")
        return STUDIES / f"{name}.toml"

    return make


CASES: dict[str, Maker] = {
    "demo-100": demo(100),
    "demo-200": demo(200),
    "demo-1000": demo(1000),
    "dongguan-300m": shipped("dongguan_300m"),
    "dongguan-100m": shipped("dongguan_100m"),
    "xinwu": shipped("wuxi_parcels"),
    "hannover": shipped("hannover_clc"),
}
"""Studies by name."""
LEAST_HA, LEAST_UNITS = 1.0, 2
"""The least piece of new land where a study says nothing: so many hectares, and of cells so many."""
COLUMNS = (
    "study", "new land", "pieces by class", "by pair", "of any kind", "below",
    "gap", "of it whole pieces", "building", "solve",
)  # fmt: skip


@dataclass(frozen=True)
class Counted:
    """Pieces of change, and how many of them are single units."""

    pieces: int
    single: int

    def __str__(self) -> str:
        share = self.single / max(1, self.pieces)
        return f"{self.single:,} of {self.pieces:,} ({share:.1%})"


def counted(instance: Instance, value: NDArray[np.integer]) -> Counted:
    """Pieces of units of one value (units,), negative where nothing changes."""
    of, first = components(value, instance.grid)
    size = np.bincount(of[of >= 0], minlength=len(first))
    return Counted(len(first), int((size == 1).sum()))


def by_kind(instance: Instance, layout: Layout) -> tuple[Counted, Counted, Counted]:
    """Pieces of change by planned class, by pair of classes, and of any kind."""
    today = instance.today
    changed = layout != today
    planned = np.where(changed, layout.astype(np.int32), -1)
    pair = np.where(changed, today.astype(np.int32) * len(instance.classes) + layout, -1)
    return (
        counted(instance, planned),
        counted(instance, pair),
        counted(instance, np.where(changed, 0, -1)),
    )


def sized(source: StudyFile) -> StudyFile:
    """The study with least sizes of new land, its own or those of a new study."""
    if source.tree.get("patches"):
        return source
    area = Loaded(source).instance.grid
    least = max(LEAST_HA, LEAST_UNITS * float(np.median(area.area_ha)) if area.is_raster else 0.0)
    rule = {
        "classes": ["any_production", "any_living", "any_ecological"],
        "kind": "project",
        "min_ha": float(f"{least:.4g}"),
    }
    return StudyFile(source.path, {**source.tree, "patches": {"projects": rule}})


def row(name: str, plan: Plan, seconds: float) -> tuple[str, ...]:
    """What a plan comes to."""
    certificate = plan.certificate
    record = certificate.patches
    timings = plan.solution.timings
    cost = 0.0 if record is None or record.cost is None else record.cost
    room = (
        0.0
        if certificate.objective is None or certificate.bound is None
        else certificate.objective - certificate.bound
    )
    scale = room / certificate.gap if certificate.gap else float("nan")
    return (
        name,
        f"{0.0 if record is None else record.new_ha:,.0f} ha",
        *(str(each) for each in by_kind(plan.instance, plan.layout)),
        f"{0.0 if record is None else record.below_ha:,.1f} ha",
        f"{certificate.gap:.3%} ({room:,.0f} t)",
        f"{cost / scale:.3%} ({cost:,.0f} t)",
        f"{timings.get('patches', 0.0):.1f} s",
        f"{seconds:.1f} s",
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure the cases named, or all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pieces", description=__doc__)
    parser.add_argument("cases", nargs="*", metavar="CASE", help=", ".join(CASES))
    parser.add_argument("--keep", type=Path, help="a folder for the layouts, as .npy")
    given = parser.parse_args(arguments)
    rows = []
    for name in given.cases or CASES:
        with tempfile.TemporaryDirectory(prefix="sansheng-pieces-") as folder:
            try:
                source = sized(load_study(CASES[name](Path(folder))))
            except Absent as absent:
                print(f"{name}: {absent}")
                continue
            loaded = Loaded(source)
            loaded.log.say(f"{len(loaded.problem):,} units")  # read and posed before the clock runs
            began = time.process_time()
            try:
                plan = optimise(loaded)
            except NoPlan as none:
                print(f"{name}: {none}", flush=True)
                continue
            rows.append(row(name, plan, time.process_time() - began))
            if given.keep:
                given.keep.mkdir(parents=True, exist_ok=True)
                np.save(given.keep / f"{name}.npy", plan.layout)
        print(rows[-1], flush=True)
    print(table(COLUMNS, rows))


if __name__ == "__main__":
    main()
