"""The years of a plan counted again: when its land changes, and its ledger by them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from planner.recount.bound.energy_years import check_energy_years
from planner.recount.bound.life_cycle import When, check_life_cycle
from planner.recount.bound.staged import StagedCount
from planner.recount.figures.recount import Recount
from planner.recount.ledger import Ledger


def check_years(
    folder: Path,
    count: Recount,
    staged: StagedCount | None,
    ordered: NDArray[np.int64] | None,
    ledger: Ledger,
) -> None:
    """Compare the tables by year of a folder with the recount, where the study has years; ``ordered``
    (units,) is the year of each by the order of the changes, -1 where it stays, None without an order."""
    when = _of_stages(staged) if staged is not None else _of_target(count, ordered)
    if when is None or count.instance.energy is None:
        return
    lang = count.instance.study.lang
    energy = check_energy_years(folder, count.instance.energy, when.years, lang, ledger)
    check_life_cycle(folder, count, when, energy, ledger)


def _of_stages(staged: StagedCount) -> When:
    years = staged.stages.years
    span = years[-1] + round(staged.lasts[-1]) - years[0]
    group = np.where(staged.stage == len(years), -1, staged.stage)
    return When(tuple(range(years[0], years[0] + span)), np.array(years)[:, None], group)


def _of_target(count: Recount, ordered: NDArray[np.int64] | None) -> When | None:
    """What changes by its order, without one in equal parts in each year after the base year; None of a study
    without a target year."""
    asked = count.instance.study.life_cycle
    if asked is None or asked.base_year is None or asked.target_year is None:
        return None
    last = asked.last_year or asked.target_year
    years = tuple(range(asked.base_year, last + 1))
    if ordered is not None and (ordered >= 0).any():
        begins = np.unique(ordered[ordered >= 0])
        return When(years, begins[:, None], np.where(ordered >= 0, np.searchsorted(begins, ordered), -1))
    begins = np.arange(asked.base_year, asked.target_year)[None, :] + 1
    group = np.where(count.layout == count.today, -1, 0)
    return When(years, begins, group)
