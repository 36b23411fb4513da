"""Verify what a comparison, a front, alternatives or a robustness sweep says of the plans inside it.

Every file is compared with the list in the folder's record, and what the record says of a plan with that
plan's own certificate. The plans are verified one by one as runs are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from instances.instance import Instance
from instances.study.findings import StudyError
from instances.study.schema import BASE
from instances.units.grid import Layout
from planner.recount.account.caps import CAPPED, CAPS, Capped, check_caps
from planner.recount.beside.followed import OBSERVED, check_followed
from planner.recount.beside.rest import PLAN as REST
from planner.recount.beside.rest import check_rest
from planner.recount.layers.reread import read_layout
from planner.recount.ledger import Ledger, Verification
from planner.runs.listed import check_list, check_present
from planner.runs.manifest import CERTIFICATE, read_proof
from words.said import say

PLANS = ("scenarios", "points", "plans")
"""Where records list their plans."""
MONITOR, REPLAN = "monitor.json", "replan.json"
Reading = Callable[[Path, Ledger], Instance]
"""Reads the study of a plan's folder."""
FIGURES = ("objective", "bound", "gap", "status", "seconds")
"""What a record repeats of a certificate."""


def verify_set(folder: Path, record: str, reading: Reading) -> Verification:
    """Compare a record with its folder's files and with the certificates of its plans; a table of caps with
    the plans themselves, whose studies ``reading`` reads."""
    ledger = Ledger()
    check_list(folder, record, ledger)
    tree = read_proof(folder / record) or {}
    number = 0
    for entry in _plans(tree):
        number += 1
        place = entry["folder"]
        certificate = read_proof(folder / place / CERTIFICATE)
        if certificate is None:
            ledger.differ(f"{record}, {place}", say("runs_verify.there"), say("runs_verify.none"), by=record)
            continue
        _plan(record, entry, certificate, ledger)
    ledger.done("runs_verify.plans", n=number, name=record)
    _caps(folder, tree, reading, ledger)
    followed = {MONITOR: (OBSERVED, check_followed), REPLAN: (REST, check_rest)}.get(record)
    if followed is not None:
        plan = _plan_in(folder / followed[0], reading)
        if plan is not None:  # else it is told where the plan itself is verified
            followed[1](folder, tree, *plan, ledger)
    ledger.note("runs_verify.set_believed")
    return ledger.outcome()


def _plans(tree: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for key in PLANS:
        for entry in tree.get(key) or ():
            if isinstance(entry, dict) and isinstance(entry.get("folder"), str):
                yield entry


def _plan(record: str, entry: Mapping[str, Any], certificate: Mapping[str, Any], ledger: Ledger) -> None:
    """One plan of a record beside its certificate."""
    place = f"{record}, {entry['folder']}"
    for name in FIGURES:
        if name in entry and name in certificate:
            _compare(f"{place}, {name}", entry[name], certificate[name], record, ledger)
    indicators = certificate.get("indicators") or {}
    for name, value in (entry.get("values") or {}).items():
        found = (indicators.get(name) or {}).get("value")
        _compare(f"{place}, {name}", value, found, record, ledger)
    if isinstance(entry.get("weights"), dict):
        ledger.same(f"{place}, weights", entry["weights"], certificate.get("objective_weights"), by=record)


def _caps(folder: Path, tree: Mapping[str, Any], reading: Reading, ledger: Ledger) -> None:
    """The table of caps beside the plans without and with them; missed where the comparison is a carbon plan,
    by its own word or by the study that it asks."""
    plans, has_table = {entry.get("name"): entry for entry in _plans(tree)}, (folder / CAPS).exists()
    if CAPPED not in plans:  # there is no plan that keeps them, and so no study with them
        if has_table:
            ledger.note("runs_verify.by_hash", names=CAPS)
        elif tree.get("caps"):
            check_present({}, frozenset({CAPS}), ledger)
        return
    entry = plans[CAPPED]
    # What is wrong with study or plan is told where each plan is verified.
    capped = _plan_in(folder / entry["folder"], reading)
    asks = capped is not None and any(limit.caps is not None for limit in capped[0].study.limits)
    if not has_table:
        check_present({}, frozenset({CAPS} if asks or tree.get("caps") else ()), ledger)
        return
    without = _plan_in(folder / plans[BASE]["folder"], reading) if BASE in plans else None
    if capped is None or (BASE in plans and without is None):
        return
    moves = [move for move in entry.get("relaxations") or () if isinstance(move, dict)]
    check_caps(folder / CAPS, Capped(*capped, None if without is None else without[1], moves), ledger)


def _plan_in(run: Path, reading: Reading) -> tuple[Instance, Layout] | None:
    """Study and layout of a plan's folder; None where they cannot be read."""
    try:
        instance = reading(run, Ledger())
    except StudyError:
        return None
    layout = read_layout(run, instance, Ledger())
    return None if layout is None else (instance, layout)


def _compare(figure: str, said: object, found: object, by: str, ledger: Ledger) -> None:
    if isinstance(said, int | float) and isinstance(found, int | float):
        ledger.number(figure, said, found, by=by)
    else:
        ledger.same(figure, said, found, by=by)
