"""What prices prove of measures: the rows of room, numbers, money and shares, written down again."""

from __future__ import annotations

import numpy as np

from instances.materials.measures import Measures
from instances.units.grid import FloatArray
from planner.recount.bound.side_floor import Floor, Told, prices


def measures_floor(
    measures: Measures, low: FloatArray, high: FloatArray, nu: FloatArray, told: Told
) -> Floor:
    """A floor under C + nu e where districts have ``low`` to ``high`` (districts,) of room."""
    floor, table = Floor(), measures.table
    line, district = measures.offers
    figures = {
        key: np.array([getattr(one, key) for one in measures.measures], dtype=float)
        for key in ("cost", "needs", "most", "cut", "electric")
    }
    grid = measures.factors["grid", "", ""].value
    cut = np.where(figures["electric"] > 0, figures["cut"] * grid, figures["cut"])[line]
    cost, needs = figures["cost"][line], figures["needs"][line]
    room = prices(told, "room", len(measures.districts), -1)
    number = prices(told, "most_units", len(measures.measures), -1)
    number = np.where(np.isfinite(figures["most"]), number, 0.0)
    floor.rows(number, figures["most"])
    names = measures.strategies
    of = np.array([names.index(one.strategy) for one in measures.measures], dtype=np.int64)[line]
    money = np.array([table.budgets.get(name, np.inf) for name in names])
    spent = np.where(np.isfinite(money), prices(told, "budgets", len(names), -1), 0.0)
    floor.rows(spent, money)
    whole = prices(told, "budget", 1, -1) if table.money is not None else np.zeros(1)
    floor.rows(whole, table.money or 0.0)
    share = np.array([table.shares.get(name, 0.0) for name in names]) / 100.0
    borne = np.where(share > 0, prices(told, "shares", len(names), -1), 0.0)
    inside = np.where(district >= 0, room[np.maximum(district, 0)], 0.0)
    reduced = -cut - needs * inside - number[line] - cost * (whole[0] + spent[of])
    reduced -= cut * (float((borne * share).sum()) - borne[of])
    most = figures["most"][line]
    there = np.where(district >= 0, np.maximum(high, 0.0)[np.maximum(district, 0)], np.inf)
    fits = np.divide(there, needs, out=np.full(len(line), np.inf), where=needs > 0)
    most = np.minimum(most, fits)
    floor.columns(np.minimum(reduced, 0.0), 0.0, np.where(reduced < 0, most, 0.0))
    floor.columns(nu + room, low, high)
    return floor
