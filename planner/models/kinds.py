"""Models beside the layout by their kinds: how each is written into a run's folder, drawn, and read again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from formulations.linked.kinds import Planned
from instances.instance import Instance
from planner.models.layers import write_layers
from planner.models.measures_files import read_cuts, write_cut_layers, write_cuts
from planner.models.reading import read_cycle
from planner.models.service_layers import write_centres
from planner.models.service_reading import read_services_plan
from planner.models.service_tables import write_ways
from planner.models.tables import write_tables
from planner.plans.plan import Plan

READERS: Mapping[str, Callable[[Path, str, Any], Planned]] = {
    "cycle": read_cycle,
    "services": read_services_plan,
    "measures": read_cuts,
}
"""How a model of each kind is read from a run's folder."""
WRITERS: Mapping[str, tuple[Callable[[Plan, Path], None], ...]] = {
    "cycle": (write_tables, write_layers),
    "services": (write_ways, write_centres),
    "measures": (write_cuts, write_cut_layers),
}
"""What writes the tables and layers of each kind."""


def read_planned(folder: Path, instance: Instance) -> dict[str, Planned]:
    """What is planned of every model, from a run's folder. Raises ``StudyError`` where a file cannot be read
    or names what the study does not have."""
    return {name: READERS[model.table.kind](folder, name, model) for name, model in instance.models.items()}


def write_model(plan: Plan, folder: Path, kind: str) -> None:
    """Write the tables and layers of a plan's model of a kind."""
    for write in WRITERS[kind]:
        write(plan, folder)


def draw_model(plan: Plan, path: Path, kind: str) -> None:
    """Write the map of a plan's model of a kind to ``path`` (.png)."""
    # the drawing library is slow to load
    from planner.models.flow_map import draw_flows  # noqa: PLC0415
    from planner.models.services_map import draw_services  # noqa: PLC0415

    {"cycle": draw_flows, "services": draw_services}[kind](plan, path, plan.instance.study.lang)
