"""The one place that talks to HiGHS: why it stopped, and what it left.

HiGHS runs in a thread of its own while the caller watches the clock and the stop signal. Both reach HiGHS
through its callbacks. Its presolve hears neither (nor its own ``time_limit``): a run that does not answer
within a few seconds is abandoned with the best it had told until then, and presolve is on for small
programs only.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import highspy
import numpy as np

from formulations.core.solution import SolveSettings, Step, Termination, Watch
from formulations.core.threads import SOLVER_THREAD
from formulations.exact.program import Program
from instances.units.grid import FloatArray

GRACE_S = 3.0
"""Seconds that HiGHS has to answer a stop before it is abandoned."""
PRESOLVE_COLUMNS = 20_000
"""Integer programs of more columns are faster without presolve, which may also stall on them."""
SIMPLEX_COLUMNS = 250_000
"""Relaxations of more columns are faster by interior point (ipx) without crossover."""
_WHOLE_TOLERANCE = 1e-9
_POLL_S = 0.05
_LARGEST_COST = 1024.0
_GOLDEN = (5**0.5 - 1) / 2
_OFF_GRID = 4e-9
"""Share by which costs are lowered so that they have no common step: four times what HiGHS takes for a
multiple."""
_BOUND_ERROR = 1e-10
"""Share of all costs by which a bound of HiGHS may be wrong: what sums of floats leave."""

_TERMINATIONS = {
    highspy.HighsModelStatus.kOptimal: Termination.GAP,
    highspy.HighsModelStatus.kInfeasible: Termination.INFEASIBLE,
    highspy.HighsModelStatus.kUnboundedOrInfeasible: Termination.INFEASIBLE,
    highspy.HighsModelStatus.kTimeLimit: Termination.TIME,
    highspy.HighsModelStatus.kInterrupt: Termination.INTERRUPTED,
    highspy.HighsModelStatus.kUnknown: Termination.EXHAUSTED,
    highspy.HighsModelStatus.kSolutionLimit: Termination.EXHAUSTED,
    highspy.HighsModelStatus.kIterationLimit: Termination.EXHAUSTED,
    highspy.HighsModelStatus.kMemoryLimit: Termination.EXHAUSTED,
}


class QuietHighs(highspy.Highs):
    """A HiGHS that prints nothing, whatever the program around it does with its own output.

    HiGHS writes to the process's standard output itself. From 1.16 on its constructor does so too: it enables
    callbacks, and that is the first call that prints the banner.
    """

    def enableCallbacks(self) -> None:  # noqa: N802 - HiGHS's name
        """Enable callbacks, as the constructor does, once output is off."""
        self.setOptionValue("output_flag", False)
        super().enableCallbacks()  # type: ignore[no-untyped-call]


class SolverFault(RuntimeError):
    """HiGHS refused a program or failed on it: a fault of ours, not of the study."""


@dataclass(frozen=True, eq=False)
class Outcome:
    """Why a solve stopped (``termination``) and what it left.

    ``x`` (columns,) and ``objective`` are None where nothing feasible was found. ``bound`` is a lower bound,
    -inf where there is none, inf where the program is infeasible. ``price`` (rows,) are the duals of a
    relaxation: the objective's increase per unit by which the row's binding bound rises.
    """

    termination: Termination
    x: FloatArray | None
    objective: float | None
    bound: float
    price: FloatArray | None
    seconds: float


@dataclass
class _Told:
    """What a running HiGHS has told so far, in the units of the program."""

    x: FloatArray | None = None
    objective: float = np.inf
    bound: float = -np.inf


@dataclass
class _Run:
    """One run of HiGHS and the signals between it and its watcher."""

    highs: highspy.Highs
    program: Program
    unscale: float
    whole: bool
    bounded: bool
    report: Callable[[float | None, float | None], None]
    told: _Told = field(default_factory=_Told)
    stop: threading.Event = field(default_factory=threading.Event)
    done: threading.Event = field(default_factory=threading.Event)
    heard: bool = True

    def start(self) -> None:
        """Run HiGHS in a thread: a scheduler of its own, and a caller free to watch."""
        highs = self.highs
        for interrupt in (highs.cbSimplexInterrupt, highs.cbIpmInterrupt):
            interrupt.subscribe(self._interrupt)
        if self.whole:
            highs.cbMipInterrupt.subscribe(self._on_progress)
            highs.cbMipLogging.subscribe(self._on_progress)
            highs.cbMipImprovingSolution.subscribe(self._on_solution)
        threading.Thread(target=self._work, daemon=True, name=SOLVER_THREAD).start()

    def _work(self) -> None:
        try:
            self.highs.run()
        finally:
            self.done.set()

    def _interrupt(self, event: highspy.highs.HighsCallbackEvent) -> None:
        event.interrupt(self.stop.is_set())

    def _on_progress(self, event: highspy.highs.HighsCallbackEvent) -> None:
        event.interrupt(self.stop.is_set())
        bound = event.data_out.mip_dual_bound * self.unscale
        proven = self.bounded and np.isfinite(bound) and abs(bound) < highspy.kHighsInf
        if proven and bound > self.told.bound:
            self.told.bound = bound
            self._say()

    def _on_solution(self, event: highspy.highs.HighsCallbackEvent) -> None:
        if not len(event.data_out.mip_solution):
            return
        x = np.array(event.data_out.mip_solution, dtype=float)
        objective = self.program.value(x)
        if objective < self.told.objective:
            self.told.x, self.told.objective = x, objective
            self._say()

    def _say(self) -> None:
        plan, bound = self.told.objective, self.told.bound
        self.report(plan if np.isfinite(plan) else None, bound if np.isfinite(bound) else None)

    def watch(
        self, stop: threading.Event, seconds: float | None, clock: Callable[[], float]
    ) -> Termination | None:
        """Wait for the end; why it was stopped from outside, or None where it ended by itself."""
        why: Termination | None = None
        told_at = np.inf
        try:
            while not self.done.wait(_POLL_S):
                if why is None and stop.is_set():
                    why = Termination.INTERRUPTED
                elif why is None and seconds is not None and clock() > seconds:
                    why = Termination.TIME
                if why is not None and not self.stop.is_set():
                    self.stop.set()
                    told_at = clock()
                if clock() - told_at > GRACE_S:
                    self.heard = False
                    break
        finally:
            self.stop.set()
        return why


def solve(
    program: Program,
    settings: SolveSettings,
    watch: Watch,
    *,
    start: FloatArray | None = None,
    stage: str = "milp",
    presolve: bool | None = None,
    bounded: bool = True,
    nodes: int | None = None,
) -> Outcome:
    """Solve a program within ``settings.time_limit`` seconds from now, where it is whole to ``settings.room``
    or, without one, to ``settings.gap`` of its own objective.

    ``start`` (columns,) is a feasible point to begin from; ``nodes`` are as many of the search tree as it may
    visit, an end that is the same on every machine. A whole program that is not ``bounded`` is solved
    for its plan only, which is faster: its bound is -inf. Raises ``SolverFault`` where HiGHS fails.
    """
    began = time.monotonic()

    def clock() -> float:
        return time.monotonic() - began

    _refuse_nan(program)
    if len(program.cost) == 0:
        return _trivial(program, clock())
    whole = bool(program.whole.any())
    scaled = _Scaled(program, off_the_grid(program) if whole and bounded else program.cost)
    highs = _highs(scaled, settings, presolve, nodes)
    if start is not None:
        columns = np.arange(len(start), dtype=np.int32)
        highs.setSolution(len(start), columns, np.asarray(start, dtype=float))
    run = _Run(
        highs,
        program,
        1.0 / scaled.objective,
        whole,
        bounded,
        lambda plan, bound: watch.report(Step(stage, clock(), plan, bound)),
    )
    run.start()
    why = run.watch(watch.stop, settings.time_limit, clock)
    if not run.heard:
        return _left(program, why or Termination.TIME, run.told, clock())
    return _collect(program, scaled, run, why, clock())


def _refuse_nan(program: Program) -> None:
    """HiGHS takes NaN without a word."""
    if not (np.isfinite(program.cost).all() and np.isfinite(program.matrix.data).all()):
        raise SolverFault("a coefficient of the program is not finite")
    if np.isnan(program.row_lower).any() or np.isnan(program.row_upper).any():
        raise SolverFault("a bound of the program is not a number")


def _highs(
    scaled: _Scaled, settings: SolveSettings, presolve: bool | None, nodes: int | None
) -> highspy.Highs:
    """A HiGHS with a scaled program in it."""
    program = scaled.program
    whole, columns = bool(program.whole.any()), len(program.cost)
    options: dict[str, bool | int | float | str] = {
        "presolve": "on"
        if (whole and columns <= PRESOLVE_COLUMNS if presolve is None else presolve)
        else "off",
        "threads": settings.threads or 0,
        "random_seed": settings.seed,
    }
    if settings.time_limit is not None:
        options["time_limit"] = max(settings.time_limit, 0.0)
    if whole:
        options["mip_feasibility_tolerance"] = _WHOLE_TOLERANCE
        if nodes is not None:
            options["mip_max_nodes"] = nodes
        if settings.room is None:
            options["mip_rel_gap"] = settings.gap
        else:
            options |= {"mip_rel_gap": 0.0, "mip_abs_gap": settings.room * scaled.objective}
    elif columns > SIMPLEX_COLUMNS:
        options |= {"solver": "ipx", "run_crossover": "off"}
    return highs_with(program, options)


def highs_with(program: Program, options: Mapping[str, bool | int | float | str]) -> highspy.Highs:
    """A quiet HiGHS with a program in it as it stands. Raises ``SolverFault`` where HiGHS refuses it."""
    highs: highspy.Highs = QuietHighs()  # type: ignore[no-untyped-call]
    for name, value in options.items():
        if highs.setOptionValue(name, value) != highspy.HighsStatus.kOk:
            raise SolverFault(f"HiGHS refuses the option {name} = {value}")
    matrix = program.matrix
    status = highs.passModel(
        len(program.cost),
        matrix.shape[0],
        matrix.nnz,
        int(highspy.MatrixFormat.kRowwise),
        int(highspy.ObjSense.kMinimize),
        program.offset,
        program.cost,
        program.lower,
        program.upper,
        program.row_lower,
        program.row_upper,
        matrix.indptr.astype(np.int32),
        matrix.indices.astype(np.int32),
        matrix.data,
        program.whole.astype(np.int32),
    )
    if status == highspy.HighsStatus.kError:
        raise SolverFault("HiGHS refuses the program")
    return highs


class _Scaled:
    """Rows and objective by powers of two, so that tolerances mean the same whatever the units of a study.

    A row is divided by its largest coefficient, but never by more than its bound: missing a bound by HiGHS's
    tolerance then stays within the same share of it.
    """

    def __init__(self, program: Program, cost: FloatArray) -> None:
        matrix = program.matrix
        largest = np.ones(matrix.shape[0])
        filled = np.flatnonzero(np.diff(matrix.indptr))
        if len(filled):
            largest[filled] = np.maximum.reduceat(np.abs(matrix.data), matrix.indptr[filled])
        sides = np.stack([program.row_lower, program.row_upper])
        bound = np.abs(np.where(np.isfinite(sides), sides, 0.0)).max(axis=0)
        largest = np.minimum(np.where(largest > 0, largest, 1.0), np.maximum(bound, 1.0))
        self.row: FloatArray = _power_of_two(1.0 / largest)
        highest = float(np.abs(program.cost).max(initial=0.0))
        self.objective = float(_power_of_two(np.array([_LARGEST_COST / highest]))[0]) if highest > 0 else 1.0
        matrix = matrix.copy()
        matrix.data *= np.repeat(self.row, np.diff(matrix.indptr))
        self.program = replace(
            program,
            cost=cost * self.objective,
            offset=program.offset * self.objective,
            matrix=matrix,
            row_lower=program.row_lower * self.row,
            row_upper=program.row_upper * self.row,
        )


def off_the_grid(program: Program) -> FloatArray:
    """(columns,) costs that are next to nothing lower, by shares that are no multiples of one another.

    Where all costs are multiples of one step, HiGHS rounds its bounds up to the next step. A relaxation that
    is exact to its tolerance only may lie a hair above a step that the best plan attains; the bound is then
    one step above that plan, and the plan is cut off. Without a common step nothing is rounded. The bound of
    lower costs is one of the true costs as well, as no column is below 0.
    """
    share = (np.arange(1, len(program.cost) + 1) * _GOLDEN) % 1.0  # spread evenly, all different
    lower: FloatArray = program.cost - _OFF_GRID * (1.0 + share) * np.abs(program.cost)
    return np.where(program.lower >= 0, lower, program.cost)


def _power_of_two(value: FloatArray) -> FloatArray:
    power: FloatArray = np.exp2(np.rint(np.log2(value)))
    return power


def _trivial(program: Program, seconds: float) -> Outcome:
    """A program without columns: nothing to decide, and feasible or not."""
    tolerance = 1e-9 * np.maximum(
        1.0, np.abs(np.where(np.isfinite(program.row_lower), program.row_lower, 0.0))
    )
    if ((program.row_lower > tolerance) | (program.row_upper < -tolerance)).any():
        return Outcome(Termination.INFEASIBLE, None, None, np.inf, None, seconds)
    price = np.zeros(len(program.row_lower))
    return Outcome(Termination.GAP, np.zeros(0), program.offset, program.offset, price, seconds)


def _left(program: Program, termination: Termination, told: _Told, seconds: float) -> Outcome:
    """What an abandoned run had told."""
    objective = told.objective if told.x is not None else None
    return Outcome(termination, told.x, objective, told.bound, None, seconds)


def _collect(
    program: Program, scaled: _Scaled, run: _Run, why: Termination | None, seconds: float
) -> Outcome:
    """What HiGHS left when it ended."""
    highs = run.highs
    status = highs.getModelStatus()
    if status not in _TERMINATIONS:
        raise SolverFault(f"HiGHS ended with: {highs.modelStatusToString(status)}")
    termination = _TERMINATIONS[status]
    if termination in (Termination.TIME, Termination.INTERRUPTED) and why is not None:
        termination = why
    if termination is Termination.INFEASIBLE and why is not None:
        # Stopped in the middle of its work, HiGHS may call a program infeasible that is not: no such word
        # is taken from a run that was stopped.
        return _left(program, why, run.told, seconds)
    if termination is Termination.INFEASIBLE:
        return Outcome(termination, None, None, np.inf, None, seconds)
    info, solution = highs.getInfo(), highs.getSolution()
    feasible = info.primal_solution_status == int(highspy.SolutionStatus.kSolutionStatusFeasible)
    x = np.array(solution.col_value, dtype=float) if feasible and solution.value_valid else run.told.x
    objective = program.value(x) if x is not None else None
    if not run.whole:
        price = np.array(solution.row_dual, dtype=float) if solution.dual_valid else None
        if price is not None:
            price = program.valid_price(price * scaled.row / scaled.objective)
        bound = program.bound_at(price) if price is not None else -np.inf
        return Outcome(termination, x, objective, bound, price, seconds)
    if not run.bounded:
        return Outcome(termination, x, objective, -np.inf, None, seconds)
    bound = max(info.mip_dual_bound * run.unscale, run.told.bound)
    bound -= _BOUND_ERROR * float(np.abs(program.cost).sum())
    return Outcome(
        termination, x, objective, bound if abs(bound) < highspy.kHighsInf else -np.inf, None, seconds
    )
