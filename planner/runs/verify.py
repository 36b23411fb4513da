"""Verify a run's or an export's folder: everything again from its files and the inputs, without a solver.

First the files are compared with the certificate's list of them, and the study with what was asked. The
layout is read from ``plan.tif`` (parcels: ``plan.gpkg``; of an export: whichever format holds it), the study
from the folder's ``study.toml``, the inputs from where it names them. What the certificate, the tables, the
layers and the report say is then counted anew by code that shares nothing with the model (see ``recount``).
No path and no wording is compared. The bound is proven once more from the prices (see ``proof``); only
seconds, and what HiGHS proves beyond the prices, rest on the solve.
"""

from __future__ import annotations

import stat
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from instances.instance import Instance, read
from instances.land.classes import Classes
from instances.study.file import load_study
from instances.study.files import sha256
from instances.study.findings import Finding, StudyError
from instances.units.grid import Layout
from planner.plans.certify import class_records, notice_records, status_of
from planner.plans.plan import SCHEMA, Certificate, IndicatorRecord, NearnessRecord
from planner.recount.account.account_table import check_account
from planner.recount.account.balances import check_balances
from planner.recount.account.carbon_range import check_carbon
from planner.recount.account.ranges import check_ranges
from planner.recount.beside.connected import counted_network, mesh_at, mesh_limits
from planner.recount.beside.made_places import check_made_places
from planner.recount.beside.model_layers import check_model_layers
from planner.recount.beside.models import check_models
from planner.recount.beside.network_papers import check_network
from planner.recount.beside.payments import check_payments
from planner.recount.beside.schedule import check_schedule
from planner.recount.bound.price_papers import check_price_papers
from planner.recount.bound.proof import check_proof
from planner.recount.bound.reasons import check_reasons
from planner.recount.bound.reread_stages import read_stages
from planner.recount.bound.stage_papers import check_stages
from planner.recount.bound.staged import StagedCount, unit_of_sum
from planner.recount.bound.years import check_years
from planner.recount.figures.amounts import Amounts
from planner.recount.figures.csv_tables import check_indicator_table, check_transition_table
from planner.recount.figures.decided import check_decided
from planner.recount.figures.limit_names import limit_figure
from planner.recount.figures.limit_rows import counted_limits
from planner.recount.figures.recount import OBJECTIVE_UNIT, Counted, Recount
from planner.recount.layers.exported import read_exported
from planner.recount.layers.layered import Layered, layered_in
from planner.recount.layers.package import check_package
from planner.recount.layers.reread import PACKAGE, read_layout
from planner.recount.ledger import RELATIVE, Ledger, Verification
from planner.recount.rules.patch_rules import check_patches
from planner.recount.rules.rules import check_rules
from planner.recount.rules.scored import Scored, check_scored, only_scored
from planner.recount.rules.wholes import check_wholes
from planner.runs.found import read_certificate, runs_in
from planner.runs.listed import check_list, check_present, check_study
from planner.runs.manifest import CERTIFICATE, PROOFS, STUDY
from planner.runs.papers import check_papers
from planner.runs.profiles import ACCOUNT, EXPORT, RUN, profile_of
from planner.runs.resolved import WIDEST_GAP
from planner.runs.sets import verify_set
from words.said import say


def verify(folder: str | Path) -> Verification:
    """Compare every figure of a run's folder with what its files and inputs give.

    Of a comparison, a front, alternatives or a robustness sweep its record is compared with the plans in it,
    and every plan is verified: ``inside``. Raises ``StudyError`` where the folder holds nothing finished, or
    a study or inputs cannot be read.

    >>> found = planner.verify("out/base")
    >>> found.holds, found.differences
    (True, ())
    """
    folder = Path(folder)
    if (folder / CERTIFICATE).exists():
        return _verify_run(folder)
    runs = runs_in(folder)
    record = next((name for name in PROOFS[1:] if (folder / name).exists()), None)
    whole = Ledger().outcome() if record is None else verify_set(folder, record, _reread)
    return replace(whole, inside=tuple((run, _verify_run(run)) for run in runs))


def _verify_run(folder: Path) -> Verification:
    """Compare the folder of one run."""
    certificate, ledger = read_certificate(folder), Ledger()
    check_list(folder, CERTIFICATE, ledger)
    check_study(folder, certificate.study, ledger)
    _inputs(certificate, folder, ledger)
    instance = _reread(folder, ledger)
    _study(certificate, instance, ledger)
    is_export = certificate.profile == EXPORT.name
    layout = (read_exported if is_export else read_layout)(folder, instance, ledger)
    if layout is None:
        return ledger.outcome()
    _options(certificate, instance, layout, ledger)
    count = Recount(instance, layout)
    plan, today = count.indicators(), count.at(instance.today).indicators()
    found = {
        name: IndicatorRecord(value=now.total(), baseline=today[name].total(), unit=now.measure)
        for name, now in plan.items()
    }
    found |= counted_network(certificate, instance, layout, ledger)
    beside = check_models(folder, certificate, instance, layout, ledger) if instance.models else {}
    check_model_layers(folder, certificate, instance, layout, ledger)
    _indicators(certificate, found | beside, ledger)
    staged, limits = None if is_export else read_stages(folder, instance, layout, ledger), list[Counted]()
    if staged is not None or instance.study.stages is None:
        limits = _proven(certificate, count, found, beside, staged, ledger)
    elif is_export:
        ledger.note("runs_verify.stages_not_exported")
    if staged is not None:
        check_stages(folder, certificate, staged, ledger)
    ordered = check_schedule(folder, certificate, instance, layout, staged_years(staged), ledger)
    if profile_of(certificate, folder) is RUN and (staged is not None or instance.study.stages is None):
        check_years(folder, count, staged, ordered, ledger)
    _nearness(certificate.nearness, float(instance.grid.area_ha[layout != instance.today].sum()), ledger)
    check_carbon(certificate, instance, folder, layout, ledger)
    check_ranges(certificate, instance, layout, found, ledger)
    check_patches(certificate, instance, layout, ledger)
    check_wholes(certificate, instance, layout, ledger)
    expected = profile_of(certificate, folder).files(instance, certificate) | only_scored(certificate)
    if not is_export:
        check_indicator_table(folder / "indicators.csv", found | beside, ledger)
        check_transition_table(folder / "transitions.csv", count, ledger)
    if ACCOUNT in expected:
        check_account(folder / ACCOUNT, instance, layout, ledger)
    check_present(certificate.files, expected - {CERTIFICATE}, ledger)
    _written(folder, certificate, count, (found, plan, today, limits), ledger)
    if certificate.rules:
        ledger.note("own_rules.not_checked", names=", ".join(rule.name for rule in certificate.rules))
    ledger.note("runs_verify.believed")
    return ledger.outcome()


def staged_years(staged: StagedCount | None) -> NDArray[np.int64] | None:
    """(units,) the number of the stage at which each changes; None of a plan without stages."""
    return None if staged is None else staged.stage


def _proven(
    certificate: Certificate,
    count: Recount,
    found: dict[str, IndicatorRecord],
    beside: Mapping[str, IndicatorRecord],
    staged: StagedCount | None,
    ledger: Ledger,
) -> list[Counted]:
    """Limits, objective, what is decided and the proof of the bound; the limits as they are counted."""
    instance, known = count.instance, {name: one.value for name, one in found.items()}
    if staged is None:
        today = count.at(instance.today).indicators()
        limits = counted_limits(count, count.indicators(), today) + mesh_limits(instance, found)
    else:
        limits = staged.limits()
        known = {name: staged.in_objective(name) for name in certificate.objective_weights if name in known}
    _limits(certificate, limits, found, instance.classes, ledger)
    _objective(certificate, count.objective(known) + sum(one.value for one in beside.values()), ledger)
    terms = {
        name: one.model_copy(update={"value": known.get(name, one.value)}) for name, one in found.items()
    }
    share = 1.0 if staged is None else float(staged.shares[-1])
    check_decided(certificate, instance, count, {**terms, **beside}, ledger, share)
    check_proof(certificate, count, limits, ledger, staged)
    return limits


def _written(
    folder: Path,
    certificate: Certificate,
    count: Recount,
    counted: tuple[
        Mapping[str, IndicatorRecord], Mapping[str, Amounts], Mapping[str, Amounts], Sequence[Counted]
    ],
    ledger: Ledger,
) -> None:
    """Layers and papers of the folder beside the layout, its indicators (as records; in the plan and today,
    piece by piece) and its limits."""
    instance, layout = count.instance, count.layout.astype(np.uint8)
    found, plan, today, limits = counted
    places = layered_in(folder)
    if (
        PACKAGE in profile_of(certificate, folder).files(instance, certificate)
        and not (folder / PACKAGE).exists()
    ):
        places.append(Layered(folder / PACKAGE))  # told as one that cannot be read
    for place in places:
        check_package(place, instance, layout, ledger)
        check_balances(place, instance, layout, ledger)
        # with stages they are told at the prices of the last year alone
        check_reasons(place, certificate, count, limits if certificate.stages is None else (), ledger)
    check_papers(folder, certificate, instance, layout, ledger)
    check_price_papers(folder, certificate, count, limits, ledger)
    check_network(folder, instance, layout, ledger)
    check_made_places(folder, instance, layout, plan, today, ledger)
    check_payments(folder, instance, plan, today, ledger)
    if certificate.score is not None:
        further = partial(mesh_at, instance)
        check_scored(folder, Scored(certificate, certificate.score, count, found, limits, further), ledger)


def _inputs(certificate: Certificate, folder: Path, ledger: Ledger) -> None:
    """Compare the sha256 of every input file."""
    for path, said in certificate.inputs.items():
        found = folder / path
        try:
            plain = stat.S_ISREG(found.stat().st_mode)  # a pipe would never end
            now = f"sha256 {sha256(found)}" if plain else say("runs_verify.no_file")
        except OSError as fault:
            now = say("runs_verify.unreadable", fault=fault.strerror)
        ledger.same(f"inputs.{path}", f"sha256 {said}", now)
    ledger.done("verify.inputs", n=len(certificate.inputs))


def _reread(folder: Path, ledger: Ledger) -> Instance:
    """The study and its inputs again; inputs that changed are told with what they broke."""
    try:
        return read(load_study(folder / STUDY))
    except StudyError as wrong:
        changed = [
            Finding(one.figure, say("runs_verify.changed_since"), say("runs_verify.again"))
            for one in ledger.differences
        ]
        raise StudyError([*changed, *wrong.findings]) from None


def _study(certificate: Certificate, instance: Instance, ledger: Ledger) -> None:
    ledger.names("inputs", certificate.inputs, instance.inputs)
    ledger.same("schema", certificate.schema_, SCHEMA)
    ledger.same("title", certificate.title, instance.study.title)
    ledger.same("cells", certificate.cells, len(instance))
    ledger.number("area_ha", certificate.area_ha, instance.grid.total_ha, "ha")
    _marks(certificate, instance, ledger)
    said = {record.name: record for record in certificate.classes}
    found = {record.name: record for record in class_records(instance.classes)}
    for name in ledger.names("classes", said, found):
        ledger.same(
            f"classes.{name}", (said[name].code, said[name].colour), (found[name].code, found[name].colour)
        )
    asked = instance.study.objective
    weights = {name: weight for name, weight in asked.minimise.items() if weight > 0}
    weights |= {name: -weight for name, weight in asked.maximise.items() if weight > 0}
    weights |= {f"models.{name}": 1.0 for name in instance.models}
    for name in ledger.names("objective_weights", certificate.objective_weights, weights):
        ledger.number(f"objective_weights.{name}", certificate.objective_weights[name], weights[name])
    for name in type(instance.study.solver).model_fields:
        said_of, asked_for = certificate.settings.get(name), getattr(instance.study.solver, name)
        if name == "gap" and asked_for == WIDEST_GAP and isinstance(said_of, int | float):
            said_of = min(said_of, WIDEST_GAP)  # no study file asks for a wider one
        ledger.same(f"settings.{name}", said_of, asked_for)


def _marks(certificate: Certificate, instance: Instance, ledger: Ledger) -> None:
    """Compare what must be said with the plan: the study's own marks, and what is told of coefficients by its
    values, not by its wording."""
    own = instance.study.marks
    ledger.same("marks", certificate.marks[: len(own)], own)
    found = notice_records(instance)
    ledger.same("notices", certificate.notices, found)
    count = len(own) + len(found)
    if len(certificate.marks) != count:
        ledger.differ(
            "marks",
            say("runs_verify.sentences", n=len(certificate.marks)),
            say("runs_verify.sentences", n=count),
        )


def _options(certificate: Certificate, instance: Instance, layout: Layout, ledger: Ledger) -> None:
    """Every unit whose class its red lines or the transition table bar, told by rule: of a plan there is
    none, of a layout that was drawn there are those which its certificate tells."""
    barred = ~instance.permits(layout)
    if certificate.score is not None:
        check_rules(certificate.score, instance, layout, ledger)
        return
    for line in instance.redlines:
        inside, today = line.inside[barred], instance.today[barred]
        planned = layout[barred]
        broken = np.where(inside, line.bars_inside[today, planned], line.bars_outside[today, planned])
        if broken.any():
            ledger.differ(f"redlines.{line.name}", say("runs_verify.unbroken"), _do(broken), by="the study")
    unlawful = ~instance.transitions[instance.today[barred], layout[barred]]
    if unlawful.any():
        ledger.differ("transitions", say("runs_verify.unbroken"), _do(unlawful), by="the study")
    ledger.done("verify.redlines", n=len(instance.redlines))


def _do(broken: NDArray[np.bool_]) -> str:
    return say("runs_verify.do", n=f"{int(broken.sum()):,}")


def _indicators(certificate: Certificate, found: Mapping[str, IndicatorRecord], ledger: Ledger) -> None:
    for name in ledger.names("indicators", certificate.indicators, found):
        said, now = certificate.indicators[name], found[name]
        ledger.number(f"indicators.{name}.value", said.value, now.value, now.unit)
        ledger.number(f"indicators.{name}.baseline", said.baseline, now.baseline, now.unit)
        ledger.same(f"indicators.{name}.unit", said.unit, now.unit)
    ledger.done("verify.indicators", n=len(found))


def _limits(
    certificate: Certificate,
    found: Sequence[Counted],
    known: Mapping[str, IndicatorRecord],
    classes: Classes,
    ledger: Ledger,
) -> None:
    units, score = (
        {known[name].unit for name in certificate.objective_weights if name in known},
        certificate.score,
    )
    ledger.same("limits", len(certificate.limits), len(found))
    for said, now in zip(certificate.limits, found, strict=False):
        place = partial(limit_figure, now, classes)
        for part in ("indicator", "district", "by", "year", "counts"):
            ledger.same(place(part), getattr(said, part), getattr(now, part))
        # An objective of one indicator, as at the end of a front, has prices in that indicator's own unit.
        per = known[now.indicator].unit if now.told is None else f"0.01 {known[now.indicator].unit}".rstrip()
        per = unit_of_sum(per) if now.counts == "sum" else per
        may_be = [f"{unit} per {per}" for unit in (OBJECTIVE_UNIT, *sorted(units))]
        expected = said.price_unit if said.price_unit in may_be else may_be[0]
        ledger.same(place("price_unit"), said.price_unit, expected)
        for part in ("at_least", "at_most", "value", "slack"):
            ledger.number(place(part), getattr(said, part), getattr(now.told or now, part))
        if now.slack < -now.allowance and (score is None or score.keeps):
            missed = say("runs_verify.missed", amount=repr(-now.slack))
            ledger.differ(place(), say("runs_verify.kept"), missed, by="the study")
    ledger.done("verify.limits", n=len(found))


def _objective(certificate: Certificate, objective: float, ledger: Ledger) -> None:
    ledger.number("objective", certificate.objective, objective, OBJECTIVE_UNIT)
    bound = certificate.bound
    # Two ways of adding up a million units differ in the last digits.
    if bound is not None and bound > objective + RELATIVE * max(1.0, abs(objective)):
        ledger.differ(
            "bound", say("runs_verify.lower", bound=bound), say("runs_verify.objective", value=objective)
        )
    asked, room = certificate.settings.get("gap"), certificate.settings.get("room")
    if certificate.score is not None and not certificate.score.keeps:
        ledger.same("status", certificate.status, "infeasible")
    elif isinstance(asked, int | float) and certificate.objective is not None:
        kept = certificate.patches is None or certificate.patches.kept
        reached = status_of(certificate.objective, bound, certificate.gap, asked, room, kept)
        ledger.same("status", certificate.status, reached)
    ledger.done("verify.objective")


def _nearness(said: NearnessRecord | None, changed_ha: float, ledger: Ledger) -> None:
    """What is said of the land that changes; the plan first solved, and what must change, are the solve's."""
    if said is None:
        return
    if said.towards == "today":
        ledger.number("nearness, after_ha", said.after_ha, changed_ha, "ha")
    slack = RELATIVE * max(1.0, abs(said.after_ha))
    if said.before_ha < said.after_ha - slack:
        most, least = say("runs_verify.most", value=said.before_ha), repr(said.after_ha)
        ledger.differ("nearness, after_ha", most, least)
    if said.least_ha is not None and said.least_ha > said.after_ha + slack:
        most, least = say("runs_verify.most", value=said.after_ha), repr(said.least_ha)
        ledger.differ("nearness, least_ha", most, least)
