"""Models beside the layout by their kinds: what a plan of each amounts to, nothing being done, and its link.

Loads no solver.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from formulations.core.indicator import Indicator
from formulations.indicators.areas import area_of
from formulations.indicators.catalogue import indicators
from formulations.linked.cycle_plan import CycleFigures, CyclePlan
from formulations.linked.measures_plan import MeasuresFigures, MeasuresPlan
from formulations.linked.services_plan import ServicesFigures, ServicesPlan
from instances.instance import Instance
from instances.materials.cycle import Cycle
from instances.materials.measures import Measures
from instances.materials.models import Model
from instances.materials.services import Services
from instances.units.grid import FloatArray, Layout

PRICED = "models"
"""What the names of side models begin with, among indicators."""
Planned = CyclePlan | ServicesPlan | MeasuresPlan
"""What is planned of a model."""
Figures = CycleFigures | ServicesFigures | MeasuresFigures
"""What a plan of a model amounts to beside what its links have."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What is particular to the models of one kind: ``figures`` of a model, its plan and what its links have
    (districts,); the plan of nothing being done; the indicator that is its link."""

    figures: Callable[[Any, Any, FloatArray], Figures]
    idle: Callable[[Any, FloatArray], Planned]
    link: Callable[[Instance, Any], Indicator]


def _straw_land(instance: Instance, cycle: Cycle) -> Indicator:
    """Ha of the land whose straw is collected."""
    return area_of(instance, f"{PRICED}.{cycle.name}", cycle.land)


def _people(instance: Instance, services: Services) -> Indicator:
    """Persons who live in a unit."""
    return replace(indicators(instance)[services.people], name=f"{PRICED}.{services.name}")


def _room(instance: Instance, measures: Measures) -> Indicator:
    """The room that the layout leaves for measures."""
    return replace(indicators(instance)[measures.of], name=f"{PRICED}.{measures.name}")


KINDS: Mapping[str, Kind] = {
    "cycle": Kind(CycleFigures, lambda cycle, _: CyclePlan.none(cycle), _straw_land),
    "services": Kind(ServicesFigures, ServicesPlan.none, _people),
    "measures": Kind(MeasuresFigures, lambda measures, _: MeasuresPlan.none(measures), _room),
}
"""Every kind of model."""


def link_of(instance: Instance, model: Model) -> Indicator:
    """The indicator by which a model sees the layout, district by district."""
    return KINDS[model.table.kind].link(instance, model)


def values_of(instance: Instance, model: Model, layout: Layout) -> FloatArray:
    """(districts,) what a layout gives to the links of a model, in the indicator's unit."""
    return link_of(instance, model).evaluate_by(layout, model.districts)


def figures_of(model: Model, plan: Planned, values: FloatArray) -> Figures:
    """What a plan of a model amounts to where its links have ``values`` (districts,)."""
    return KINDS[model.table.kind].figures(model, plan, values)


def idle(instance: Instance, model: Model) -> Figures:
    """A model on today's land, where nothing is done."""
    values = values_of(instance, model, instance.today)
    return figures_of(model, KINDS[model.table.kind].idle(model, values), values)
