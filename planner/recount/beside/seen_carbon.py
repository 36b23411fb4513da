"""Carbon of the land as it is seen, counted again beside today's, the plan's and what is due.

Net emissions, their two sides and stocks are those of the recount; spaces and parts are added up unit by unit
from the rates of the study. Energy of the year rests on the factors of the life cycle, read anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from instances.instance import Instance
from instances.land.classes import Space
from instances.units.grid import Layout
from planner.recount.figures.recount import Recount
from planner.recount.ledger import Ledger
from planner.recount.tabled import Row, check_rows

TABLE = "carbon.csv"
WHOLE = ("net_emissions", "sources", "sinks", "carbon_balance", "carbon_stock")
TONNES = "tCO2e/yr"
IN_YEAR = "energy.year"


def check_seen_carbon(
    folder: Path, instance: Instance, lands: Mapping[str, Layout], relative: float | None, ledger: Ledger
) -> None:
    """Compare the table of carbon with the ``lands`` (units,) today, due, plan and seen; ``relative`` is what
    a unit of energy emits in the year that is seen beside the first, None where nothing says so."""
    first = Recount(instance, instance.today)
    counts = {name: first.at(land) for name, land in lands.items()}
    rows = [{"due": None, **row} for row in _rows(instance, counts, relative)]
    beside = "due" if "due" in lands else "plan"
    check_rows(folder / TABLE, ("item",), rows, ledger, {"difference": ("seen", beside)})


def _rows(instance: Instance, counts: Mapping[str, Recount], relative: float | None) -> Iterator[Row]:
    for name in WHOLE:
        found = {land: one.indicators() for land, one in counts.items()}
        if name in found["seen"]:
            unit = found["seen"][name].measure
            yield {"item": name, "unit": unit, **{land: one[name].total() for land, one in found.items()}}
    each = {land: one.indicators()["net_emissions"].value for land, one in counts.items()}
    for space in Space:
        inside = instance.classes.in_space(space)
        amounts = {land: float(each[land][inside[one.layout]].sum()) for land, one in counts.items()}
        yield {"item": f"net_emissions.{space}", "unit": TONNES, **amounts}
    energy = dict.fromkeys(counts, 0.0)
    for part, rate in instance.emissions.parts.items():
        rates = np.asarray(rate, dtype=float)
        amounts = {
            land: float((one.area * rates[one.today, one.layout]).sum()) for land, one in counts.items()
        }
        if part.rpartition(": ")[2] == "energy":
            energy = {land: energy[land] + amount for land, amount in amounts.items()}
        yield {"item": "part_" + part.replace(": ", "."), "unit": TONNES, **amounts}
    if relative is not None:
        yield {"item": IN_YEAR, "unit": TONNES, **{land: relative * one for land, one in energy.items()}}
