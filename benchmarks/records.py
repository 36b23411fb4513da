"""What is measured: a record of every case and of every peer, kept as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class CaseRecord:
    """One case, measured. Seconds are wall-clock; ``split`` gives them by part of the run.

    ``gap`` is that of the certificate: ``room`` over ``scale``, what is decided, both in tCO2e/yr.
    ``solver_s`` is the time in the solver, ``command_s`` from the start of the process to its end with the
    folder written; ``solver_cpu_s`` and ``command_cpu_s`` are those of the processor, all threads together.
    ``fault`` says why there is nothing, in a sentence; ``absent`` that it is only for want of data.
    """

    case: str
    gap_asked: float
    cells: int = 0
    classes: int = 0
    limits: int = 0
    method: str = ""
    iterations: int = 0
    objective: float | None = None
    bound: float | None = None
    gap: float | None = None
    solver_s: float | None = None
    command_s: float | None = None
    peak_gb: float | None = None
    split: Mapping[str, float] = field(default_factory=dict)
    fault: str = ""
    absent: bool = False
    solver_cpu_s: float | None = None
    command_cpu_s: float | None = None
    scale: float | None = None


@dataclass(frozen=True)
class PeerRecord:
    """One peer on one case. ``gap`` is that of its layout to *our* bound, whatever it claims itself, relative
    to the same scale as ours.

    ``missed`` counts the limits that its layout breaks, ``missed_by`` the largest share of a bound by which.
    """

    case: str
    peer: str
    seconds_allowed: float
    seconds: float | None = None
    objective: float | None = None
    gap: float | None = None
    missed: int = 0
    missed_by: float = 0.0
    peak_gb: float | None = None
    note: str = ""
    fault: str = ""


@dataclass
class Results:
    """Everything measured in one run of the suite."""

    machine: Mapping[str, str]
    quick: bool = False
    cases: list[CaseRecord] = field(default_factory=list)
    peers: list[PeerRecord] = field(default_factory=list)

    def text(self) -> str:
        """The results as JSON."""
        tree: dict[str, Any] = asdict(self)
        return json.dumps(tree, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def merged(before: Results, now: Results, order: Sequence[str]) -> Results:
    """Results with those of before for cases and peers that were not measured now; cases in an order."""
    cases = {record.case: record for record in (*before.cases, *now.cases)}
    peers = {(record.case, record.peer): record for record in (*before.peers, *now.peers)}
    known = [name for name in order if name in cases]
    listed = [peer for name in known for (case, _), peer in peers.items() if case == name]
    return Results(now.machine, now.quick, [cases[name] for name in known], listed)


def results_from(path: Path) -> Results:
    """Results read back from their JSON file."""
    tree = json.loads(path.read_text(encoding="utf-8"))
    return Results(
        tree["machine"],
        tree["quick"],
        [CaseRecord(**record) for record in tree["cases"]],
        [PeerRecord(**record) for record in tree["peers"]],
    )


def gap_to(bound: float | None, objective: float | None, scale: float | None = None) -> float | None:
    """(objective - bound) / scale, by default of |objective|; None where either is missing. Negative only for
    a layout that breaks a limit."""
    if bound is None or objective is None:
        return None
    return (objective - bound) / max(1e-9, abs(objective) if scale is None else scale)
