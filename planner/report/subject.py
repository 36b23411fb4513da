"""What a report is about: a plan, and the figures that several of its parts share."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from instances.instance import Instance
from instances.land.classes import LandClass
from instances.study.schema import Study
from instances.units.grid import FloatArray
from instances.units.sums import sum_by
from planner.plans.log import day_of
from planner.plans.plan import Certificate, IndicatorRecord, LimitRecord, Plan
from planner.words.indicator_names import label
from planner.words.notices import told
from planner.words.scenario_names import scenario_label
from words.catalogue import Words


@dataclass(frozen=True, eq=False)
class Subject:
    """A plan, and the words in which it is told."""

    plan: Plan
    words: Words

    @property
    def instance(self) -> Instance:
        """The area."""
        return self.plan.instance

    @property
    def study(self) -> Study:
        """The study of the scenario."""
        return self.plan.instance.study

    @property
    def certificate(self) -> Certificate:
        """The certificate: every figure of the report that stands in it is taken from it."""
        return self.plan.certificate

    @cached_property
    def moved_ha(self) -> FloatArray:
        """(classes today, classes planned) area in ha; the diagonal is land that keeps its class."""
        count = len(self.instance.classes)
        pair = self.instance.today.astype(np.int32) * count + self.plan.layout
        return sum_by(pair, self.instance.grid.area_ha, count**2).reshape(count, count)

    @property
    def changed(self) -> IndicatorRecord:
        """The area that changes class."""
        return self.certificate.indicators["changed_area"]

    @property
    def day(self) -> str:
        """The day of the run, from the first line of its log."""
        return day_of(self.plan.log)

    @property
    def scenario(self) -> str:
        """The scenario's name for readers."""
        return scenario_label(self.certificate.scenario, self.words, self.study.label)

    @property
    def marks(self) -> tuple[str, ...]:
        """The sentences that every use of the plan must show; a planner's own stand as written."""
        return (*self.study.marks, *told(self.instance.emissions.notices, self.words.lang))

    def indicator(self, name: str) -> str:
        """An indicator's name for readers."""
        return label(name, self.words.lang, self.instance.classes)

    def land(self, item: LandClass) -> str:
        """A class's name for readers."""
        return item.label(self.words.lang)

    def division(self, name: str) -> str:
        """The name for readers of a division into districts."""
        found = self.instance.districts.get(name)
        return name if found is None else found.label(self.words.lang)

    def district(self, by: str | None, name: str) -> str:
        """The name for readers of a district of a division."""
        found = self.instance.districts.get(by or "")
        position = None if found is None else found.find(name)
        return name if found is None or position is None else found.names_in(self.words.lang)[position]

    def missed(self, limit: LimitRecord) -> bool:
        """Whether a limit is missed by more than rounding."""
        bounds = [abs(bound) for bound in (limit.at_least, limit.at_most) if bound is not None]
        return limit.slack < -1e-6 * max(1.0, *bounds)
