"""Random layout problems of every kind the formulations promise to solve: rasters and irregular graphs,
corridors, district limits, one set of paired classes or two, penalised products, limits no layout keeps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from formulations.core.indicator import BundleTerm, CellTerm, Indicator, PairTerm
from formulations.core.problem import LayoutProblem, Limit, Options
from instances.rules.districts import Districts
from instances.units.grid import FloatArray


@dataclass(frozen=True)
class Shape:
    """What a random problem is made of."""

    rows: int = 2
    columns: int = 3
    classes: int = 3
    irregular: bool = False
    """Neighbours of a random graph, areas and edges of any size; else a raster."""
    bundles: int = 0
    two_sets: bool = False
    """Built land is paired as well as blue-green land (the sets are disjoint)."""
    penalised: bool = False
    """Pairs (and bundles) are unwanted instead of wanted."""
    limits: int = 2
    by_district: bool = True
    limit_pairs: bool = True
    """Limits may fall on connectivity and corridors as well."""
    infeasible: bool = False
    locked: float = 0.25
    """Share of units that may become nothing else."""


def random_problem(rng: np.random.Generator, shape: Shape) -> LayoutProblem:
    """A problem of that shape; its limits hold for some layout unless ``infeasible``."""
    units = shape.rows * shape.columns
    today = rng.integers(0, shape.classes, units).astype(np.uint8)
    options = _options(rng, shape, today)
    area = rng.uniform(0.5, 4.0, units) if shape.irregular else np.full(units, 0.09)
    catalogue = _indicators(rng, shape, today, area)
    parts = _parts(rng, shape, catalogue)
    witness = _random_layout(rng, options)
    limits = tuple(_limit(rng, shape, catalogue, witness, number) for number in range(shape.limits))
    if shape.infeasible:
        limits += (_impossible(catalogue["area.0"], options, area),)
    names = tuple(f"class_{k}" for k in range(shape.classes))
    return LayoutProblem(options, parts, limits, names, today)


@st.composite
def problems(draw: st.DrawFn, rows: int = 2, columns: int = 3, classes: int = 4) -> LayoutProblem:
    """Random problems up to that size, of every kind, for hypothesis."""
    shape = Shape(
        rows=draw(st.integers(1, rows)),
        columns=draw(st.integers(1, columns)),
        classes=draw(st.integers(2, classes)),
        irregular=draw(st.booleans()),
        bundles=draw(st.integers(0, 2)),
        two_sets=draw(st.booleans()),
        penalised=draw(st.sampled_from([False, False, True])),
        limits=draw(st.integers(0, 3)),
        by_district=draw(st.booleans()),
        limit_pairs=draw(st.booleans()),
        infeasible=draw(st.sampled_from([False] * 7 + [True])),
        locked=draw(st.sampled_from([0.0, 0.25, 0.6])),
    )
    return random_problem(np.random.default_rng(draw(st.integers(0, 2**32 - 1))), shape)


def neighbours(
    rng: np.random.Generator, shape: Shape
) -> tuple[NDArray[np.int32], NDArray[np.int32], FloatArray]:
    """(first, second, km): the neighbours of a raster, or those less some and with others, of any length."""
    number = np.arange(shape.rows * shape.columns, dtype=np.int32).reshape(shape.rows, shape.columns)
    first = np.concatenate([number[:, :-1].ravel(), number[:-1].ravel()])
    second = np.concatenate([number[:, 1:].ravel(), number[1:].ravel()])
    if not shape.irregular:
        return first, second, np.full(len(first), 0.03)
    extra = rng.integers(0, number.size, (2, number.size)).astype(np.int32)
    first, second = np.concatenate([first, extra.min(axis=0)]), np.concatenate([second, extra.max(axis=0)])
    kept = (first != second) & (rng.random(len(first)) < 0.8)
    key = np.unique(first[kept].astype(np.int64) * number.size + second[kept])
    first, second = (key // number.size).astype(np.int32), (key % number.size).astype(np.int32)
    return first, second, rng.uniform(0.01, 0.5, len(first))


def _options(rng: np.random.Generator, shape: Shape, today: NDArray[np.uint8]) -> Options:
    """Kinds are (class today, one of three sets of rules); the third locks."""
    rules = np.searchsorted(np.cumsum([(1 - shape.locked) / 2] * 2), rng.random(len(today)), side="right")
    allowed = rng.random((shape.classes, 3, shape.classes)) < np.array([1.0, 0.6, 0.0])[:, None]
    allowed |= np.eye(shape.classes, dtype=bool)[:, None, :]
    if rng.random() < 0.3:  # some units must become another class than today's
        allowed[0, 2] = np.arange(shape.classes) == shape.classes - 1
    return Options((today * 3 + rules).astype(np.int32), allowed.reshape(-1, shape.classes))


def _indicators(
    rng: np.random.Generator, shape: Shape, today: NDArray[np.uint8], area: FloatArray
) -> dict[str, Indicator]:
    units, count = len(area), shape.classes
    first, second, km = neighbours(rng, shape)
    green = np.arange(count) < max(1, count // 2)
    built = np.arange(count) == count - 1
    rates = rng.normal(0.0, 10.0, (count, count))
    local = CellTerm(
        area * rng.uniform(0.0, 2.0, units), today, np.tile(rng.normal(0.0, 5.0, count), (count, 1))
    )
    catalogue = {
        "net_emissions": Indicator("net_emissions", "tCO2e/yr", (CellTerm(area, today, rates), local)),
        "blue_green_compactness": Indicator(
            "blue_green_compactness", "km", pairs=(PairTerm(first, second, km, green),)
        ),
        "built_compactness": Indicator(
            "built_compactness", "km", pairs=(PairTerm(first, second, km, built),)
        ),
        "green_share": Indicator("green_share", "%", (_on(area, today, 100.0 * green),), per=area),
    }
    for k in range(count):
        land = _on(area, today, np.arange(count) == k)
        catalogue[f"area.{k}"] = Indicator(f"area.{k}", "ha", (land,))
    if shape.bundles:
        sizes = rng.integers(1, min(units, 4) + 1, shape.bundles)
        members = np.concatenate([rng.choice(units, size, replace=False) for size in sizes]).astype(np.int32)
        start = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        worth = rng.uniform(0.1, 3.0, shape.bundles)
        catalogue["corridors"] = Indicator(
            "corridors", "km", bundles=(BundleTerm(start, members, worth, green),)
        )
    return catalogue


def _on(area: FloatArray, today: NDArray[np.uint8], classes: NDArray) -> CellTerm:
    return CellTerm(area, today, np.tile(classes.astype(float), (len(classes), 1)))


def _parts(
    rng: np.random.Generator, shape: Shape, catalogue: dict[str, Indicator]
) -> tuple[tuple[float, Indicator], ...]:
    sign = 1.0 if shape.penalised else -1.0
    wanted = ["blue_green_compactness"]
    wanted += ["built_compactness"] if shape.two_sets else []
    wanted += ["corridors"] if shape.bundles else []
    weights = sign * rng.uniform(1.0, 200.0, len(wanted))
    return (
        (1.0, catalogue["net_emissions"]),
        *((float(weight), catalogue[name]) for weight, name in zip(weights, wanted, strict=True)),
    )


def _limit(
    rng: np.random.Generator, shape: Shape, catalogue: dict[str, Indicator], witness: NDArray, number: int
) -> Limit:
    """Bounds that the witness keeps, near enough to bind."""
    names = [name for name in catalogue if shape.limit_pairs or catalogue[name].cells]
    if not shape.two_sets:
        names.remove("built_compactness") if "built_compactness" in names else None
    indicator = catalogue[names[int(rng.integers(len(names)))]]
    units = len(witness)
    districts = Districts.whole(units)
    if shape.by_district and rng.random() < 0.6:
        member = rng.integers(-1, 3, units).astype(np.int32)
        districts = Districts("zones", ("north", "middle", "south"), member)
    limit = Limit(indicator, districts, np.array([-np.inf]), np.array([np.inf]), f"limits[{number}]")
    with np.errstate(invalid="ignore"):
        value = limit.evaluate(witness)
    room = rng.choice([0.0, 0.05, 0.3], len(value)) * np.maximum(1.0, np.abs(value))
    side = rng.integers(0, 3, len(value)) if len(value) > 1 or rng.random() < 0.5 else np.zeros(1)
    has_low, has_high = np.isfinite(value) & (side != 1), np.isfinite(value) & (side >= 1)
    low = np.where(has_low, value - room, -np.inf)
    high = np.where(has_high, value + room, np.inf)
    return Limit(indicator, districts, low, high, f"limits[{number}]")


def _impossible(area_of_class: Indicator, options: Options, area: FloatArray) -> Limit:
    """More land of the first class than may take it."""
    most = float(area[options.allowed[options.kind, 0]].sum())
    whole = Districts.whole(len(area))
    return Limit(area_of_class, whole, np.array([most + 1.0]), np.array([np.inf]), "limits[impossible]")


def _random_layout(rng: np.random.Generator, options: Options) -> NDArray[np.uint8]:
    allowed = options.allowed[options.kind]
    layout: NDArray[np.uint8] = (
        np.where(allowed, rng.random(allowed.shape), -1.0).argmax(axis=1).astype(np.uint8)
    )
    return layout
