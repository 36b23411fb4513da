"""A draft of a plan: layouts that the master mixes, recombined with limits moved until they are met."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from formulations.column_generation.decomposition import Decomposition
from formulations.column_generation.master import Mixture, ranked
from formulations.column_generation.measure import Measured
from formulations.column_generation.recombination import Recombination
from instances.units.grid import FloatArray, Layout

RECOMBINED_LAYOUTS = 8
"""Layouts that are recombined to an integer plan in every block, those of most weight in it first.
At 3 the demo county of 400 takes 5.2 s instead of 1.4 s; at 16 Dongguan takes 1.8 s instead of 1.3 s."""
RECOMBINATION_TRIES = 3
"""Recombinations of one mixture, each with the limits moved by what the last one missed. On
Dongguan, where none meets them all, 1 saves 0.5 s of 1.3 s and 6 costs 0.7 s; demo counties need but one."""
OVERSHOOT = 1.5
"""Share of what a recombination missed by which limits are moved: more than all, as pieces are whole. At
1 and 3 Dongguan takes up to 0.5 s longer, demo counties the same."""
MISS_PENALTY = 20.0
"""What a recombination pays for a missed limit, in multiples of the limit's dual. At 5 and 100 Dongguan
takes 0.3 to 0.6 s longer, demo counties the same."""


def mixed_layouts(
    model: Decomposition, known: Sequence[Measured], mixture: Mixture
) -> tuple[list[Layout], NDArray[np.bool_]]:
    """What is mixed in every block of those ``known``, as layouts: see ``ranked``."""
    block = model.types.block[model.types.of]
    return ranked(mixture, [each.layout for each in known], block, RECOMBINED_LAYOUTS)


def drafted(
    model: Decomposition,
    known: Sequence[Measured],
    mixture: Mixture,
    plan: Layout | None,
    worth: FloatArray,
) -> Measured:
    """A layout near the mixture of those ``known``, and near the limits, which it may miss by a little; parts
    of a ``plan`` found before may be taken. ``worth`` (rows,) is what a unit of each limit may be worth."""
    layouts, usable = mixed_layouts(model, known, mixture)
    # Recombined are differences from a base: the nearer it is to the mixture, the fewer pieces there are.
    base, usable[:, 0] = layouts[0], True
    if plan is not None:
        layouts.append(plan)
        usable = np.column_stack([usable, np.ones(len(usable), dtype=bool)])
    value = model.measure.of(base).total
    recombination = Recombination(model.types, model.sets, model.rows, model.scale, model.rank, base, layouts)
    dear = MISS_PENALTY * worth
    draft = model.measure.of(recombination.choose(value, dear, usable))
    for _ in range(RECOMBINATION_TRIES - 1):
        if model.holds(draft.total):
            break
        missed = np.maximum(model.rows.lower - draft.total, 0.0) - np.maximum(
            draft.total - model.rows.upper, 0.0
        )
        # The pieces were counted as if independent: the limits move by what that got wrong, and more.
        value = value - OVERSHOOT * missed
        draft = model.measure.of(recombination.choose(value, dear, usable))
    return draft
