"""The layers of models beside the layout: drawn anew from the tables that were counted, and compared."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from instances.instance import Instance
from instances.study.findings import StudyError
from instances.units.grid import Layout
from planner.export.layer import Layer
from planner.models.layers import PLANTS, cycle_layers
from planner.models.layers import figures_in as cycle_figures
from planner.models.reading import read_cycles
from planner.models.service_layers import CENTRES, services_layers
from planner.models.service_reading import read_services_plans
from planner.models.service_tables import figures_in as services_figures
from planner.plans.plan import Certificate
from planner.recount.layers.wanted import check_layer
from planner.recount.ledger import Ledger
from words.said import say


def check_model_layers(
    folder: Path, certificate: Certificate, instance: Instance, layout: Layout, ledger: Ledger
) -> None:
    """Compare ``plants.gpkg`` and ``centres.gpkg`` with what tables, study and layout make of them: whoever
    counted the tables counts these by the code that writes them."""
    try:
        wanted = list(_wanted(folder, certificate, instance, layout))
    except StudyError as fault:
        for finding in fault.findings:
            ledger.differ(
                str(finding.place), say("runs_verify.readable"), str(finding.fault), by="the folder"
            )
        return
    for file, layer in wanted:
        check_layer(folder / file, layer.name, layer.table, ledger)


def _wanted(
    folder: Path, certificate: Certificate, instance: Instance, layout: Layout
) -> Iterator[tuple[str, Layer]]:
    sides = certificate.side or {}
    if instance.cycles:
        for name, cycle in read_cycles(folder, instance).items():
            figures = cycle_figures(instance, cycle, layout)
            yield from ((PLANTS, each) for each in cycle_layers(figures, instance, sides.get(name)))
    if instance.services:
        for name, services in read_services_plans(folder, instance).items():
            ways = services_figures(instance, services, layout)
            yield from ((CENTRES, each) for each in services_layers(ways, instance, sides.get(name)))
