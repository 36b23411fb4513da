"""The network of a run's folder found again on the map: measures, patches, corridors, bottlenecks, links;
the width of corridors by other means."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from instances.instance import Instance
from instances.units.grid import Layout
from planner.export.networks import COLUMNS, LAYERS, measures, network_layers
from planner.export.tables import as_written
from planner.plans.networked import has_network, networked
from planner.recount.beside.mesh import Ground
from planner.recount.beside.widths import check_widths
from planner.recount.layers.wanted import check_layer
from planner.recount.ledger import Ledger, lacking, unreadable
from words.said import say

TABLE, PACKAGE = "network.csv", "network.gpkg"


def check_network(folder: Path, instance: Instance, layout: Layout, ledger: Ledger) -> None:
    """Compare what a folder has of the network with the network of the layout."""
    if not has_network(instance.study) or not (folder / TABLE).is_file():
        return
    found, lang = networked(instance, layout), instance.study.lang
    _table(folder / TABLE, measures(found, lang), ledger)
    if (folder / PACKAGE).is_file():
        for layer in network_layers(found, instance, lang):
            check_layer(folder / PACKAGE, layer.name, layer.table, ledger)
        widths = [(each.units, each.width_m) for each in found.linkage.corridors]
        check_widths(Ground.of(instance), instance.today, layout, widths, f"{PACKAGE}, corridors", ledger)
        ledger.done("verify.network_layers", n=len(LAYERS))


def _table(path: Path, wanted: pd.DataFrame, ledger: Ledger) -> None:
    try:
        table = pd.read_csv(path, encoding="utf-8-sig")
    except (OSError, ValueError) as fault:
        ledger.differ(path.name, say("runs_verify.readable"), unreadable(fault), by="the folder")
        return
    missing = [name for name in COLUMNS if name not in table]
    if missing:
        ledger.differ(path.name, *lacking(COLUMNS, missing), by="the folder")
        return
    rows = [say("runs_verify.rows", n=len(each)) for each in (table, wanted)]
    ledger.same(path.name, rows[1], rows[0], by="the folder")
    if len(table) != len(wanted):
        return
    for said, row in zip(table.to_dict("records"), wanted.to_dict("records"), strict=True):
        keys = ("layout", "neighbours", "distance_m", "measure")
        place = ", ".join(f"{row[key]}" for key in keys if pd.notna(row[key]))
        for key in keys:
            ledger.same(f"{path.name}, {place}, {key}", as_written(_plain(said[key])), _plain(row[key]))
        value = pd.to_numeric(said["value"], errors="coerce")
        ledger.number(f"{path.name}, {place}", _none(value), _none(row["value"]), str(row["unit"]), path.name)
    ledger.done("verify.table", name=path.name)


def _plain(value: object) -> object:
    """A cell: None where it is empty, a whole number as one."""
    if pd.isna(value):
        return None
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _none(value: float) -> float | None:
    return None if pd.isna(value) else float(value)
