"""The layers of a plan counted again from its layout: every polygon's place, class, units, area and colour.

In whatever format they lie (see ``layered``); wording is not compared, but for the red lines that a change
touches.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyogrio.errors import DataSourceError

from instances.instance import Instance
from instances.rules.districts import Districts
from instances.rules.measures import hectares
from instances.units.grid import FloatArray, Layout, ParcelFrame
from planner.export.overlays import SIZES
from planner.recount.layers.described import (
    classes_told,
    index_of,
    joined,
    sums_of,
    wrong_areas,
    wrong_lines,
    wrongly_classed,
)
from planner.recount.layers.layered import ROUNDED_HA, Layered, Table, is_standard
from planner.recount.layers.outlines import drawn_units, extent_of, planar
from planner.recount.layers.reread import GEOMETRY
from planner.recount.ledger import RELATIVE, Ledger
from words.said import Said, say

LAYERS = {
    "patches", "changes", "reasons", "conflicts", "units", "network", "redlines", "districts", "balance",
    "schedule", "today", "classes", "layer_styles",
}  # fmt: skip


def check_package(layered: Layered, instance: Instance, layout: Layout, ledger: Ledger) -> None:
    """Compare every layer of a package with the layout, the land of today and the red lines."""
    _Package(layered, instance, layout, ledger).check()


MOST_DISTRICTS = 80
"""Districts of a division that maps show, at most."""


class _Package:
    """The layers of one plan in one format, checked layer by layer."""

    def __init__(self, layered: Layered, instance: Instance, layout: Layout, ledger: Ledger) -> None:
        self.layered, self.path = layered, layered.path
        self.instance, self.ledger = instance, ledger
        self.layout, self.today = layout.astype(np.int64), instance.today.astype(np.int64)
        self.area: FloatArray = np.asarray(instance.grid.area_ha, dtype=float)
        self.names = instance.classes.names
        self.rounding = 0.0
        self.count = len(self.names)

    def check(self) -> None:
        """Every layer."""
        planned, before = self._by_class(self.layout), self._by_class(self.today)
        self._land("patches", self.layout, planned)
        self._land("today", self.today, before)
        self._changes()
        self._reasons()
        self._network(planned)
        self._classes(before, planned)
        if isinstance(self.instance.grid.frame, ParcelFrame):
            self._units(self.instance.grid.frame)
        self._lines()
        self._districts()
        self._conflicts()
        self._others()
        self.ledger.done("verify.package", name=self.path.name)

    def _others(self) -> None:
        """Layers that no run writes."""
        try:
            names = self.layered.layers()
        except (DataSourceError, OSError, ValueError):
            return  # told already, layer by layer
        for name in sorted(names - (LAYERS if self._drawable() else LAYERS - {"districts"})):
            self.ledger.differ(
                self._figure(name), say("runs_verify.nothing"), say("runs_verify.one"), self.path.name
            )

    def _both_areas(self, layer: str, table: Table) -> None:
        """Areas in the plane and on the ellipsoid, where they stand beside the plan's own."""
        for field, wrong in wrong_areas(table, self.instance.grid, self.layered.planar):
            self._wrong(self._figure(layer, field), say("runs_verify.as_drawn"), wrong)

    def _classed(self, layer: str, table: Table, of: NDArray[np.int64], field: str = "class") -> None:
        """Code, space and colour of every row's class, and the standard's code of it."""
        for name, wrong in wrongly_classed(table, of, self.instance.classes, field):
            self._wrong(self._figure(layer, name), say("runs_verify.code_of_class"), wrong)

    def _by_class(self, layout: NDArray[np.int64]) -> FloatArray:
        """(classes,) the area of every class, ha."""
        return np.bincount(layout, weights=self.area, minlength=self.count).astype(float)

    def _table(self, layer: str, *fields: str) -> Table | None:
        table = self.layered.table(layer, fields, self.instance.grid, self.ledger)
        if table is not None:
            self.rounding = ROUNDED_HA if is_standard(table) else 0.0
            self._both_areas(layer, table)
        return table

    def _wrong(self, figure: str, said: str, count: int | np.integer, by: str = "the plan") -> None:
        """A difference where a number of things are not as they should be."""
        if count:
            self.ledger.differ(figure, said, say("runs_verify.do_not", n=f"{int(count):,}"), by=by)

    def _figure(self, layer: str, *more: str) -> str:
        return ", ".join((self.path.name, layer, *more))

    def _areas(
        self, layer: str, keys: NDArray[np.object_], areas: NDArray[np.object_], expected: Mapping[str, float]
    ) -> None:
        """Compare the areas of a layer, summed by a key, with those of the layout."""
        named, of = np.unique(keys.astype(str), return_inverse=True)
        sums = np.bincount(of.ravel(), weights=areas.astype(float), minlength=len(named))
        found = dict(zip(named.tolist(), sums.tolist(), strict=True))
        rows = dict(zip(named.tolist(), np.bincount(of.ravel(), minlength=len(named)).tolist(), strict=True))
        for key in sorted(expected.keys() | found.keys()):
            figure = self._figure(layer, *([key] if key else ()))
            amount, wanted = found.get(key, 0.0), float(expected.get(key, 0.0))
            if abs(amount - wanted) <= self.rounding * rows.get(key, 0):
                amount = wanted
            self.ledger.number(figure, amount, wanted, "ha", by=self.path.name)

    def _drawn(
        self,
        layer: str,
        table: Table,
        row_value: NDArray[np.int64],
        value: NDArray[np.int64],
        fields: Mapping[str, FloatArray],
    ) -> NDArray[np.int64] | None:
        """Compare outlines with what every unit is (``value``, -1: in none), and what the layer's ``fields``
        tell of every polygon with the sums of its units' amounts.

        (units,) the polygon of each, -1 for none; None where the outlines are others.
        """
        outlines: Said = say("runs_verify.outlines", file=self.path.name, layer=layer)
        polygons = shapely.from_wkb(table[GEOMETRY])
        drawn = drawn_units(polygons, self.instance.grid.frame)
        self._wrong(outlines, say("runs_verify.on_borders"), drawn.astray)
        held = np.where(drawn.of >= 0, np.append(row_value, -1)[drawn.of], -1)
        wrong = int((held != value).sum()) + drawn.beyond
        self._wrong(outlines, say("runs_verify.where_planned"), wrong)
        if wrong or drawn.astray:
            return None
        inside = drawn.of >= 0
        for name, amount in fields.items():
            sums = np.bincount(drawn.of[inside], weights=amount[inside], minlength=len(polygons))
            told = table[name].astype(float)
            size = RELATIVE * max(1.0, float(amount.max(initial=0)))
            size = max(size, self.rounding if name == "area_ha" else 0.0)
            close = np.isclose(told, sums, rtol=RELATIVE, atol=size)
            self._wrong(self._figure(layer, name), say("runs_verify.sum_of_units"), (~close).sum())
        frame = self.instance.grid.frame
        if isinstance(frame, ParcelFrame):
            sums = np.bincount(
                drawn.of[inside], weights=planar(frame.geometry)[inside], minlength=len(polygons)
            )
            close = np.isclose(planar(polygons), sums, rtol=self.layered.planar)
            self._wrong(outlines, say("runs_verify.of_their_parcels"), (~close).sum())
        return drawn.of

    def _told(self, table: Table, field: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        return classes_told(table, field, self.instance.classes)

    def _land(self, layer: str, value: NDArray[np.int64], areas: FloatArray) -> None:
        table = self._table(layer, "class", "code", "area_ha", "space", "colour")
        if table is None:
            return
        expected = {name: float(area) for name, area in zip(self.names, areas, strict=True)}
        self._areas(layer, table["class"], table["area_ha"], expected)
        row = index_of(self.names, table["class"])
        self._classed(layer, table, row)
        self._drawn(layer, table, row, value, {"area_ha": self.area})

    def _changes(self) -> None:
        table = self._table("changes", "change", "from_class", "to_class", "units", "area_ha", "redlines")
        if table is None:
            return
        value = np.where(self.layout == self.today, -1, self.today * self.count + self.layout)
        moved = value >= 0
        sums = np.bincount(value[moved], weights=self.area[moved], minlength=self.count**2)
        pairs = [f"{one}>{other}" for one in self.names for other in self.names]
        row = index_of(pairs, table["change"])
        expected = {pairs[p].replace(">", " to "): float(sums[p]) for p in np.flatnonzero(sums)}
        keys = np.array([str(pair).replace(">", " to ") for pair in table["change"]], dtype=object)
        self._areas("changes", keys, table["area_ha"], expected)
        known = row >= 0
        for field, of in (("from_class", row // self.count), ("to_class", row % self.count)):
            told, first = self._told(table, field)
            differs = np.append(first, -1)[np.where(known, of, self.count)] != told
            self._wrong(self._figure("changes", field), say("runs_verify.code_of_class"), differs.sum())
            self._classed("changes", table, np.where(known, of, -1), field)
        self._touching("changes", table, row, value)

    def _reasons(self) -> None:
        """The patches of change a second time, with why they are there."""
        table = self._table("reasons", "change", "units", "area_ha", "redlines")
        if table is None:
            return
        value = np.where(self.layout == self.today, -1, self.today * self.count + self.layout)
        pairs = [f"{one}>{other}" for one in self.names for other in self.names]
        self._touching("reasons", table, index_of(pairs, table["change"]), value)

    def _touching(self, layer: str, table: Table, row: NDArray[np.int64], value: NDArray[np.int64]) -> None:
        """Outlines, units and areas of patches of change, and the red lines that they touch."""
        amounts = {"area_ha": self.area, "units": np.ones(len(self.area))}
        drawn = self._drawn(layer, table, row, value, amounts)
        lines = self.instance.redlines
        if drawn is None or not lines:
            return
        inside = drawn >= 0
        touched = np.stack(
            [np.bincount(drawn[inside & line.inside], minlength=len(row)) > 0 for line in lines], axis=1
        )
        wrong = wrong_lines(table["redlines"], lines, touched)
        self._wrong(self._figure(layer, "redlines"), say("runs_verify.lines_touched"), wrong)

    def _network(self, planned: FloatArray) -> None:
        fields = ("rank", "size", "units", "area_ha", "today_ha", "new_ha", "share_percent")
        table = self._table("network", *fields)
        if table is None:
            return
        blue_green = self.instance.classes.blue_green
        whole = float(planned[blue_green].sum())
        area = table["area_ha"].astype(float)
        self._areas("network", np.full(len(area), ""), table["area_ha"], {"": whole})
        now, before = blue_green[self.layout], blue_green[self.today]
        amounts = {
            "area_ha": self.area,
            "units": np.ones(len(self.area)),
            "today_ha": self.area * before,
            "new_ha": self.area * ~before,
        }
        self._drawn("network", table, np.zeros(len(area), dtype=np.int64), np.where(now, 0, -1), amounts)
        share = 100 * area / max(whole, 1e-9)
        size = 100 * self.rounding / max(whole, 1e-9)
        close = np.isclose(table["share_percent"].astype(float), share, rtol=RELATIVE, atol=size)
        self._wrong(self._figure("network", "share_percent"), say("runs_verify.share"), (~close).sum())
        rank = table["rank"].astype(np.int64)
        by_rank = area[np.argsort(rank, kind="stable")]
        in_order = sorted(rank.tolist()) == list(range(1, len(rank) + 1)) and bool(
            (np.diff(by_rank) <= 0).all()
        )
        self._wrong(self._figure("network", "rank"), say("runs_verify.largest_first"), int(not in_order))
        steps, sizes = (
            np.array([one for one, *_ in SIZES]),
            np.array([name for _, name, _ in SIZES], dtype=object),
        )
        size = sizes[np.argmax(area[:, None] >= steps, axis=1)]
        self._wrong(
            self._figure("network", "size"), say("runs_verify.size_of_area"), (table["size"] != size).sum()
        )

    def _classes(self, before: FloatArray, planned: FloatArray) -> None:
        fields = ("class", "code", "space", "colour", "blue_green", "built", "today_ha", "plan_ha")
        table = self._table("classes", *fields)
        if table is None:
            return
        classes, by = self.instance.classes, self.path.name
        self.ledger.same(self._figure("classes", "code"), _plain(table["code"]), classes.codes.tolist(), by)
        if len(table["code"]) != self.count:
            return
        for field, areas in (("plan_ha", planned), ("today_ha", before)):
            for name, told, area in zip(self.names, table[field], areas, strict=True):
                self.ledger.number(self._figure("classes", field, name), told, float(area), "ha", by)
        for field, values in (
            ("class", list(self.names)),
            ("blue_green", classes.blue_green.tolist()),
            ("built", classes.built.tolist()),
        ):
            if field in table:
                self.ledger.same(self._figure("classes", field), _plain(table[field]), values, by)
        self._classed("classes", table, np.arange(self.count))

    def _units(self, frame: ParcelFrame) -> None:
        """The parcels as they were read, their classes of today and planned."""
        table = self._table("units", "id", "from_class", "to_class", "changed", "area_ha")
        if table is None:
            return
        ids = [str(one) for one in frame.ids]
        if list(table["id"]) != ids:
            now = say("runs_verify.parcels_or_others", n=f"{len(table['id']):,}")
            self.ledger.differ(
                self._figure("units"), say("runs_verify.parcels", n=f"{len(ids):,}"), now, by="the study"
            )
            return
        for field, layout, said in (
            ("from_class", self.today, say("runs_verify.class_today")),
            ("to_class", self.layout, say("runs_verify.class_planned")),
        ):
            told, first = self._told(table, field)
            self._wrong(self._figure("units", field), said, (told != first[layout]).sum())
            self._classed("units", table, layout, field)
        changed = table["changed"].astype(bool)
        self._wrong(
            self._figure("units", "changed"),
            say("runs_verify.whether_changed"),
            (changed != (self.today != self.layout)).sum(),
        )
        close = np.isclose(table["area_ha"].astype(float), self.area, rtol=RELATIVE, atol=self.rounding)
        self._wrong(self._figure("units", "area_ha"), say("runs_verify.area_of_parcel"), (~close).sum())
        polygons = shapely.from_wkb(table[GEOMETRY])
        same = np.isclose(planar(polygons), planar(frame.geometry), rtol=self.layered.planar)
        same &= np.isclose(shapely.bounds(polygons), shapely.bounds(frame.geometry), rtol=RELATIVE).all(
            axis=1
        )
        outlines = say("runs_verify.outlines", file=self.path.name, layer="units")
        self._wrong(outlines, say("runs_verify.as_in_input"), (~same).sum())

    def _lines(self) -> None:
        """Red lines as their files draw them; those of a raster or a condition as the units inside."""
        table = self._table("redlines", "redline", "area_ha")
        if table is None:
            return
        expected, extent = {}, {}
        for line in self.instance.redlines:
            if line.polygons is not None:
                expected[line.name] = float(hectares(line.polygons, self.instance.grid).sum())
                extent[line.name] = (float(planar(line.polygons).sum()), extent_of(line.polygons))
            else:
                expected[line.name] = float(self.area[line.inside].sum())
        self._areas("redlines", table["redline"], table["area_ha"], expected)
        polygons = shapely.from_wkb(table[GEOMETRY])
        for line in self.instance.redlines:
            mine = polygons[table["redline"] == line.name]
            figure = say("runs_verify.outlines", file=self.path.name, layer=f"redlines, {line.name}")
            if line.name in extent:
                area, bounds = extent[line.name]
                same = np.isclose(planar(mine).sum(), area, rtol=self.layered.planar)
                same &= np.allclose(extent_of(mine), bounds, rtol=RELATIVE, equal_nan=True)
                self._wrong(figure, say("runs_verify.as_in_input"), int(not same), by="the study")
            else:
                drawn = drawn_units(mine, self.instance.grid.frame)
                wrong = int(((drawn.of >= 0) != line.inside).sum()) + drawn.beyond + drawn.astray
                self._wrong(figure, say("runs_verify.the_units_inside"), wrong, by="the study")

    def _drawable(self) -> Districts | None:
        """The division whose districts the layers hold: the first with land, and with few enough of them."""
        for each in self.instance.districts.values():
            if 1 <= len(each.names) <= MOST_DISTRICTS and each.member.max() >= 0:
                return each
        return None

    def _districts(self) -> None:
        """Districts as the units that belong to each, under the names that the study knows them by."""
        division = self._drawable()
        table = None if division is None else self._table("districts", "district", "area_ha")
        if division is None or table is None:
            return
        member = division.member.astype(np.int64)
        sums = np.bincount(member[member >= 0], weights=self.area[member >= 0], minlength=len(division.names))
        held = np.bincount(member[member >= 0], minlength=len(division.names)) > 0
        expected = {name: float(sums[k]) for k, name in enumerate(division.names) if held[k]}
        self._areas("districts", table["district"], table["area_ha"], expected)
        self._drawn(
            "districts", table, index_of(division.names, table["district"]), member, {"area_ha": self.area}
        )

    def _conflicts(self) -> None:
        table = self._table("conflicts", "kind", "class", "area_ha")
        if table is None:
            return
        found = self.instance.conflicts.polygons
        told, first = self._told(table, "class")
        known = index_of(self.names, found["class"].to_numpy(dtype=object))
        of = np.where(known < 0, known, first[known])
        names = np.array([*self.names, "", ""], dtype=object)
        expected = sums_of(found["kind"], names[of], found["area_ha"])
        self._areas("conflicts", joined(table["kind"], names[told]), table["area_ha"], expected)
        area = planar(shapely.from_wkb(table[GEOMETRY])).sum()
        figure = say("runs_verify.outlines", file=self.path.name, layer="conflicts")
        same = np.isclose(area, planar(found.geometry.to_numpy()).sum(), rtol=self.layered.planar)
        self._wrong(figure, say("runs_verify.as_in_input"), int(not same), by="the study")


def _plain(told: NDArray[Any]) -> list[object]:
    """Values as Python has them."""
    return [one.item() if isinstance(one, np.generic) else one for one in told]
