"""The carbon account as a table: every line, of the whole area and of each district, with ranges."""

from __future__ import annotations

import numpy as np
import pandas as pd

from instances.carbon.accounting import CarbonAccount, ratio
from planner.account.ask import ELSEWHERE
from words.catalogue import Words
from words.numbers import change_of

COLUMNS = (
    "line", "entry", "side", "way", "origin", "name", "district", "today", "plan", "change", "today_low",
    "today_high", "plan_low", "plan_high", "unit", "how", "source", "mark",
)  # fmt: skip
WHOLE = ""
"""The district of rows that tell of the whole area."""


def account_table(account: CarbonAccount, lang: str) -> pd.DataFrame:
    """Every line, ratio and rest, of the whole area first and then of each district, with the columns
    ``COLUMNS``.

    Rows ``ratio.*`` are ratios without a unit, ``unexplained.*`` what stocks and fluxes leave open, all
    others tC (stocks) or tC/yr.
    """
    words = Words(lang)
    rows: list[dict[str, object]] = []
    for each in account.lines:
        line = each.line
        known = {
            "line": line.name, "entry": line.entry, "side": line.side, "way": line.way, "origin": line.origin,
            "name": line.label(lang), "unit": "tC" if line.side == "stock" else "tC/yr", "how": each.how,
            "source": line.source, "mark": line.mark,
        }  # fmt: skip
        figures = np.vstack([each.today, each.plan, each.ranges])
        rows += [{**known, **row} for row in _by_district(account, figures)]
    for name, figures in rests(account).items():
        ratios = name.startswith("ratio.")
        known = {"line": name, "name": words.text(f"account_rows.{name.replace('.', '_')}")}
        known |= {"unit": "" if ratios else "tC/yr", "how": "counted"}
        rows += [{**known, **row} for row in _by_district(account, figures, summed=not ratios)]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    table["district"] = table["district"].replace(ELSEWHERE, words.text("account_rows.elsewhere"))
    return table


def rests(account: CarbonAccount) -> dict[str, np.ndarray]:
    """(2, districts) today and in the plan of what follows from the lines: net uptake, sources on two bases
    and what is left unexplained; (2, 1 + districts) of ratios, the whole area first."""
    both = (False, True)
    found = {
        "uptake": np.stack([account.uptake(planned) for planned in both]),
        "sources.fossil": np.stack([account.sources(planned, whole=False) for planned in both]),
        "sources.whole": np.stack([account.sources(planned, whole=True) for planned in both]),
        "arising": np.stack([account.total(planned, side="arising") for planned in both]),
        "recycled": np.stack([account.total(planned, side="recycled") for planned in both]),
    }
    for origin in ("natural", "anthropogenic"):
        found[f"unexplained.{origin}"] = np.stack([account.unexplained(planned, origin) for planned in both])
    pairs = {
        "ratio.balance_fossil": ("uptake", "sources.fossil"),
        "ratio.balance_whole": ("uptake", "sources.whole"),
        "ratio.cycle": ("recycled", "arising"),
    }
    for name, (above, below) in pairs.items():
        over, under = (np.column_stack([found[part].sum(axis=1), found[part]]) for part in (above, below))
        found[name] = np.stack([ratio(over[row], under[row]) for row in (0, 1)])
    return found


def _by_district(account: CarbonAccount, figures: np.ndarray, summed: bool = True) -> list[dict[str, object]]:
    """A row for the whole area (the sum, where figures add up) and one for each district."""
    names = [WHOLE, *account.districts] if account.districts != ("",) else [WHOLE]
    columns = np.column_stack([figures.sum(axis=1), figures]) if summed else figures
    rows = []
    for place, name in enumerate(names):
        values = [None if np.isnan(value) else float(value) for value in columns[:, place]]
        today, plan, *ranges = values
        change = None if today is None or plan is None else change_of(plan, today)
        row: dict[str, object] = {"district": name, "today": today, "plan": plan, "change": change}
        keys = ("today_low", "today_high", "plan_low", "plan_high")
        rows.append({**row, **dict(zip(keys, ranges, strict=False))})
    return rows
