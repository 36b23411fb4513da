"""Small costs told as land: what so many hectares of the class that takes up most carbon take up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formulations.sensitivity.difference import Interval
from formulations.sensitivity.tightening import Equivalent, equivalent
from instances.instance import Instance
from instances.land.classes import Classes
from words.catalogue import Words
from words.numbers import not_above, not_below


@dataclass(frozen=True, slots=True)
class Worth:
    """The land by whose uptake small costs are told, and the classes that name it."""

    land: Equivalent
    classes: Classes

    def name(self, words: Words) -> str:
        """The land's name within a sentence."""
        return words.inside(self.classes[self.land.klass].label(words.lang))

    def small(self, most: float) -> bool:
        """True where a cost that is proven to be at most so much is next to nothing."""
        return most <= self.land.floor


def equivalent_of(instance: Instance) -> Equivalent:
    """The land of a study by whose uptake small costs are told."""
    present = np.isin(np.arange(len(instance.classes)), instance.today)
    keeping = np.diagonal(np.asarray(instance.emissions.total))
    return equivalent(keeping.tolist(), present.tolist(), instance.grid.total_ha)


def worth_of(instance: Instance) -> Worth:
    """The same with the classes that name it."""
    return Worth(equivalent_of(instance), instance.classes)


def exact(known: Interval) -> bool:
    """True where both ends of a cost are the same figure once rounded outwards to what is shown."""
    near, far = sorted((abs(known.low), abs(known.high)))
    return known.certain and not_above(near) == not_below(far)
