"""Lines below a front: what prices prove of every layout at once, whatever bound was asked for.

A solve of  min sum_m w_m I_m(x)  under the study's limits and further bounds  I_q(x) <= e_q  ends with
prices. Folding those of the further bounds, mu_q <= 0, into the weights leaves a problem without these
bounds, of which one minimum cut proves

    sum_m w_m I_m(x) - sum_q mu_q I_q(x)  >=  L        for every layout that options and limits allow,

a line (or plane) below the whole front. L rests on pricing alone, never on what the solve reached.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from formulations.column_generation.graph_cut_structure import outside_structure
from formulations.core.problem import LayoutProblem
from formulations.core.rows import Prices


@dataclass(frozen=True)
class Cut:
    """``sum(weight * indicator) >= least`` for every layout that the study allows, by indicator's name."""

    weight: Mapping[str, float]
    least: float


def cut(problem: LayoutProblem, further: int, prices: Prices) -> Cut | None:
    """The cut that the prices of a solve prove; its last ``further`` limits are those of the question alone.

    None where the problem does not fit the structure, or the prices prove nothing.
    """
    from formulations.column_generation.decomposition import Decomposition  # noqa: PLC0415 - cuts are read without a solver

    study = problem.limits[: len(problem.limits) - further]
    weight = {part.name: (amount, part) for amount, part in problem.parts}
    by_limit = problem.by_limit(prices)
    for limit in problem.limits[len(study) :]:
        paid = float(by_limit[limit].sum())
        amount, _ = weight.get(limit.indicator.name, (0.0, limit.indicator))
        weight[limit.indicator.name] = (amount - paid, limit.indicator)
    folded = replace(problem, parts=tuple(weight.values()), limits=study)
    if outside_structure(folded):
        return None
    model = Decomposition(folded)
    _, least = model.price(model.signed(prices.along(folded.rows)))
    if not np.isfinite(least):
        return None
    return Cut({name: float(amount) for name, (amount, _) in weight.items()}, float(least))
