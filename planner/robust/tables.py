"""A robustness sweep as tables: what each plan can lose under each draw, the plans, and the draws."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from formulations.indicators.catalogue import indicators
from formulations.sampling.regret import Regrets
from planner.robust.draws import Drawn
from planner.runs.kept import Keeper

TREE = "robust.json"
"""What a folder of them tells of itself."""


def plan_name(number: int) -> str:
    """A plan's name in tables, and its folder's: its number from 1."""
    return f"{number + 1:02d}"


def regret_table(found: Regrets) -> pd.DataFrame:
    """(plans x draws) the most that each plan can lose under each draw, tCO2e/yr; empty where a plan breaks a
    limit under a draw."""
    table = pd.DataFrame({"plan": [plan_name(number) for number in range(len(found.layouts))]})
    most = np.where(np.isfinite(found.most), found.most, np.nan)
    columns = {draw.name: most[:, n] for n, draw in enumerate(found.draws)}
    return pd.concat([table, pd.DataFrame(columns)], axis=1)


def plan_table(found: Regrets, keeper: Keeper) -> pd.DataFrame:
    """One row a plan: the draw it is from, its greatest regret, its mean, every indicator as given."""
    greatest, most = found.greatest, found.most
    catalogue = indicators(keeper.loaded.instance)
    rows = []
    for number, plan in enumerate(found.plans):
        row: dict[str, Any] = {
            "plan": plan_name(number),
            "found_by": plan.draw.name,
            "chosen": number == found.chosen,
            "greatest_regret_at_least": greatest[number, 0],
            "greatest_regret_at_most": greatest[number, 1],
            "mean_regret_at_most": float(most[number].mean()),
            "worst_draw": found.draws[int(most[number].argmax())].name,
        }
        row |= {name: indicator.evaluate(plan.layout) for name, indicator in catalogue.items()}
        rows.append(row)
    return pd.DataFrame(rows).replace([np.inf], np.nan)


def draw_table(found: Regrets, drawn: Drawn) -> pd.DataFrame:
    """One row a draw: its best objective (at least, at most), its plan, its coefficients."""
    table = drawn.table()
    best = pd.DataFrame(
        {
            "best_at_least": found.bound,
            "best_at_most": found.best,
            "plan": [plan_name(plan) for plan in found.under],
        }
    )
    return pd.concat([table[["draw"]], best, table.drop(columns="draw")], axis=1)
