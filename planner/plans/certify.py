"""Certify a solution: every figure recomputed from the layout; only bound and prices are the solver's."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from formulations.core.decided import Decided, Term, deciding
from formulations.core.problem import LayoutProblem, RatioBound
from formulations.core.rounding import Rounding
from formulations.core.rows import Prices, Row
from formulations.core.solution import Solution, SolveSettings
from formulations.indicators.catalogue import indicators
from formulations.sensitivity.edges import LOWER, NONE, edges
from instances.carbon.interval import change_ha, interval, rests_on
from instances.instance import Instance
from instances.land.classes import Classes
from instances.units.grid import Layout
from instances.units.sums import sum_by
from planner.plans.patches import patch_records
from planner.plans.plan import (
    CarbonRecord,
    Certificate,
    ClassRecord,
    DecidedRecord,
    IndicatorRecord,
    LimitRecord,
    NearnessRecord,
    NoticeRecord,
    TermRecord,
)
from planner.plans.ranges import range_records
from planner.plans.record import ProofRecord, RoundedRowRecord, RoundingRecord
from planner.plans.versions import versions
from planner.plans.wholes import whole_records
from planner.words.notices import told

RATIO_STEP = 0.01
"""The price of a limit on a ratio is that of so much more of it."""
GAP_ROUNDING = 1e-9
"""By how much rounding alone may widen the gap asked for."""


def certify(
    instance: Instance,
    problem: LayoutProblem,
    solution: Solution,
    settings: SolveSettings,
    planned: Layout | None = None,
) -> Certificate:
    """The certificate of a solution that has a layout; ``planned`` (units,) are the classes of that layout
    where its options are others than classes."""
    layout = solution.layout
    if layout is None:
        raise ValueError("a solution without a layout has nothing to certify")
    planned = layout if planned is None else planned
    objective = problem.objective.evaluate(layout)
    bound = min(solution.bound, objective) if math.isfinite(solution.bound) else None
    decided = deciding(problem).of(layout)
    gap = None if bound is None else decided.gap(objective - bound)
    records = indicator_records(instance, planned)
    patches = patch_records(instance, planned, solution.patched)
    kept = patches is None or patches.kept
    return Certificate(
        title=instance.study.title,
        scenario=instance.scenario,
        status=status_of(objective, bound, gap, settings.gap, settings.room, kept),
        method=solution.method,
        objective=objective,
        bound=bound,
        gap=gap,
        decided=decided_record(decided, objective, bound),
        seconds=solution.seconds,
        cells=len(instance),
        area_ha=instance.grid.total_ha,
        indicators=records,
        limits=limit_records(problem, layout, solution),
        proof=proof_record(problem, solution.prices, bound, solution.rounding if planned is layout else None),
        classes=class_records(instance.classes),
        objective_weights={part.name: weight for weight, part in problem.parts},
        marks=marks_of(instance),
        notices=notice_records(instance),
        carbon=carbon_record(instance, planned),
        ranges=range_records(instance, planned, records),
        nearness=None if solution.nearness is None else NearnessRecord(**asdict(solution.nearness)),
        patches=patches,
        whole=whole_records(instance, planned),
        inputs=dict(instance.inputs),
        versions=versions(),
        settings={
            **{name: value for name, value in asdict(settings).items() if name != "relative_to"},
            "ending": str(solution.termination),
            "reason": solution.reason,
            "iterations": solution.iterations,
            "timings": {stage: float(seconds) for stage, seconds in solution.timings.items()},
        },
    )


def proof_record(
    problem: LayoutProblem, prices: Prices, bound: float | None, rounding: Rounding | None = None
) -> ProofRecord:
    """The prices of all rows as the solve left them, those of rows at the edge as well, and the limits
    rounded to whole units where these prove more."""
    proves = prices.proves if bound is None else min(prices.proves, bound)
    more = rounding is not None and rounding.proves > proves and len(rounding.price) == len(problem.rows)
    return ProofRecord(
        bound=proves if math.isfinite(proves) else None,
        prices=tuple(prices.along(problem.rows).tolist()),
        rounding=_rounding(rounding, bound) if rounding is not None and more else None,
    )


def _rounding(found: Rounding, bound: float | None) -> RoundingRecord:
    """The limits rounded to whole units, as they are told."""
    return RoundingRecord(
        bound=found.proves if bound is None else min(found.proves, bound),
        prices=tuple(found.price.tolist()),
        rows=tuple(
            RoundedRowRecord(
                row=one.row,
                side="at_least" if one.lower else "at_most",
                size=one.size,
                counted_from="least" if one.from_least else "layout",
                price=one.price,
            )
            for one in found.rows
        ),
        otherwise=tuple(zip(found.units.tolist(), found.classes.tolist(), strict=True)),
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


def local_change(instance: Instance, layout: Layout) -> float:
    """By how much layers of rates alter what a plan changes in net emissions, tCO2e/yr."""
    plan, today = (instance.local_emissions(one).values() for one in (layout, instance.today))
    return float(sum(part.sum() for part in plan) - sum(part.sum() for part in today))


def carbon_record(instance: Instance, layout: Layout) -> CarbonRecord | None:
    """What the plan changes in net emissions, with its range and what it rests on."""
    rates, count = instance.emissions, len(instance.classes)
    if rates.entries is None:
        return None
    pair = instance.today.astype(np.int64) * count + layout
    moved = sum_by(pair, instance.grid.area_ha, count**2).reshape(count, count)
    change = interval(rates.entries, change_ha(moved)).more(local_change(instance, layout))
    return CarbonRecord(
        years=instance.study.carbon.years,
        change=change.value,
        low=change.low,
        high=change.high,
        rests_on=rests_on(rates, moved),
    )


def with_term(certificate: Certificate, objective: float, bound: float | None, term: Term) -> Certificate:
    """The certificate with one more term in its objective, one that is no sum over units."""
    known = {} if certificate.decided is None else certificate.decided.terms
    weights = certificate.objective_weights
    terms = tuple(Term(name, weights[name], one.change, one.span) for name, one in known.items())
    decided = Decided((*terms, term))
    asked, room = certificate.settings["gap"], certificate.settings["room"]
    kept = certificate.patches is None or certificate.patches.kept
    gap = None if bound is None else decided.gap(objective - bound)
    return certificate.model_copy(
        update={
            "objective": objective,
            "bound": bound,
            "gap": gap,
            "status": status_of(objective, bound, gap, asked, room, kept),
            "decided": decided_record(decided, objective, bound),
            "objective_weights": {**weights, term.indicator: term.weight},
            "proof": None,  # prices prove what is a sum over units
        }
    )


def decided_record(decided: Decided, objective: float, bound: float | None) -> DecidedRecord:
    """What the gap is relative to, and by how much each term of the objective could be better at most."""
    room = None if bound is None else objective - bound
    return DecidedRecord(
        scale=decided.scale,
        terms={
            term.indicator: TermRecord(
                change=term.change,
                span=term.span,
                better_by=None if room is None else room / abs(term.weight),
            )
            for term in decided.terms
        },
    )


def status_of(
    objective: float,
    bound: float | None,
    gap: float | None,
    asked: float,
    room: float | None,
    kept: bool = True,
) -> Literal["optimal", "feasible"]:
    """``optimal`` where the gap asked for was reached, or the room asked for in its place, and least sizes
    are ``kept``; else ``feasible``."""
    if bound is None or gap is None or not kept:
        return "feasible"
    if room is not None:
        near = objective - bound <= room + GAP_ROUNDING * max(1.0, abs(objective))
    else:
        near = gap <= asked * (1 + GAP_ROUNDING) + GAP_ROUNDING
    return "optimal" if near else "feasible"


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
    records = [
        _limit_record(row, value, prices.get(row.key) if known_edges is not None or not edge else None, edge)
        for row, value, edge in zip(problem.rows, values.tolist(), at_edge.tolist(), strict=True)
    ]
    for number, limit in enumerate(problem.limits):
        if limit.ratio is not None:
            ratios, below = limit.ratio.told(layout, limit.districts)
            for place, row in enumerate(problem.rows):
                if row.limit == number:
                    told = float(ratios[row.position]), float(below[row.position])
                    records[place] = _as_ratio(records[place], limit.ratio, row.position, *told)
    return tuple(records)


def _as_ratio(
    record: LimitRecord, stated: RatioBound, position: int, value: float, below: float
) -> LimitRecord:
    """The record of a linear row as readers are told it: the ratio and its bound, the price of another 0.01
    of it at what it is divided by in the plan."""
    bound, unit = float(stated.bound[position]), stated.ratio.unit
    slack = 0.0 if below == 0 else value - bound if stated.lower else bound - value
    return record.model_copy(
        update={
            "at_least": bound if stated.lower else None,
            "at_most": None if stated.lower else bound,
            "value": value,
            "slack": slack,
            "price": None if record.price is None else record.price * below * RATIO_STEP,
            "price_unit": f"tCO2e/yr per {RATIO_STEP} {unit}".rstrip(),
        }
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
