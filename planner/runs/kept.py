"""Plans of a sweep: made of a question and its answer, certified, and written with the profile of a sweep.

Each folder holds the layout (``plan.tif``; ``plan.gpkg`` for parcels), its tables, its certificate, and a
study file that asks the question and so gives the plan again with all deliverables: ``sansheng run
study.toml``. It can be verified, reported and exported as a run's folder can.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from formulations.core.problem import LayoutProblem
from formulations.core.rows import Prices
from formulations.core.solution import SolveSettings, Termination
from formulations.sampling.questions import OBJECTIVE, Answer, Base, Question, posed
from instances.carbon.conversion import EmissionRates
from instances.study.file import StudyFile
from instances.study.schema import BASE, Study
from instances.units.grid import Layout
from planner.plans.connected import certificate_of
from planner.plans.optimise import Loaded
from planner.plans.plan import Plan
from planner.runs.folder import fill
from planner.runs.profiles import SWEEP
from planner.runs.resolved import moved


@dataclass(frozen=True, eq=False)
class Keeper:
    """Writes the plans of one sweep: its scenario, its base, and the settings of its solves."""

    loaded: Loaded
    base: Base
    settings: SolveSettings

    def plan(self, question: Question, answer: Answer, rates: EmissionRates | None = None) -> Plan:
        """A question's plan, certified anew from its layout; ``rates`` are those of the question."""
        instance, problem = self.loaded.instance, posed(self.base, question)
        if rates is not None:
            instance = instance.drawn(rates, question.stated)
        if answer.layout is None:
            raise ValueError("an answer without a layout is no plan")
        room = None if answer.gap == self.settings.gap else answer.wanted
        settings = replace(self.settings, gap=answer.gap, room=room)
        solution = answer.solution(problem)
        certificate = certificate_of(instance, problem, solution, settings)
        unit = _unit(problem, question)
        limits = tuple(
            record.model_copy(update={"price_unit": record.price_unit.replace("tCO2e/yr", unit, 1)})
            for record in certificate.limits
        )
        certificate = certificate.model_copy(update={"limits": limits})
        return Plan(instance, problem, answer.layout, solution, certificate, self.loaded.source)

    def write(
        self,
        question: Question,
        answer: Answer,
        folder: Path,
        tables: Mapping[str, Any] | None = None,
        rates: EmissionRates | None = None,
        further: Mapping[str, str] | None = None,
    ) -> Plan:
        """Write a plan into ``folder``, which is made; ``tables`` of the study file beside the question's,
        and the ``further`` inputs (path from ``folder``, sha256) that they name.

        Raises ``ValueError`` for a question that no study file can ask: see ``judged_by``.
        """
        folder.mkdir(parents=True)
        source = self._asking(question, tables or {})
        plan = self.plan(question, answer, rates)
        named = {moved(path, folder, source.folder): sha for path, sha in (further or {}).items()}
        # the study of this plan does not name the figures that others take the place of
        gone = _figure_files(self.loaded.study) - _figure_files(source.base)
        inputs = {path: sha for path, sha in plan.certificate.inputs.items() if path not in gone}
        certificate = plan.certificate.model_copy(update={"inputs": {**inputs, **named}})
        fill(replace(plan, certificate=certificate, source=source, answers=question.name), folder, SWEEP)
        return plan

    def _asking(self, question: Question, tables: Mapping[str, Any]) -> StudyFile:
        """The study file that asks the question, its scenario laid over the base."""
        source, scenario = self.loaded.source, self.loaded.scenario
        asked = tables_of(question)
        tree = {**source.resolved(scenario), **tables}
        if "objective" in asked:
            tree["objective"] = asked["objective"]
        if "limits" in asked:
            tree["limits"] = [*tree.get("limits", []), *asked["limits"]]
        return StudyFile(source.path, {**tree, "scenarios": {} if scenario == BASE else {scenario: {}}})


def _figure_files(study: Study) -> set[str]:
    """The files of coefficients and of stated figures that a study names."""
    stated = {path for table in study.indicators.values() for _, path in table.files}
    return {study.carbon.coefficients, study.carbon.lines or "", *stated}


def tables_of(question: Question) -> dict[str, Any]:
    """The objective and the further limits of a question as tables of a study file; ``ValueError`` where it
    cannot ask them (``unlike``, a bound on the objective)."""
    if question.unlike or any(bound.indicator == OBJECTIVE for bound in question.bounds):
        raise ValueError(f"no study file can ask for {question.name}")
    tables: dict[str, Any] = {}
    if question.weights:
        small = {name: weight for name, weight in question.weights if weight > 0}
        large = {name: -weight for name, weight in question.weights if weight < 0}
        tables["objective"] = {"minimise": small, "maximise": large}
    limits = []
    for bound in question.bounds:
        sides = {"at_least": bound.at_least, "at_most": bound.at_most}
        limits.append(
            {"indicator": bound.indicator} | {k: v for k, v in sides.items() if abs(v) < float("inf")}
        )
    if limits:
        tables["limits"] = limits
    return tables


def judged_by(name: str, layout: Layout, question: Question, answer: Answer) -> tuple[Question, Answer]:
    """A layout that was sought in another way, as an answer to a question of the study whose limits it keeps:
    the bound of that question holds for it, its prices do not."""
    return (
        replace(question, name=name),
        replace(
            answer,
            layout=layout,
            prices=Prices(),
            termination=Termination.EXHAUSTED,
            patched=None,
            network=None,
        ),
    )


def _unit(problem: LayoutProblem, question: Question) -> str:
    """The unit of a question's objective: the study's tCO2e/yr, or that of its first indicator."""
    return problem.parts[0][1].unit if question.weights else problem.objective.unit
