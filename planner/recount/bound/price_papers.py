"""What a run's folder tells of red lines at prices, counted again: patches, their ranks, the raster, tables.

Each unit's gain and ceiling are counted in ``released``. What a line costs as a whole took a solve without
it: its two ends are compared with nothing but one another, and bound what patches of it may cost.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rasterio
import shapely
from numpy.typing import NDArray
from rasterio.errors import RasterioIOError

from instances.units.grid import FloatArray, RasterFrame
from planner.export.layer import table_names
from planner.plans.plan import Certificate
from planner.prices.grades import grades_of, steps_of
from planner.prices.names import OPPORTUNITY_PACKAGE, OPPORTUNITY_RASTER, REDLINE_COSTS, REDLINE_PATCHES
from planner.recount.bound.floor import prove
from planner.recount.bound.proof import weights_of
from planner.recount.bound.released import Released, released
from planner.recount.figures.limit_rows import asks_mesh
from planner.recount.figures.pieces import pieces_of
from planner.recount.figures.recount import Counted, Recount, shared_edges
from planner.recount.layers.described import index_of
from planner.recount.layers.outlines import drawn_units
from planner.recount.layers.reread import GEOMETRY, read_table
from planner.recount.layers.wanted import check_sums, ranked
from planner.recount.ledger import RELATIVE, Ledger, unreadable
from planner.recount.tabled import Row, check_rows, read_rows
from words.said import say

FIELDS = ("rank", "class", "units", "area_ha", "total_tco2e_yr", "per_ha_tco2e_yr", "rank_per_ha", "grade",
          "at_most_tco2e_yr")  # fmt: skip
IN_TABLE = (*(field for field in FIELDS if field not in ("class", "grade")), "becomes", "redline", "x", "y")
ENDS = ("cost_low_tco2e_yr", "cost_high_tco2e_yr")
LINEAR = 1e-8
"""Share of what is added up by which prices of a linear program may miss what it says that they prove."""
SINGLE = 1e-6
"""Share by which a figure in single precision may differ."""


@dataclass(frozen=True, eq=False)
class _Line:
    """A red line's patches as drawn: ``of`` (units,) the patch of each, -1 for none; ``told`` their fields;
    ``cost`` (units,) what each gains, 0 where it lies in none."""

    name: str
    of: NDArray[np.int64]
    told: dict[str, NDArray[np.object_]]
    cost: FloatArray


def check_price_papers(
    folder: Path, certificate: Certificate, count: Recount, limits: Sequence[Counted], ledger: Ledger
) -> None:
    """Compare everything that a folder tells of red lines at prices; say so where that cannot be."""
    if not (folder / REDLINE_COSTS).is_file():
        return
    if asks_mesh(count.instance.study):
        ledger.note("runs_verify.costs_by_hash")
        return
    priced = certificate.priced
    if priced is None or len(priced.prices) != len(limits):
        n = 0 if priced is None else len(priced.prices)
        ledger.differ("priced", say("runs_proof.prices", n=n), say("runs_proof.rows", n=len(limits)))
        return
    high = _wholes(folder / REDLINE_COSTS, ledger)
    names = table_names(line.name for line in count.instance.redlines)
    ends = shared_edges(count.instance.grid)[0]
    rows = list(zip(limits, priced.prices, strict=True))
    objective, bound = certificate.objective or 0.0, -math.inf if priced.bound is None else priced.bound
    proven = prove(count, weights_of(count), objective, rows)
    if bound > proven.floor + LINEAR * max(1.0, proven.size):
        ledger.differ("priced, bound", repr(bound), say("runs_proof.at_least", value=proven.floor))
    room = max(0.0, objective - bound)
    lines = []
    for band, (name, found) in enumerate(released(count, weights_of(count), rows), start=1):
        line = _drawn(folder / OPPORTUNITY_PACKAGE, (name, names[name]), count, found, ends, ledger)
        if line is None:
            return
        _figures(line, names[name], count, found, (room, high.get(name)), ledger)
        frame = count.instance.grid.frame
        if isinstance(frame, RasterFrame):
            among = band, len(count.instance.redlines)
            _band(folder / OPPORTUNITY_RASTER, among, frame, line, found, ledger)
        lines.append(line)
    _grades(lines, names, ledger)
    check_rows(folder / REDLINE_COSTS, ("redline",), [_row(each, count) for each in lines], ledger)
    _table(folder / REDLINE_PATCHES, lines, count, ledger)
    ledger.done("verify.costs", name=OPPORTUNITY_PACKAGE)


def _wholes(path: Path, ledger: Ledger) -> dict[str, float]:
    """What every line costs at the most, where that is told; the ends of each in their order."""
    found = {}
    for row in read_rows(path, ("redline", *ENDS), ledger) or []:
        low, high = (float(row[end]) if row[end] else math.nan for end in ENDS)
        if not math.isnan(high):
            found[row["redline"]] = high
        if low > high:
            figure = f"{path.name}, {row['redline']}, {ENDS[0]}"
            ledger.differ(figure, repr(low), say("runs_verify.most", value=high), by=path.name)
    return found


def _drawn(
    path: Path,
    named: tuple[str, str],
    count: Recount,
    found: Released,
    ends: NDArray[np.int64],
    ledger: Ledger,
) -> _Line | None:
    """The patches of a line as they are drawn: all units that gain and no others, each in a patch of its
    class that is whole and hangs together."""
    table, instance = read_table(path, named[1], FIELDS, ledger), count.instance
    if table is None:
        return None
    polygons = len(table["rank"])
    drawn = drawn_units(shapely.from_wkb(table.get(GEOMETRY, np.zeros(0, dtype=object))), instance.grid.frame)
    inside = drawn.of >= 0
    wrong = drawn.beyond + drawn.astray + int((inside != found.pays)[~found.near].sum())
    wrong += polygons - len(np.unique(drawn.of[inside]))
    becomes = index_of(instance.classes.names, table["class"])
    klass = np.where(inside, np.append(becomes, -1)[drawn.of], -1)
    known = inside & (klass >= 0)
    wrong += int((inside & ~known).sum()) + int((~found.best[known, klass[known]]).sum())
    alike = klass[ends[:, 0]] == klass[ends[:, 1]]
    piece = pieces_of(inside, (ends[alike, 0], ends[alike, 1]))[inside]
    pairs = np.unique(np.column_stack([piece, drawn.of[inside]]), axis=0)
    wrong += abs(len(pairs) - len(np.unique(piece))) + abs(len(pairs) - polygons)
    if wrong:
        place = say("runs_verify.outlines", file=path.name, layer=named[1])
        ledger.wrong(place, say("runs_verify.as_priced"), wrong, by="the certificate")
        return None
    return _Line(named[0], drawn.of, table, np.where(inside, found.gain, 0.0))


def _figures(
    line: _Line,
    layer: str,
    count: Recount,
    found: Released,
    most: tuple[float, float | None],
    ledger: Ledger,
) -> None:
    """The figures of every patch, and its ranks; ``most`` is the room above the bound, and what the line
    costs at the most."""
    inside, n = line.of >= 0, len(line.told["rank"])

    def summed(value: FloatArray) -> FloatArray:
        return np.bincount(line.of[inside], weights=value[inside], minlength=n).astype(float)

    area, total = summed(count.area), summed(line.cost)
    at_most = most[0] + summed(found.ceiling)
    wanted = {
        "units": summed(np.ones(len(inside))),
        "area_ha": area,
        "total_tco2e_yr": total,
        "per_ha_tco2e_yr": total / area,
        "at_most_tco2e_yr": at_most if most[1] is None else np.minimum(at_most, most[1]),
    }
    size = float(np.max(summed(found.size), initial=1.0))
    for field, value in wanted.items():
        figure = f"{OPPORTUNITY_PACKAGE}, {layer}, {field}"
        check_sums(figure, line.told[field], value, ledger, size if field in FIELDS[4:] else 1.0)
    for rank, by in (("rank", total), ("rank_per_ha", total / area)):
        is_wrong = not ranked(line.told[rank].astype(float), by)
        figure = f"{OPPORTUNITY_PACKAGE}, {layer}, {rank}"
        ledger.wrong(figure, say("runs_verify.as_priced"), n if is_wrong else 0, by="the certificate")


def _grades(lines: Sequence[_Line], names: dict[str, str], ledger: Ledger) -> None:
    """The grade of every patch among the steps that all lines share."""
    per_ha = [line.told["per_ha_tco2e_yr"].astype(float) for line in lines]
    steps = steps_of(max((float(each.max(initial=0.0)) for each in per_ha), default=0.0))
    for line, each in zip(lines, per_ha, strict=True):
        wrong = int((line.told["grade"].astype(str) != grades_of(each, steps).astype(str)).sum())
        figure = f"{OPPORTUNITY_PACKAGE}, {names[line.name]}, grade"
        ledger.wrong(figure, say("runs_verify.as_priced"), wrong, by="the certificate")


def _row(line: _Line, count: Recount) -> Row:
    """A line as the table tells it."""
    pays = line.of >= 0
    return {
        "redline": line.name,
        "units": str(int(pays.sum())),
        "area_ha": float(count.area[pays].sum()),
        "sum_tco2e_yr": float(line.cost.sum()),
        "largest_tco2e_yr": float(line.cost.max(initial=0.0)),
    }


def _band(
    path: Path, among: tuple[int, int], frame: RasterFrame, line: _Line, found: Released, ledger: Ledger
) -> None:
    """A line's band, the how many of how many, of the raster: what every cell gains, in single precision."""
    figure = f"{path.name}, {line.name}"
    try:
        with rasterio.open(path) as raster:
            placed = raster.shape == frame.shape and raster.count == among[1]
            image = raster.read(among[0]) if placed else None
            placed &= raster.transform.almost_equals(frame.transform, precision=1e-6 * abs(frame.transform.a))
    except (RasterioIOError, OSError, ValueError) as fault:
        ledger.differ(figure, say("runs_verify.readable"), unreadable(fault), by="the folder")
        return
    if image is None or not placed:
        ledger.differ(say("runs_verify.grid", name=path.name), among[1], say("runs_verify.another_grid"))
        return
    told = image.ravel().astype(float)
    beyond = np.ones(len(told), dtype=bool)
    beyond[frame.cells] = False
    close = SINGLE * np.abs(line.cost) + RELATIVE * np.maximum(1.0, found.size)
    wrong = ~(np.abs(told[frame.cells] - line.cost) <= close)
    ledger.figures += len(wrong)
    ledger.wrong(
        figure, say("runs_verify.as_priced"), int(wrong.sum()) + int((~np.isnan(told[beyond])).sum())
    )


def _table(path: Path, lines: Sequence[_Line], count: Recount, ledger: Ledger) -> None:
    """The table of patches: each by a point in it, with the figures of the layer."""
    rows = read_rows(path, IN_TABLE, ledger)
    if rows is None:
        return
    by_name = {line.name: line for line in lines}
    seen = set()
    for row in rows:
        line, figure = by_name.get(row["redline"]), f"{path.name}, {row['redline']}, {row['rank']}"
        unit = _unit_at(row, count)
        patch = -1 if line is None or unit is None else int(line.of[unit])
        if line is None or patch < 0 or (line.name, patch) in seen:
            ledger.differ(figure, say("runs_verify.there"), say("runs_verify.none"), by=path.name)
            continue
        seen.add((line.name, patch))
        for field in FIELDS:
            value = line.told[field][patch]
            if field == "class":
                ledger.same(f"{figure}, becomes", row["becomes"], value, by=path.name)
            elif field != "grade":
                ledger.number(f"{figure}, {field}", _number(row[field]), float(value), by=path.name)
    ledger.same(path.name, len(seen), sum(len(line.told["rank"]) for line in lines), by=path.name)
    ledger.done("verify.table", name=path.name)


def _unit_at(row: dict[str, str], count: Recount) -> int | None:
    """The unit in which the point of a row lies."""
    x, y = _number(row["x"]), _number(row["y"])
    frame = count.instance.grid.frame
    if math.isnan(x) or math.isnan(y):
        return None
    if not isinstance(frame, RasterFrame):
        inside = np.flatnonzero(shapely.intersects_xy(frame.geometry, x, y))
        return int(inside[0]) if len(inside) else None
    back = ~frame.transform
    column, line = math.floor(back.a * x + back.b * y + back.c), math.floor(back.d * x + back.e * y + back.f)
    if not (0 <= line < frame.shape[0] and 0 <= column < frame.shape[1]):
        return None
    place = int(np.searchsorted(frame.cells, line * frame.shape[1] + column))
    found = place < len(frame.cells) and frame.cells[place] == line * frame.shape[1] + column
    return place if found else None


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
