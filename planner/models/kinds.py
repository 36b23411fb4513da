"""Models beside the layout by their kinds: how each is written into a run's folder, drawn, and read again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from formulations.linked.kinds import Planned, figures_of, values_of
from instances.instance import Instance
from instances.units.grid import Layout
from planner.export.layer import Layer
from planner.models.layers import PLANTS, cycle_layers, write_layers
from planner.models.measures_files import PACKAGE, cut_layers, read_cuts, write_cut_layers, write_cuts
from planner.models.reading import read_cycle
from planner.models.service_layers import CENTRES, services_layers, write_centres
from planner.models.service_reading import read_services_plan
from planner.models.service_tables import write_ways
from planner.models.tables import write_tables
from planner.plans.plan import Certificate, Plan

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
LAYERS: Mapping[str, tuple[str, Callable[..., Iterable[Layer]]]] = {
    "cycle": (PLANTS, cycle_layers),
    "services": (CENTRES, services_layers),
    "measures": (PACKAGE, cut_layers),
}
"""The file of layers of each kind, and the layers of what a model amounts to, its record and the instance."""


def read_planned(folder: Path, instance: Instance) -> dict[str, Planned]:
    """What is planned of every model, from a run's folder. Raises ``StudyError`` where a file cannot be read
    or names what the study does not have."""
    return {name: READERS[model.table.kind](folder, name, model) for name, model in instance.models.items()}


def layers_again(
    folder: Path, certificate: Certificate, instance: Instance, layout: Layout
) -> Iterator[tuple[str, Layer]]:
    """The layers of every model as a run's folder should have them by its tables, each with its file.
    ``StudyError`` as for ``read_planned``."""
    for name, planned in read_planned(folder, instance).items():
        model, record = instance.models[name], (certificate.side or {}).get(name)
        if record is not None:
            file, layers = LAYERS[model.table.kind]
            figures = figures_of(model, planned, values_of(instance, model, layout))
            yield from ((file, each) for each in layers(figures, record, instance))


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
