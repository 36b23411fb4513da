"""A finished run, opened again from its folder: the plan as it was, without solving."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from formulations.core.problem import LayoutProblem
from formulations.core.rows import Prices
from formulations.core.solution import Solution, Termination
from formulations.posing import pose
from formulations.staged.problem import pose_stages
from instances.instance import Instance, read
from instances.study.file import load_study
from instances.study.findings import Finding, Findings, StudyError
from instances.units.grid import Layout
from planner.export.schedule import read_order
from planner.models.kinds import read_planned
from planner.plans.connected import found_network
from planner.plans.patches import patch_findings
from planner.plans.plan import Certificate, Plan
from planner.plans.ruled import rule_findings
from planner.plans.scheduled import order_findings, posed
from planner.plans.staged_plan import StagedPlan
from planner.recount.bound.reread_stages import read_stages
from planner.recount.layers.reread import read_layout
from planner.recount.ledger import Ledger
from planner.runs.found import read_certificate
from planner.runs.manifest import STUDY
from planner.runs.profiles import EXPORT
from words.said import say


def reopen(folder: str | Path, lang: str | None = None) -> Plan:
    """The plan of a run's folder: its layout from ``plan.tif`` (parcels: ``plan.gpkg``), its certificate,
    and the study and inputs that ``study.toml`` names; ``lang`` (zh or en) takes the place of the study's.

    ``layout`` is (units,) as it was planned; nothing is solved. Raises ``StudyError`` where the folder holds
    no finished run, or its inputs changed since.

    >>> plan = planner.reopen("out/base")
    >>> plan.layout.shape, plan.certificate.scenario
    ((192,), 'base')
    """
    folder = Path(folder)
    certificate = read_certificate(folder)
    if certificate.profile == EXPORT.name:
        finding = Finding(str(folder), say("runs_folders.an_export"), say("runs_verify.name_a_run"))
        raise StudyError([finding])
    source = load_study(folder / STUDY).speaking(lang)
    instance, findings = read(source), Findings()
    _refuse_changed(certificate, instance.inputs, folder)
    problem = pose(instance, findings)
    layout = _layout(folder, read_layout(folder, instance, ledger := Ledger()), ledger)
    staged = _staged(folder, instance, problem, layout)
    plan = Plan(
        instance,
        problem,
        layout,
        _solution(certificate, problem, layout),
        certificate,
        source,
        _log(folder),
        (
            *instance.findings,
            *findings,
            *patch_findings(certificate.patches),
            *rule_findings(certificate.rules),
            *order_findings(certificate.schedule),
        ),
        staged=staged,
        models=read_planned(folder, instance),
    )
    asked = None if certificate.schedule is None else posed(plan)
    return plan if asked is None else replace(plan, order=read_order(folder, asked))


def _staged(folder: Path, instance: Instance, problem: LayoutProblem, layout: Layout) -> StagedPlan | None:
    """When what changes, of a study with stages."""
    if instance.study.stages is None:
        return None
    found = read_stages(folder, instance, layout, ledger := Ledger())
    _layout(folder, None if found is None else layout, ledger)
    stage = layout if found is None else found.stage.astype(np.uint8)
    return StagedPlan(pose_stages(instance, problem, Findings()), stage)


def _refuse_changed(certificate: Certificate, now: Mapping[str, str], folder: Path) -> None:
    """``StudyError`` naming every input that is not what the run read."""
    changed = [
        Finding(str(folder / path), say("runs_verify.changed_since"), say("runs_verify.again"))
        for path, sha in certificate.inputs.items()
        if now.get(path) != sha
    ]
    if changed:
        raise StudyError(changed)


def _layout(folder: Path, layout: Layout | None, ledger: Ledger) -> Layout:
    if layout is None or ledger.differences:
        raise StudyError(
            [
                Finding(
                    say("runs_verify.place", folder=folder, figure=one.figure),
                    say("runs_verify.differs", by=one.told_by, said=one.said, found=one.found),
                    say("runs_verify.again"),
                )
                for one in ledger.differences
            ]
        )
    return layout


def _solution(certificate: Certificate, problem: LayoutProblem, layout: Layout) -> Solution:
    """What the solve left, as far as the certificate tells it."""
    settings = certificate.settings
    objective = problem.value(layout)
    terminations = {str(termination): termination for termination in Termination}
    return Solution(
        termination=terminations.get(str(settings.get("ending")), Termination.EXHAUSTED),
        method=certificate.method,
        layout=layout,
        objective=objective,
        bound=-math.inf if certificate.bound is None else certificate.bound,
        seconds=certificate.seconds,
        prices=_prices(certificate, problem),
        reason=str(settings.get("reason", "")),
        iterations=int(settings.get("iterations", 0)),
        timings=dict(settings.get("timings", {})),
        network=found_network(certificate.network),
    )


def _prices(certificate: Certificate, problem: LayoutProblem) -> Prices:
    """The prices of the certificate's limits, which stand in the order of the problem's rows."""
    proven = certificate.proof.prices if certificate.proof is not None else ()
    last = None if certificate.stages is None else certificate.stages.years[-1]
    records = [one for one in certificate.limits if one.year == last and one.counts == "land"]
    told = {
        # a ratio's price is told of the ratio; that of its row stands in the proof
        row.key: record.price if problem.limits[row.limit].ratio is None else proven[number]
        for number, (row, record) in enumerate(zip(problem.rows, records, strict=False))
        if record.price is not None and (problem.limits[row.limit].ratio is None or number < len(proven))
    }
    return Prices(tuple(told), np.array(list(told.values())))


def _log(folder: Path) -> tuple[str, ...]:
    path = folder / "run.log"
    return tuple(path.read_text(encoding="utf-8").splitlines()) if path.is_file() else ()
