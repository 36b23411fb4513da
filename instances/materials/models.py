"""Every model beside the layout that a study states, each read by what knows its kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from instances.materials.cycle import Cycle, read_cycle
from instances.materials.kinds import Ground, stated_whole
from instances.materials.measures import Measures, read_measures
from instances.materials.schedule import Schedule, read_schedule
from instances.materials.services import Services, read_services
from instances.study.findings import Findings
from instances.study.model_tables import SCHEDULE, ModelTable

Model = Cycle | Services | Measures
READERS: Mapping[str, Callable[[str, ModelTable, Ground, Findings], Model | None]] = {
    "cycle": read_cycle,
    "services": read_services,
    "measures": read_measures,
}
"""How a model of each kind that is a part of the layout's problem is read."""


def read_models(ground: Ground, findings: Findings) -> dict[str, Model]:
    """Every model of a study that could be read, by its name; faults of all parts are errors together."""
    found = {}
    for name, table in ground.study.linked.items():
        if not stated_whole(name, table, findings):
            continue
        before = len(findings.errors)
        model = READERS[table.kind](name, table, ground, findings)
        if model is not None and len(findings.errors) == before:
            found[name] = model
    return found


def read_order(ground: Ground, findings: Findings) -> Schedule | None:
    """What is asked of the order of the changes; None where the study asks for none, or with errors."""
    for name, table in ground.study.models.items():
        if table.kind == SCHEDULE and stated_whole(name, table, findings):
            return read_schedule(name, table, ground, findings)
    return None
