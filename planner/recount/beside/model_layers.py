"""The layers of models beside the layout: drawn anew from the tables that were counted, and compared."""

from __future__ import annotations

from pathlib import Path

from instances.instance import Instance
from instances.study.findings import StudyError
from instances.units.grid import Layout
from planner.models.kinds import layers_again
from planner.plans.plan import Certificate
from planner.recount.layers.wanted import check_layer
from planner.recount.ledger import Ledger
from words.said import say


def check_model_layers(
    folder: Path, certificate: Certificate, instance: Instance, layout: Layout, ledger: Ledger
) -> None:
    """Compare layers with what tables, study and layout make of them, by the code that writes them."""
    try:
        wanted = list(layers_again(folder, certificate, instance, layout))
    except StudyError as fault:
        for finding in fault.findings:
            ledger.differ(
                str(finding.place), say("runs_verify.readable"), str(finding.fault), by="the folder"
            )
        return
    for file, layer in wanted:
        check_layer(folder / file, layer.name, layer.table, ledger)
