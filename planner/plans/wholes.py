"""Land that stays whole in a plan: how many pieces there are, and how many of them become something else."""

from __future__ import annotations

import numpy as np

from instances.instance import Instance
from instances.units.grid import Layout
from planner.plans.plan import WholeRecord


def whole_records(instance: Instance, layout: Layout) -> tuple[WholeRecord, ...]:
    """What a certificate tells of land that stays or goes as one, rule by rule in the order of the study."""
    wholes = instance.wholes
    if wholes is None:
        return ()
    units = np.flatnonzero(wholes.of >= 0)
    moved = np.zeros(len(wholes), dtype=bool)
    moved[wholes.of[units[layout[units] != instance.today[units]]]] = True
    return tuple(
        WholeRecord(
            rule=name,
            pieces=int((wholes.rule == number).sum()),
            area_ha=float(wholes.area_ha[wholes.rule == number].sum()),
            changed=int((moved & (wholes.rule == number)).sum()),
            changed_ha=float(wholes.area_ha[moved & (wholes.rule == number)].sum()),
        )
        for number, name in enumerate(wholes.names)
    )
