"""A plan replanned as tables: every indicator then, now, as planned and as replanned; limits left."""

from __future__ import annotations

import pandas as pd

from formulations.indicators.catalogue import indicators
from planner.replan.ask import Replanned
from planner.words.indicator_names import label

INDICATORS, LEFT = "replan.csv", "limits_left.csv"


def indicator_table(found: Replanned, lang: str) -> pd.DataFrame:
    """Every indicator as the old study counts it, from the land of then.

    Columns: indicator, label, unit, then, now, planned, replanned, difference (replanned less planned).
    """
    old, land = found.old, found.monitored.sightings.settled
    rows = [
        {
            "indicator": name,
            "label": label(name, lang, old.instance.classes),
            "unit": one.unit,
            "then": one.evaluate(old.instance.today),
            "now": one.evaluate(land),
            "planned": one.evaluate(old.layout),
            "replanned": one.evaluate(found.before),
        }
        for name, one in indicators(old.instance).items()
    ]
    table = pd.DataFrame(rows)
    table["difference"] = table["replanned"] - table["planned"]
    return table


def left_table(found: Replanned, lang: str) -> pd.DataFrame:
    """What is left of every limit.

    Columns: indicator, label, by, district, at_least, at_most (as stated, absolute), spent, at_least_left,
    at_most_left.
    """
    rows = [
        {
            "indicator": one.indicator,
            "label": label(one.indicator, lang, found.old.instance.classes),
            "by": one.by or "",
            "district": one.district or "",
            "at_least": one.stated[0],
            "at_most": one.stated[1],
            "spent": one.spent,
            "at_least_left": one.left[0],
            "at_most_left": one.left[1],
        }
        for one in found.left
    ]
    columns = ["indicator", "label", "by", "district", "at_least", "at_most", "spent"]
    table = pd.DataFrame(rows, columns=[*columns, "at_least_left", "at_most_left"])
    numbers = ("at_least", "at_most", "spent", "at_least_left", "at_most_left")
    return table.astype(dict.fromkeys(numbers, float))
