"""A layout that somebody drew, certified as a plan is: every figure counted, what it breaks told, and how far
it can be from the best where a certified plan of the same study says so."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from formulations.core.network_goal import alike
from formulations.core.problem import LayoutProblem
from formulations.core.solution import Solution, Termination
from instances.instance import Instance
from instances.units.grid import Layout
from planner.plans.connected import certificate_of
from planner.plans.optimise import Loaded, settings_of
from planner.plans.patches import patch_findings
from planner.plans.plan import Plan
from planner.plans.record import BreachRecord, CertifiedRecord, ScoreRecord

METHOD = "hand"
SAME = 1e-9
"""Share by which two studies' objectives of one layout may differ and still be the same."""


def drawn_plan(loaded: Loaded, layout: Layout, certified: Plan | None = None, filled_ha: float = 0.0) -> Plan:
    """The plan that a layout (units,) is, whatever it breaks; beside the ``certified`` one where given.

    Its bound and prices are those of the certified plan where that answers the same question and the layout
    breaks nothing: a layout that breaks a limit may well lie below the bound.
    """
    instance, problem = loaded.instance, loaded.problem
    same = certified is not None and same_question(certified, instance, problem)
    keeps = problem.holds(layout)
    solution = Solution(
        termination=Termination.EXHAUSTED,
        method=METHOD,
        layout=layout,
        objective=problem.value(layout),
        bound=-math.inf,
        seconds=0.0,
    )
    settings = settings_of(loaded.study)
    if certified is not None and same:
        own = certified.solution
        network = own.network if keeps and own.network is not None else None
        network = None if network is None else replace(network, rounds=(), price=None)
        bound = own.bound if keeps else -math.inf
        solution = replace(solution, prices=own.prices, bound=bound, network=network)
        told = certified.certificate.settings
        settings = replace(settings, **{key: told[key] for key in ("gap", "room") if key in told})
    certificate = certificate_of(instance, problem, solution, settings)
    score = ScoreRecord(
        keeps=keeps,
        rules=rules_broken(instance, layout),
        split=int(problem.splits(layout).sum()),
        filled_ha=filled_ha,
        certified=None if certified is None else _beside(certified, layout, same=same),
    )
    update: dict[str, object] = {"score": score}
    if not keeps:
        update |= {"status": "infeasible", "proof": None}
    if keeps and same and certified is not None and certified.certificate.proof is not None:
        update |= {"proof": certified.certificate.proof}
    certificate = certificate.model_copy(update=update)
    log = loaded.log.branch()
    log.settings(settings)
    log.closing(certificate)
    findings = (*loaded.findings, *patch_findings(certificate.patches))
    return Plan(instance, problem, layout, solution, certificate, loaded.source, log.lines, findings)


def same_question(certified: Plan, instance: Instance, problem: LayoutProblem) -> bool:
    """True where a certified plan answers the question that a study asks: the same units, options, limits and
    objective. Its bound then holds for every layout of the study that breaks nothing; that of a plan with
    models beside it holds for both together, and a layout alone is none of them."""
    own = certified.problem
    if certified.models:
        return False
    if len(own) != len(problem) or own.class_names != problem.class_names:
        return False
    rows = [(row.key, row.lower, row.upper) for row in own.rows]
    if rows != [(row.key, row.lower, row.upper) for row in problem.rows]:
        return False
    if not alike(own.network, problem.network):
        return False
    if [(weight, part.name) for weight, part in own.parts] != [
        (weight, part.name) for weight, part in problem.parts
    ]:
        return False
    allowed = own.options.allowed[own.options.kind], problem.options.allowed[problem.options.kind]
    if not np.array_equal(*allowed) or not np.array_equal(own.today, problem.today):
        return False
    ours, theirs = (np.zeros(0) if one.whole is None else one.whole for one in (problem, own))
    if not np.array_equal(ours, theirs):
        return False
    layouts = certified.layout, instance.today
    return all(
        math.isclose(own.value(one), problem.value(one), rel_tol=SAME, abs_tol=SAME) for one in layouts
    )


def rules_broken(instance: Instance, layout: Layout) -> tuple[BreachRecord, ...]:
    """Every red line that a layout breaks, and the table of transitions, with units and area in ha."""
    area = instance.grid.area_ha
    return tuple(
        BreachRecord(redline=name, units=int(broken.sum()), area_ha=float(area[broken].sum()))
        for name, broken in broken_units(instance, layout)
    )


def broken_units(instance: Instance, layout: Layout) -> Iterator[tuple[str | None, NDArray[np.bool_]]]:
    """Of every rule that a layout breaks its name (None: transitions), and (units,) True where."""
    barred = ~instance.permits(layout)
    today = instance.today
    unlawful = barred & ~instance.transitions[today, layout]
    if unlawful.any():
        yield None, unlawful
    for line in instance.redlines:
        bars = np.where(line.inside, line.bars_inside[today, layout], line.bars_outside[today, layout])
        broken = barred & bars
        if broken.any():
            yield line.name, broken


def _beside(certified: Plan, layout: Layout, *, same: bool) -> CertifiedRecord:
    certificate, area = certified.certificate, certified.instance.grid.area_ha
    return CertifiedRecord(
        objective=certified.problem.value(certified.layout),
        bound=certificate.bound,
        indicators={name: record.value for name, record in certificate.indicators.items()},
        differs_ha=float(area[certified.layout != layout].sum()),
        same_question=same,
        certificate=certificate.seal,
    )
