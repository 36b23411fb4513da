"""Random tiny studies, drawn by a seed: whatever a study may hold, with limits that some layout keeps."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tests.support.attack.plain_model import PlainModel
from tests.support.attack.told import Bound, Class, Line, Told, Way

SPACES = ("production", "living", "ecological")
CELLWISE = ("net_emissions", "changed_area", "together")
METHODS, GAPS = ("auto", "exact", "decompose"), (1e-2, 1e-4, 1e-6)


def random_study(seed: int) -> Told:
    """The study of a seed."""
    rng = np.random.default_rng(seed)
    many = seed % 10 == 0
    count = int(rng.integers(17, 22)) if many else int(rng.integers(2, 6))
    rows, columns = int(rng.integers(1, 4 if many else 6)), int(rng.integers(2, 5 if many else 7))
    parcels = bool(seed % 3 == 1)
    size = float(rng.choice([30.0, 100.0, 250.0]))
    heights, widths = np.full(rows, size), np.full(columns, size)
    if parcels:
        heights, widths = heights * rng.integers(1, 5, rows), widths * rng.integers(1, 5, columns)
    classes = tuple(_class(rng, number, count) for number in range(count))
    names = tuple(item.name for item in classes)
    told = Told(
        today=rng.integers(0, count, (rows, columns)),
        heights=heights,
        widths=widths,
        classes=classes,
        years=float(rng.choice([1.0, 20.0, 37.5])),
        parcels=parcels,
        borders=(0, *sorted({int(c) for c in rng.integers(1, columns, int(rng.integers(0, 3)))})),
        lines=tuple(_line(rng, rows, columns, names) for _ in range(int(rng.integers(0, 4)))),
        default="none" if rng.random() < 0.03 else "any",
        built_stays=bool(rng.random() < 0.5),
        barred=_barred(rng, names),
        ways=tuple(_way(rng, rows, columns) for _ in range(int(rng.integers(0, 3)))),
        summed=_some(rng, names),
        layer=rng.uniform(0.0, 9.0, (rows, columns)).round(3),
    )
    told = _wanting(rng, told)
    return _bounded(rng, told, infeasible=seed % 12 == 5)


def settings(seed: int) -> tuple[str, float]:
    """Method and gap with which the study of a seed is solved."""
    rng = np.random.default_rng((seed, 1))
    return str(rng.choice(METHODS)), float(rng.choice(GAPS))


def _class(rng: np.random.Generator, number: int, count: int) -> Class:
    green = number < max(1, count // 3)
    built = not green and number >= count - max(1, count // 4)
    return Class(
        f"k{number}",
        SPACES[number % 3],
        green,
        built,
        *(float(rate) for rate in rng.normal(0, (8, 60), 2).round(3)),
        float(rng.uniform(0, 20).__round__(3)),
    )


def _some(rng: np.random.Generator, names: tuple[str, ...], most: int = 3) -> tuple[str, ...]:
    return tuple(rng.choice(names, int(rng.integers(1, min(most, len(names)) + 1)), replace=False).tolist())


def _line(rng: np.random.Generator, rows: int, columns: int, names: tuple[str, ...]) -> Line:
    top, left = int(rng.integers(rows)), int(rng.integers(columns))
    place = (top, int(rng.integers(top + 1, rows + 1))), (left, int(rng.integers(left + 1, columns + 1)))
    existing = "convert" if rng.random() < 0.3 else "keep"
    rules = ("keep", "allow", "forbid", "only_inside")
    line = Line(*place, existing=existing)
    for rule in rng.choice(rules, int(rng.integers(1, 3)), replace=False):
        line = replace(line, **{str(rule): _some(rng, names)})
    # What a line keeps it also lets be; a class both allowed and forbidden is a contradiction of its own.
    return (
        replace(
            line, forbid=tuple(name for name in line.forbid if name not in (*line.keep, *(line.allow or ())))
        )
        if line.forbid and (line.keep or line.allow)
        else line
    )


def _barred(rng: np.random.Generator, names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    drawn = {tuple(rng.choice(names, 2, replace=False).tolist()) for _ in range(int(rng.integers(0, 4)))}
    return tuple((str(one), str(other)) for one, other in sorted(drawn))


def _way(rng: np.random.Generator, rows: int, columns: int) -> Way:
    first = int(rng.integers(columns - 1))
    last = int(rng.integers(first + 1, min(columns, first + 4)))
    return Way(int(rng.integers(rows)), (first, last), float(rng.uniform(0.1, 5).__round__(3)))


def _wanting(rng: np.random.Generator, told: Told) -> Told:
    minimise = {"net_emissions": 1.0}
    maximise = {}
    if rng.random() < 0.8:
        maximise["blue_green_compactness"] = float(rng.uniform(0.1, 300).__round__(3))
    if rng.random() < 0.4:
        maximise["built_compactness"] = float(rng.uniform(0.1, 300).__round__(3))
    if told.ways and rng.random() < 0.8:
        maximise["ways"] = float(rng.uniform(0.1, 50).__round__(3))
    if rng.random() < 0.2:
        minimise["changed_area"] = float(rng.uniform(0.01, 5).__round__(3))
    return replace(told, minimise=minimise, maximise=maximise)


def _bounded(rng: np.random.Generator, told: Told, *, infeasible: bool) -> Told:
    """Limits on both sides that a layout drawn from what is allowed keeps, near enough to bind."""
    model = PlainModel(told)
    allowed = model.allowed
    witness = np.where(allowed, rng.random(allowed.shape), -1.0).argmax(axis=1)
    names = [*CELLWISE, *(f"area.{name}" for name in told.names[:5])]
    names += ["blue_green_compactness"] if rng.random() < 0.4 else []
    names += ["ways"] if told.ways else []
    names += ["produce"] if not told.parcels else []
    bounds = []
    for name in rng.choice(names, int(rng.integers(0, 4)), replace=False):
        cellwise = name not in ("blue_green_compactness", "ways")
        by = bool(cellwise and len(told.borders) > 1 and rng.random() < 0.6)
        district = int(rng.integers(len(told.borders))) if by else None
        bounds.append(_bound(rng, model, str(name), by, district, witness))
    if infeasible:
        every = float(model.area[allowed[:, 0]].sum())
        bounds.append(Bound(f"area.{told.names[0]}", at_least=every + 1.0))
    return replace(told, bounds=tuple(bounds))


def _bound(
    rng: np.random.Generator,
    model: PlainModel,
    name: str,
    by: bool,
    district: int | None,
    witness: np.ndarray,
) -> Bound:
    units = None if district is None else model.in_district(district)
    measure = model.measure(name)
    value, today = measure.value(witness, units), measure.value(model.today, units)
    room = float(rng.choice([0.0, 0.05, 0.3])) * max(1.0, abs(value))
    low, high = float(value - room), float(value + room)
    share = np.floor(1000 * low / today) / 10 if today > 0 else -1.0
    least: float | str = f"{share:.1f}%" if 0 <= share < 1000 and rng.random() < 0.5 else low
    side = int(rng.integers(3))
    return Bound(name, least if side != 1 else None, high if side >= 1 else None, by, district)
