"""Planned changes and the years that the plan gives them, as the report shows them: year by year, and the
largest that are late."""

from __future__ import annotations

from dataclasses import dataclass

from formulations.following.timing import Timing
from planner.monitor.ask import Monitored
from planner.monitor.tables import change_table
from words.catalogue import Words, figure


@dataclass(frozen=True, slots=True)
class YearLine:
    """All changes of one year: what is planned, what of that is done, and whether it is due."""

    year: str
    area: str
    done: str
    share: str
    due: bool


@dataclass(frozen=True, slots=True)
class LateLine:
    """A planned change that is late."""

    patch: str
    year: str
    name: str
    area: str
    left: str
    state: str


def by_year(found: Monitored, words: Words) -> list[YearLine]:
    """Planned changes by the years that the plan gives them; none where it gives none."""
    if found.due is None:
        return []
    table = change_table(found, words.lang)
    sums = table.groupby("planned_year")[["area_ha", "done_ha"]].sum()
    return [
        YearLine(
            str(year),
            figure(row["area_ha"]),
            figure(row["done_ha"]),
            words.share(row["done_ha"], row["area_ha"]),
            int(str(year)) <= found.times.year,
        )
        for year, row in sums.iterrows()
    ]


def late_patches(found: Monitored, words: Words) -> list[LateLine]:
    """The planned changes that are late, that with most left to do first."""
    table = change_table(found, words.lang)
    late = table[table["course"] == str(Timing.LATE)].copy()
    late["left"] = late["area_ha"] - late["done_ha"]
    return [
        LateLine(
            str(row["patch"]),
            row["planned_year"],
            words.text("monitor.change", before=row["from_name"], after=row["to_name"]),
            figure(row["area_ha"]),
            figure(row["left"]),
            row["state_name"],
        )
        for row in late.sort_values("left", ascending=False, kind="stable").to_dict("records")
    ]
