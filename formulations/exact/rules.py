"""A planner's own rules: Pyomo components on top of the exact model, solved by HiGHS and certified.

A rule is a function of the model and of the ground it stands on. It adds what it needs: sets, variables and
constraints, all linear. It may bar layouts and cannot make others cheaper, so that the bound of the program
with all rules holds for every layout that keeps them.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Protocol

import numpy as np
import pyomo.environ as pyo
from pyomo.common.errors import InfeasibleConstraintException
from pyomo.core.expr import LinearExpression

from formulations.core.decided import Aim
from formulations.core.problem import LayoutProblem
from formulations.core.rows import Prices
from formulations.core.solution import Solution, SolveSettings, Step, Termination, Watch
from formulations.exact.handover import Handover, program_of
from formulations.exact.highs import Outcome, solve
from formulations.exact.model import model_over
from formulations.exact.presolve import Reduction, reduce_problem
from formulations.exact.program import Program, tightened
from instances.checks import instead
from instances.study.findings import Finding, StudyError
from instances.units.grid import FloatArray, Layout
from words.said import say

KEPT = 1e-6
"""By how much a constraint of a rule may be missed, for coefficients about 1: ten times HiGHS's tolerance."""


@dataclass(frozen=True, eq=False)
class Ground:
    """What a rule may ask of the model: which units there are, and whether one carries some classes."""

    problem: LayoutProblem
    reduction: Reduction
    model: pyo.ConcreteModel

    def __len__(self) -> int:
        return len(self.problem)

    @cached_property
    def _choices(self) -> dict[int, dict[str, pyo.Var]]:
        found: dict[int, dict[str, pyo.Var]] = {}
        for (unit, name), variable in self.model.x.items():
            found.setdefault(unit, {})[name] = variable
        return found

    def carries(self, unit: int, *classes: str) -> object:
        """An expression that is 1 where a unit carries one of some classes in the plan, else 0.

        A number where nothing is left to decide: a constraint of such units alone is none to Pyomo. Raises
        ``StudyError`` for a class that the study does not have.
        """
        unknown = [name for name in classes if name not in self.problem.class_names]
        if unknown:
            remedy = instead(unknown[0], self.problem.class_names, "classes")
            raise StudyError([Finding("rules", say("own_rules.no_class", name=unknown[0]), remedy)])
        choices = self._choices.get(int(unit))
        if choices is None:
            return float(self.problem.class_names[self.reduction.fixed[unit]] in classes)
        inside = [choices[name] for name in classes if name in choices]
        if not inside:
            return 0.0
        return LinearExpression(linear_coefs=[1.0] * len(inside), linear_vars=inside)


class Rule(Protocol):
    """A function that adds components to the exact model. Its name and the first paragraph of its docstring
    are told with the plan."""

    __name__: str

    def __call__(self, model: pyo.ConcreteModel, ground: Ground, /) -> None:
        """Add what the rule asks for."""


@dataclass(frozen=True)
class KeptRule:
    """A rule as a plan keeps it: how many constraints it added, and by how much the worst is missed."""

    name: str
    says: str
    constraints: int
    missed: float


def solve_with_rules(
    problem: LayoutProblem, rules: Sequence[Rule], settings: SolveSettings, watch: Watch
) -> tuple[Solution, tuple[KeptRule, ...]]:
    """The best layout that keeps to all rules as well, with a bound of all such layouts.

    ``prices`` are the limits' duals in the relaxation with all rules; by themselves they prove nothing.
    Raises ``StudyError`` where a rule is not linear or touches the objective.
    """
    return _Search(problem, tuple(rules), settings, watch).run()


@dataclass
class _Search:
    """One solve with rules."""

    problem: LayoutProblem
    rules: tuple[Rule, ...]
    settings: SolveSettings
    watch: Watch
    began: float = field(default_factory=time.monotonic)
    solves: int = 0
    timings: dict[str, float] = field(default_factory=dict)

    def run(self) -> tuple[Solution, tuple[KeptRule, ...]]:
        """Build, relax, solve; where the room asked for depends on the plan, once more from it."""
        self.reduction = reduce_problem(self.problem)
        self.model = model_over(self.problem, self.reduction)
        self.added = [self._apply(rule) for rule in self.rules]
        self.aim, self.wanted, prices = Aim(self.problem, self.settings), 0.0, Prices()
        try:
            given = self._handover()
        except InfeasibleConstraintException:
            return self._left(Termination.INFEASIBLE, None, -np.inf, prices)
        rows = self._limit_rows(given)
        allowance = self.reduction.allowance[[number for number, _ in rows]]
        where = np.array([place for _, place in rows], dtype=np.int64)
        program = tightened(given.program, where, allowance)
        relaxed = self._timed("relaxation", program.relaxed, self.settings)
        if relaxed.termination in (Termination.INFEASIBLE, Termination.TIME, Termination.INTERRUPTED):
            return self._left(relaxed.termination, None, relaxed.bound, prices)
        if relaxed.price is not None:
            told = np.zeros(len(self.problem.rows))
            told[[number for number, _ in rows]] = relaxed.price[where]
            prices = self.problem.prices(told)
        self.wanted = self.aim.room(
            self.problem.today if relaxed.x is None else self._layout(given, relaxed.x)
        )
        outcome, bound, start = relaxed, relaxed.bound, None
        for _ in range(2):  # what counts as near depends on the plan, which is not known before the first
            settings = replace(self.settings, room=self.wanted, time_limit=self._remaining())
            outcome = self._timed("milp", program, settings, start)
            bound = max(bound, outcome.bound if np.isfinite(outcome.bound) else -np.inf)
            if outcome.x is None:
                break
            start, layout = outcome.x, self._layout(given, outcome.x)
            self.wanted = self.aim.room(layout)
            room = self.problem.objective.evaluate(layout) - bound
            if outcome.termination is not Termination.GAP or room <= self.wanted:
                break
        return self._end(given, outcome, bound, prices)

    def _apply(self, rule: Rule) -> list[pyo.Constraint]:
        """The constraints that a rule adds."""
        model, cost = self.model, self.model.cost.expr
        before = {id(each) for each in model.component_data_objects(pyo.Constraint, active=True)}
        rule(model, Ground(self.problem, self.reduction, model))
        goals = list(model.component_data_objects(pyo.Objective, active=True))
        if len(goals) != 1 or goals[0] is not model.cost or model.cost.expr is not cost:
            raise StudyError(
                [Finding(_place(rule), say("own_rules.objective"), say("own_rules.use_the_study"))]
            )
        every = model.component_data_objects(pyo.Constraint, active=True)
        return [each for each in every if id(each) not in before]

    def _handover(self) -> Handover:
        """The model as a program; ``StudyError`` naming the rules whose constraints are not linear."""
        wrong = [
            Finding(
                _place(rule), say("own_rules.not_linear", name=bent[0].name), say("own_rules.write_linear")
            )
            for rule, added in zip(self.rules, self.added, strict=True)
            if (bent := [each for each in added if each.body.polynomial_degree() not in (0, 1)])
        ]
        if wrong:
            raise StudyError(wrong)
        return program_of(self.model)

    def _limit_rows(self, given: Handover) -> list[tuple[int, int]]:
        """(row of the problem, row of the program) of every limit that is left to decide."""
        place = {id(constraint): number for number, constraint in enumerate(given.constraints)}
        found = [(number, place.get(id(each))) for number, each in enumerate(self.model.limit.values())]
        return [(number, row) for number, row in found if row is not None]

    def _layout(self, given: Handover, x: FloatArray) -> Layout:
        """The layout of a point of the program."""
        value = {id(variable): share for variable, share in zip(given.variables, x.tolist(), strict=True)}
        return self.reduction.layout(
            np.array([value.get(id(each), 0.0) for each in self.model.x.values()], dtype=float)
        )

    def _end(
        self, given: Handover, outcome: Outcome, bound: float, prices: Prices
    ) -> tuple[Solution, tuple[KeptRule, ...]]:
        """What the solve leaves: a layout only where it keeps limits and rules."""
        if outcome.x is None:
            return self._left(outcome.termination, None, bound, prices)
        layout = self._layout(given, outcome.x)
        for variable, value in zip(given.variables, outcome.x.tolist(), strict=True):
            whole = round(value) if not variable.is_continuous() else value
            variable.set_value(whole, skip_validation=True)
        kept = tuple(
            KeptRule(rule.__name__, _says(rule), len(added), max(map(_missed, added), default=0.0))
            for rule, added in zip(self.rules, self.added, strict=True)
        )
        if not self.problem.holds(layout) or any(rule.missed > KEPT for rule in kept):
            return self._left(Termination.EXHAUSTED, None, bound, prices)
        solution, _ = self._left(outcome.termination, layout, bound, prices)
        return solution, kept

    def _left(
        self, termination: Termination, layout: Layout | None, bound: float, prices: Prices
    ) -> tuple[Solution, tuple[KeptRule, ...]]:
        objective = np.inf if layout is None else self.problem.objective.evaluate(layout)
        solution = Solution(
            termination,
            "exact",
            layout,
            objective,
            min(bound, objective),
            time.monotonic() - self.began,
            prices,
            say("methods.own_rules"),
            self.solves,
            self.timings,
            wanted=self.wanted,
        )
        return solution, ()

    def _timed(
        self, stage: str, program: Program, settings: SolveSettings, start: FloatArray | None = None
    ) -> Outcome:
        mark = time.monotonic()

        def report(step: Step) -> None:
            self.watch.report(Step(stage, time.monotonic() - self.began, step.plan, step.bound, self.solves))

        outcome = solve(program, settings, Watch(report, self.watch.stop), start=start, stage=stage)
        self.solves += 1
        self.timings[stage] = self.timings.get(stage, 0.0) + time.monotonic() - mark
        return outcome

    def _remaining(self) -> float | None:
        limit = self.settings.time_limit
        return None if limit is None else max(0.0, limit - (time.monotonic() - self.began))


def _missed(constraint: pyo.Constraint) -> float:
    """By how much a constraint is missed at the values of its variables, 0 where it is kept."""
    body = pyo.value(constraint.body)
    lower, upper = pyo.value(constraint.lower), pyo.value(constraint.upper)
    below = 0.0 if lower is None else lower - body
    above = 0.0 if upper is None else body - upper
    size = max(1.0, *(abs(each) for each in (lower, upper) if each is not None))
    return max(0.0, below, above) / size


def _says(rule: Rule) -> str:
    """The first paragraph of a rule's docstring."""
    return " ".join((rule.__doc__ or "").strip().split("\n\n")[0].split())


def _place(rule: Rule) -> str:
    return f"rules.{rule.__name__}"
