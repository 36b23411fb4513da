"""Prices as tables: what limits, red lines and patches of red lines cost."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from planner.plans.plan import LimitRecord, Plan
from planner.prices.ask import LimitPrice, Patch, Prices
from planner.prices.grades import ranks_of
from planner.prices.sentences import line_in_words, price_in_words, range_in_words

PATCH_COLUMNS = (
    "redline", "rank", "becomes", "units", "area_ha", "total_tco2e_yr", "per_ha_tco2e_yr", "rank_per_ha",
    "at_most_tco2e_yr", "x", "y",
)  # fmt: skip
BOUNDS = ("indicator", "district", "at_least", "at_most", "value", "slack", "price", "price_unit", "edge")
"""What every table of limits tells of a limit."""
LINE_COLUMNS = (
    "redline", "label", "cost_low_tco2e_yr", "cost_high_tco2e_yr", "units", "area_ha", "sum_tco2e_yr",
    "largest_tco2e_yr", "in_words",
)  # fmt: skip
"""Columns of the table of red lines; a study without red lines has them too."""


def limit_table(plan: Plan, limits: tuple[LimitPrice, ...]) -> pd.DataFrame:
    """Every limit: indicator, district, at_least, at_most, value, slack, price, price_unit, edge
    (the bound beyond which nothing can be had: the price is of loosening it), holds_from,
    holds_to, open_below, open_above, in_words."""
    lang, classes = plan.instance.study.lang, plan.instance.classes
    return pd.DataFrame(
        [
            {
                **bounds(each.record),
                "holds_from": each.found.low if each.found else None,
                "holds_to": each.found.high if each.found else None,
                "open_below": "yes" if each.found and each.found.open_low else "",
                "open_above": "yes" if each.found and each.found.open_high else "",
                "in_words": price_in_words(each.record, lang, classes)
                + range_in_words(each.found, each.record, lang),
            }
            for each in limits
        ],
        columns=[
            *BOUNDS, "holds_from", "holds_to", "open_below", "open_above", "in_words",
        ],
    )  # fmt: skip


def bounds(limit: LimitRecord) -> dict[str, object]:
    """A limit's own columns."""
    return {name: getattr(limit, name) for name in BOUNDS}


def line_table(prices: Prices) -> pd.DataFrame:
    """Every red line: redline, label, cost_low_tco2e_yr and cost_high_tco2e_yr of the line as a whole, then
    units and area_ha on which releasing a unit would pay, the sum of their opportunity costs and the largest
    one, in_words."""
    area, lang = prices.plan.instance.grid.area_ha, prices.plan.instance.study.lang
    rows = []
    for line in prices.lines:
        cost = line.units.cost
        rows.append(
            {
                "redline": line.name,
                "label": line.label,
                "cost_low_tco2e_yr": line.whole.low if line.whole else None,
                "cost_high_tco2e_yr": line.whole.high if line.whole else None,
                "units": int((cost > 0).sum()),
                "area_ha": float(area[cost > 0].sum()),
                "sum_tco2e_yr": float(cost.sum()),
                "largest_tco2e_yr": float(cost.max(initial=0.0)),
                "in_words": line_in_words(line, lang),
            }
        )
    return pd.DataFrame(rows, columns=list(LINE_COLUMNS))


def patch_table(prices: Prices, found: dict[str, list[Patch]]) -> pd.DataFrame:
    """Every patch: redline, rank, becomes, units, area_ha, total_tco2e_yr (the sum of its units' opportunity
    costs), per_ha_tco2e_yr, rank_per_ha (by cost a hectare), at_most_tco2e_yr (what releasing it can gain at
    most), x, y (a point of it in the CRS of the study)."""
    rows = []
    for line in prices.lines:
        shapes = np.array([patch.geometry for patch in found[line.name]], dtype=object)
        points = shapely.point_on_surface(shapes)
        dear = ranks_of(np.array([patch.per_ha for patch in found[line.name]], dtype=float))
        for patch, rank, point in zip(found[line.name], dear.tolist(), points, strict=True):
            rows.append(
                {
                    "redline": line.name,
                    "rank": patch.rank,
                    "becomes": patch.becomes,
                    "units": patch.units,
                    "area_ha": patch.area_ha,
                    "total_tco2e_yr": patch.total,
                    "per_ha_tco2e_yr": patch.per_ha,
                    "rank_per_ha": rank,
                    "at_most_tco2e_yr": patch.at_most,
                    "x": point.x,
                    "y": point.y,
                }
            )
    return pd.DataFrame(rows, columns=list(PATCH_COLUMNS))
