"""Certify a solution: every figure recomputed from the layout; only bound and prices are the solver's."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from formulations.core.problem import LayoutProblem
from formulations.core.rows import Prices, Row
from formulations.core.solution import Solution, SolveSettings
from formulations.indicators.catalogue import indicators
from formulations.sensitivity.attainable_range import LOWER, NONE, edges
from instances.instance import Instance
from instances.land.classes import Classes
from instances.units.grid import Layout
from planner.plans.plan import (
    Certificate,
    ClassRecord,
    IndicatorRecord,
    LimitRecord,
    NearnessRecord,
    NoticeRecord,
)
from planner.plans.versions import versions
from planner.words.notices import told

GAP_ROUNDING = 1e-9
"""By how much rounding alone may widen the gap asked for."""


def certify(
    instance: Instance, problem: LayoutProblem, solution: Solution, settings: SolveSettings
) -> Certificate:
    """The certificate of a solution that has a layout."""
    layout = solution.layout
    if layout is None:
        raise ValueError("a solution without a layout has nothing to certify")
    objective = problem.objective.evaluate(layout)
    bound = min(solution.bound, objective) if math.isfinite(solution.bound) else None
    gap = relative_gap(objective, bound)
    return Certificate(
        title=instance.study.title,
        scenario=instance.scenario,
        status=status_of(gap, settings.gap),
        method=solution.method,
        objective=objective,
        bound=bound,
        gap=gap,
        seconds=solution.seconds,
        cells=len(instance),
        area_ha=instance.grid.total_ha,
        indicators=indicator_records(instance, layout),
        limits=limit_records(problem, layout, solution),
        classes=class_records(instance.classes),
        objective_weights={part.name: weight for weight, part in problem.parts},
        marks=marks_of(instance),
        notices=notice_records(instance),
        nearness=None if solution.nearness is None else NearnessRecord(**asdict(solution.nearness)),
        inputs=dict(instance.inputs),
        versions=versions(),
        settings={
            **asdict(settings),
            "ending": str(solution.termination),
            "reason": solution.reason,
            "iterations": solution.iterations,
            "timings": {stage: float(seconds) for stage, seconds in solution.timings.items()},
        },
    )


def marks_of(instance: Instance) -> tuple[str, ...]:
    """The sentences that every use of a plan must show: the study's own, then those of its coefficients."""
    return (*instance.study.marks, *told(instance.emissions.notices, instance.study.lang))


def notice_records(instance: Instance) -> tuple[NoticeRecord, ...]:
    """What must be said of the coefficients, as values: no wording, and no name of a file."""
    return tuple(
        NoticeRecord(
            mark=str(notice.mark),
            classes=tuple(item.name for item in notice.items),
            pools=notice.pools,
            least=notice.figures[0],
            greatest=notice.figures[1],
        )
        for notice in instance.emissions.notices
    )


def relative_gap(objective: float, bound: float | None) -> float | None:
    """|objective - bound| / max(1e-9, |objective|); None without a bound."""
    return None if bound is None else abs(objective - bound) / max(1e-9, abs(objective))


def status_of(gap: float | None, asked: float) -> Literal["optimal", "feasible"]:
    """``optimal`` where the gap asked for was reached, else ``feasible``."""
    return "optimal" if gap is not None and gap <= asked + GAP_ROUNDING else "feasible"


def indicator_records(instance: Instance, layout: Layout) -> dict[str, IndicatorRecord]:
    """Every indicator of the study under a layout and today."""
    return {
        name: IndicatorRecord(
            value=float(indicator.evaluate(layout)),
            baseline=float(indicator.evaluate(instance.today)),
            unit=indicator.unit,
        )
        for name, indicator in indicators(instance).items()
    }


def limit_records(
    problem: LayoutProblem,
    layout: Layout,
    solution: Solution | None = None,
    known_edges: NDArray[np.int8] | None = None,
) -> tuple[LimitRecord, ...]:
    """Every limit of every district under a layout, in the order of the study, with a solution's prices.

    ``known_edges`` (rows,) says which rows have prices of loosening; where it is not given, rows at the edge
    of what the options allow have no price: a solver's is that of a hectare which does not exist.
    """
    prices = solution.prices if solution is not None else Prices()
    values = problem.values(layout)
    at_edge = edges(problem, values, prices) if known_edges is None else known_edges
    return tuple(
        _limit_record(row, value, prices.get(row.key) if known_edges is not None or not edge else None, edge)
        for row, value, edge in zip(problem.rows, values.tolist(), at_edge.tolist(), strict=True)
    )


def _limit_record(row: Row, value: float, price: float | None, edge: int) -> LimitRecord:
    return LimitRecord(
        edge=None if edge == NONE else "at_least" if edge == LOWER else "at_most",
        indicator=row.key.indicator,
        district=row.key.district,
        by=row.key.by,
        at_least=row.lower if math.isfinite(row.lower) else None,
        at_most=row.upper if math.isfinite(row.upper) else None,
        value=value,
        slack=min(value - row.lower, row.upper - value),
        price=price,
        price_unit=f"tCO2e/yr per {row.unit}",
    )


def class_records(classes: Classes) -> tuple[ClassRecord, ...]:
    """The classes of a study with their codes, names and colours."""
    return tuple(
        ClassRecord(
            name=item.name,
            code=item.code,
            name_zh=item.name_zh,
            name_en=item.name_en,
            colour="#{:02x}{:02x}{:02x}".format(*item.colour),
        )
        for item in classes
    )
