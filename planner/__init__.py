"""What a planner does: optimise a study, certify the plan, verify it, hand it on.

import planner

plan = planner.optimise("study.toml")
print(plan.certificate.gap)
planner.write(plan, "out")
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from formulations.core.solution import Step, Watch
    from instances.study.findings import Finding, StudyError
    from planner.alternatives.run import AlternativesResult, alternatives
    from planner.compare.carbon_plan import CapRow, CarbonPlanResult, carbon_plan
    from planner.compare.run import ComparisonResult, compare
    from planner.monitor.run import MonitorResult, monitor
    from planner.network.run import NetworkResult, network
    from planner.pareto.run import FrontResult, front
    from planner.plans.optimise import Loaded, load, optimise
    from planner.plans.outcome import NoPlan
    from planner.plans.plan import Certificate, Plan
    from planner.policies.listed import policies
    from planner.policies.told import ReadyPolicy
    from planner.prices.ask import Prices, prices_of
    from planner.recount.ledger import Verification
    from planner.reissue.export import ExportResult, export
    from planner.reissue.report import report
    from planner.robust.run import RobustResult, robust
    from planner.runs.folder import write
    from planner.runs.found import runs_in
    from planner.runs.reopen import reopen
    from planner.runs.run import RunResult, run
    from planner.runs.verify import verify
    from planner.score.run import ScoreResult, score
    from planner.start.check import Check, check
    from planner.start.demo import demo
    from planner.start.init import init
    from planner.start.inventory import inventory
    from planner.start.schema import schema

__all__ = [
    # a study
    "init", "demo", "load", "check", "schema", "inventory", "policies",
    # a plan
    "optimise", "prices_of", "write", "run",
    # many plans
    "compare", "carbon_plan", "front", "alternatives", "robust",
    # any layout
    "network", "score",
    # a finished folder
    "runs_in", "reopen", "verify", "report", "export", "monitor",
    # what they take and give
    "Watch", "Step", "Loaded", "Check", "Plan", "Certificate", "Prices", "RunResult", "ComparisonResult",
    "CarbonPlanResult", "CapRow", "ReadyPolicy",
    "FrontResult", "AlternativesResult", "RobustResult", "NetworkResult", "ScoreResult", "MonitorResult",
    "Verification", "ExportResult",
    # how they end otherwise
    "Finding", "StudyError", "NoPlan",
]  # fmt: skip

_HOMES = {
    "formulations.core.solution": ("Step", "Watch"),
    "instances.study.findings": ("Finding", "StudyError"),
    "planner.alternatives.run": ("AlternativesResult", "alternatives"),
    "planner.compare.carbon_plan": ("CapRow", "CarbonPlanResult", "carbon_plan"),
    "planner.compare.run": ("ComparisonResult", "compare"),
    "planner.monitor.run": ("MonitorResult", "monitor"),
    "planner.network.run": ("NetworkResult", "network"),
    "planner.pareto.run": ("FrontResult", "front"),
    "planner.plans.optimise": ("Loaded", "load", "optimise"),
    "planner.plans.outcome": ("NoPlan",),
    "planner.plans.plan": ("Certificate", "Plan"),
    "planner.policies.listed": ("policies",),
    "planner.policies.told": ("ReadyPolicy",),
    "planner.prices.ask": ("Prices", "prices_of"),
    "planner.reissue.export": ("ExportResult", "export"),
    "planner.reissue.report": ("report",),
    "planner.robust.run": ("RobustResult", "robust"),
    "planner.runs.folder": ("write",),
    "planner.recount.ledger": ("Verification",),
    "planner.runs.found": ("runs_in",),
    "planner.runs.reopen": ("reopen",),
    "planner.runs.run": ("RunResult", "run"),
    "planner.runs.verify": ("verify",),
    "planner.score.run": ("ScoreResult", "score"),
    "planner.start.check": ("Check", "check"),
    "planner.start.demo": ("demo",),
    "planner.start.init": ("init",),
    "planner.start.inventory": ("inventory",),
    "planner.start.schema": ("schema",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    """A name of the face, from its room (PEP 562).

    Rooms load when they are used: `sansheng --help` and `sansheng verify` need neither a solver nor the
    drawing library, and `import planner` takes no time.
    """
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(_HOME_OF[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


class _Face(ModuleType):
    """This module, on which no folder hides the function of its name.

    Python sets a package as an attribute of its parent as soon as it is loaded: without this,
    `planner.compare` would be a function until `planner/compare/` is imported, and the folder from then on.
    """

    def __setattr__(self, name: str, value: object) -> None:
        if not (name in _HOME_OF and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Face
