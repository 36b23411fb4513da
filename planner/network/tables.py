"""The measures of networks as a table: a row for every layout and measure."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from planner.export.networks import HIDDEN, REACH, SHAPE, figures
from planner.export.tables import write_csv
from planner.network.ask import Networks
from planner.runs.whole import whole_file
from words.catalogue import Words


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """A measure by its name for readers, and its value in every layout; None where it cannot be told."""

    label: str
    unit: str
    values: tuple[float | None, ...]


def measure_rows(result: Networks, lang: str) -> tuple[MeasureRow, ...]:
    """The measures without regard to distance, then those at every distance."""
    words = Words(lang)
    rows = [
        MeasureRow(
            words.text(key),
            unit,
            tuple(getattr(each.shape, name) for each in result.measured),
        )
        for name, (key, unit) in SHAPE.items()
    ]
    for number, reach in enumerate(result.measured[0].reaches):
        km = f"{reach.distance_m / 1000:g}"
        rows += [
            MeasureRow(
                words.text("network_reach.at", measure=words.text(key), km=km),
                unit,
                tuple(getattr(each.reaches[number], name) for each in result.measured),
            )
            for name, (key, unit) in REACH.items()
            if name not in HIDDEN
        ]
    return tuple(rows)


def network_table(result: Networks, lang: str | None = None) -> pd.DataFrame:
    """Columns: layout, distance_m (empty where none matters), measure, label, value, unit."""
    words = Words(lang or result.lang)
    rows = [row for each in result.measured for row in figures(each, words)]
    return pd.DataFrame(rows, columns=["layout", "distance_m", "measure", "label", "value", "unit"])


def write_network_table(result: Networks, path: Path, lang: str | None = None) -> None:
    """Write the table as CSV, whole or not at all; ``StudyError`` where that is not possible."""
    with whole_file(path) as draft:
        write_csv(network_table(result, lang), draft)
