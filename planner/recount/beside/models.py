"""Every model beside the layout counted again, each by what knows its kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from instances.instance import Instance
from instances.units.grid import Layout
from planner.plans.plan import Certificate, IndicatorRecord
from planner.recount.beside.counted import UNIT, CountedModel
from planner.recount.beside.cycle import Counted
from planner.recount.beside.measures import CountedMeasures
from planner.recount.beside.services import CountedServices
from planner.recount.ledger import Ledger

COUNTED: Mapping[str, tuple[Callable[[Any, Instance, Layout], CountedModel], str]] = {
    "cycle": (Counted, "verify.cycle"),
    "services": (CountedServices, "verify.services"),
    "measures": (CountedMeasures, "verify.measures"),
}
"""What counts a model of each kind, and what verify says when it has."""


def check_models(
    folder: Path, certificate: Certificate, instance: Instance, layout: Layout, ledger: Ledger
) -> dict[str, IndicatorRecord]:
    """Compare the models of a folder with its certificate and with their own rows; what each adds to the
    objective, as an indicator."""
    said, found = dict(certificate.side or {}), {}
    for name in ledger.names("side", said, dict(instance.models)):
        model = instance.models[name]
        counted, done = COUNTED[model.table.kind]
        count = counted(model, instance, layout)
        if count.read(folder, ledger):
            count.rows(ledger)
            count.tables(ledger)
            count.record(said[name], ledger)
        value = count.tco2e() if count.files else said[name].objective
        today = counted(model, instance, instance.today).without()
        found[f"models.{name}"] = IndicatorRecord(value=value, baseline=today, unit=UNIT)
        ledger.done(done, name=name)
    return found
