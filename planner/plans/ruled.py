"""Plans that keep rules of the planner's own: what goes with them, how they are told, how such runs end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from formulations.core.solution import Solution, Termination, Watch
from formulations.network.limits import is_planned
from instances.study.findings import Finding, Findings, Severity
from instances.study.schema import Study
from planner.plans.outcome import Interrupted, NoPlan, OutOfTime, RuledOut
from planner.plans.plan import Plan
from planner.plans.record import RuleRecord
from words.said import say

if TYPE_CHECKING:
    from formulations.exact.rules import KeptRule


def refuse_with_rules(study: Study, method: str | None, near: bool) -> None:
    """``StudyError`` where rules are asked for beside what is solved in another way."""
    findings = Findings()
    if (method or study.solver.method) == "decompose":
        findings.error("rules", say("own_rules.method"), say("own_rules.use_exact"))
    beside = {
        "functional_mesh": is_planned(study),
        "[patches]": any(rule.enabled and rule.min_ha for rule in study.patches.values()),
        "near": near,
        "[models]": bool(study.linked),
        "[whole]": any(table.enabled for table in study.whole.values()),
    }
    for other in (name for name, asked in beside.items() if asked):
        findings.error("rules", say("own_rules.alone", other=other), say("own_rules.leave_out"))
    findings.raise_errors()


def with_rules(plan: Plan, kept: Sequence[KeptRule]) -> Plan:
    """The plan with the rules that it keeps told in its certificate and findings."""
    records = tuple(RuleRecord(**asdict(rule)) for rule in kept)
    certificate = plan.certificate.model_copy(update={"rules": records})
    return replace(plan, certificate=certificate, findings=(*plan.findings, *rule_findings(records)))


def rule_findings(rules: Sequence[RuleRecord] | None) -> tuple[Finding, ...]:
    """A warning that a plan keeps rules which its study does not say, and what each says of itself."""
    if not rules:
        return ()
    names = "; ".join(f"{rule.name} ({rule.says})" if rule.says else rule.name for rule in rules)
    fault = say("own_rules.told", n=len(rules), names=names)
    return (Finding("rules", fault, say("own_rules.told_remedy"), Severity.WARNING),)


def without_plan(scenario: str, names: tuple[str, ...], solution: Solution, watch: Watch) -> NoPlan:
    """Why there is no plan that keeps the rules, as the exception to raise."""
    if watch.stop.is_set() or solution.termination is Termination.INTERRUPTED:
        return Interrupted(scenario)
    if solution.termination is Termination.TIME:
        return OutOfTime(scenario, solution.seconds)
    return RuledOut(scenario, names, solution.termination is Termination.INFEASIBLE)
