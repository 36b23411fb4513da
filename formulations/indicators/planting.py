"""New vegetation: land newly of a class that the study marks as native or not, and of one it marks native."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from formulations.core.indicator import CellTerm, Indicator
from formulations.indicators.areas import planned_as
from instances.instance import Instance
from instances.land.species import marked

PLANTED, NATIVE = "planted", "native_planted"


def planting(instance: Instance) -> Iterator[Indicator]:
    """``planted`` and ``native_planted``, ha of land whose class is not today's, where classes of the study
    say whether they are ``native``: of any such class, and of those that are."""
    every, native = marked(instance.study, instance.classes)
    new = 1.0 - np.eye(len(instance.classes))
    if every.any():
        for name, member in ((PLANTED, every), (NATIVE, native)):
            cells = (CellTerm(instance.grid.area_ha, instance.today, new * planned_as(member)),)
            yield Indicator(name, "ha", cells=cells)
