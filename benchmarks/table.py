"""The results as Markdown: sizes and times, where the time goes, growth, aims, peers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from benchmarks.records import CaseRecord, Results
from benchmarks.registry import Aim, named

NONE = "–"

PARTS: Mapping[str, tuple[str, ...]] = {
    "start": ("start",),
    "read": ("read", "pose"),
    "prepare": ("prepare", "coarse", "build"),
    "price": ("price",),
    "master": ("master", "relaxation"),
    "plan": ("plan", "milp", "near"),
    "write": ("certify", "write"),
}
"""Columns of the time split, and the stages that each adds up."""

_LEGEND = """\
`gap`: what is left to the bound (`room`) relative to what is decided, as in every certificate. `solver`:
seconds in the solver, and of the processor until the plan is certified (all threads). `command`: seconds from
the start of the process to its end with the folder written, and of the processor. `peak`: the most memory
that the process held, and the one beside it that draws from 100,000 cells on (1 GB = 10⁹ bytes). Every case
runs in a process of its own; a first run, not measured, lets the minimum cut be compiled. Demo counties are
without their least sizes of new land, but for `pieces`."""

_SPLIT_LEGEND = """\
`start` loads Python and the libraries, `read` aligns all layers and poses the problem, `prepare` finds types
of unit and first prices (on a coarse copy where a problem is large), `plan` puts the integer plan together
(pieces and HiGHS), `write` certifies and writes all files. Of the exact method, `prepare` builds the
model and `master` is its relaxation."""

_PEER_LEGEND = """\
`gap` is that of the peer's layout to the bound of the case above, whatever the peer claims, relative to what
our plan decides; every peer is asked for the room that we are asked for. A layout that breaks limits can lie
below the bound. `breaks` counts the limits it breaks, and by which share of the bound at most. `seconds`
include building the model.

- `monolithic`: the whole Pyomo model given to HiGHS as one integer program.
- `exact`: our own method of that name.
- `rounding`: the linear relaxation by HiGHS, rounded and repaired.
- `nsga2`: NSGA-II (pymoo), limits as constraints, one gene a unit, begun from 100 variants of today."""


def page(results: Results) -> str:
    """Everything measured, as a page."""
    parts = ["# Benchmarks", "Written by `python -m benchmarks`.", machine_table(results.machine)]
    if results.quick:
        parts.append("A quick run on tiny studies: it shows that everything runs, and no more.")
    parts += ["## Cases", case_table(results.cases), _LEGEND]
    parts += ["## Where the time goes", split_table(results.cases), _SPLIT_LEGEND]
    if len(growing(results.cases)) > 1:
        parts += ["## Growth", growth_table(results.cases)]
    if not results.quick and any(named(record.case).aim != Aim() for record in results.cases):
        parts += ["## Aims", aim_table(results)]
    if results.peers:
        parts += ["## Peers", peer_table(results), _PEER_LEGEND]
    return "\n\n".join(parts) + "\n"


def machine_table(machine: Mapping[str, str]) -> str:
    """The machine that measured."""
    return ", ".join(f"{label} {value}" for label, value in machine.items()) + "."


def case_table(records: Iterable[CaseRecord]) -> str:
    """Sizes, method, gap, seconds and memory of every case."""
    head = (
        "case",
        "cells",
        "classes",
        "limits",
        "method",
        "iterations",
        "gap asked",
        "gap",
        "room, t/yr",
        "solver",
        "of the processor",
        "command",
        "of the processor",
        "peak",
    )
    rows = [
        (record.case, *[NONE] * 5, percent(record.gap_asked), *[NONE] * 6, record.fault)
        if record.fault
        else (
            record.case, f"{record.cells:,}", str(record.classes), str(record.limits), record.method,
            str(record.iterations), percent(record.gap_asked), percent(record.gap),
            room(record), seconds(record.solver_s), seconds(record.solver_cpu_s),
            seconds(record.command_s), seconds(record.command_cpu_s), memory(record.peak_gb),
        )
        for record in records
    ]  # fmt: skip
    return table(head, rows)


def split_table(records: Iterable[CaseRecord]) -> str:
    """Seconds by part of the run."""
    rows = [
        (
            record.case,
            *(seconds(sum(record.split.get(stage, 0.0) for stage in PARTS[part])) for part in PARTS),
        )
        for record in records
        if not record.fault
    ]
    return table(("case", *PARTS), rows)


def growing(records: Iterable[CaseRecord]) -> list[CaseRecord]:
    """The points of the growth table, smallest first."""
    points = [
        record for record in records if named(record.case).growth and not record.fault and record.solver_s
    ]
    return sorted(points, key=lambda record: record.cells)


def growth_table(records: Iterable[CaseRecord]) -> str:
    """Microseconds of the processor a cell, and how many times those of the smallest point."""
    points = growing(records)
    rows = []
    for record in points:
        row = [record.case, f"{record.cells:,}"]
        for part in ("solver_s", "command_s"):
            each, first = (_spent(one, part) / one.cells * 1e6 for one in (record, points[0]))
            row += [f"{each:,.1f}", f"{each / first:.2f}"]
        rows.append(row)
    return table(("case", "cells", "solver µs/cell", "× smallest", "command µs/cell", "× smallest"), rows)


def _spent(record: CaseRecord, part: str) -> float:
    """Seconds of the processor where they are known, else of the clock."""
    return float(getattr(record, part.replace("_s", "_cpu_s")) or getattr(record, part) or 0.0)


def aim_table(results: Results) -> str:
    """What the cases should reach, in seconds of the processor where these are known, and what they did."""
    rows = []
    for record in results.cases:
        aim = named(record.case).aim
        for label, wanted, reached, show in (
            ("seconds in the solver", aim.solver_s, record.solver_cpu_s or record.solver_s, seconds),
            (
                "seconds from command to folder",
                aim.command_s,
                record.command_cpu_s or record.command_s,
                seconds,
            ),
            ("peak memory", aim.peak_gb, record.peak_gb, memory),
        ):
            if wanted is not None:
                met = NONE if reached is None else "yes" if reached <= wanted else "no"
                rows.append((record.case, label, f"≤ {show(wanted)}", show(reached), met))
    ratio = speedup(results)
    if ratio:
        rows.append(("demo-200", "times faster than the monolithic model", "≥ 50", *ratio))
    points = growing(results.cases)
    if len(points) > 1:
        each = [_spent(record, "solver_s") / record.cells for record in points]
        worst = max(each[1:]) / each[0]
        label = "growth of solver time a cell from the smallest case"
        rows.append((points[-1].case, label, "< 4", f"{worst:.2f}", "yes" if worst < 4 else "no"))
    return table(("case", "aim", "wanted", "reached", "met"), rows)


def speedup(results: Results) -> tuple[str, str] | None:
    """How many times faster demo-200 is than the monolithic model (``>`` where that did not get there), and
    whether that is enough."""
    ours = next((record for record in results.cases if record.case == "demo-200"), None)
    theirs = next(
        (peer for peer in results.peers if (peer.case, peer.peer) == ("demo-200", "monolithic")), None
    )
    if ours is None or theirs is None or not ours.solver_s or not theirs.seconds:
        return None
    ratio = theirs.seconds / ours.solver_s
    reached = theirs.gap is not None and theirs.gap <= 2 * ours.gap_asked
    return f"{'' if reached else '> '}{ratio:,.0f}", "yes" if ratio >= 50 else "no"


def peer_table(results: Results) -> str:
    """Every peer on every case it followed."""
    rows = []
    for peer in results.peers:
        breaks = f"{peer.missed} by up to {percent(peer.missed_by)}" if peer.missed else "none"
        found = peer.objective is not None
        rows.append(
            (
                peer.case, peer.peer, f"{peer.seconds_allowed:,.0f}", seconds(peer.seconds),
                percent(peer.gap), breaks if found else NONE, memory(peer.peak_gb), peer.fault or peer.note,
            )
        )  # fmt: skip
    return table(("case", "peer", "seconds allowed", "seconds", "gap", "breaks", "peak", "note"), rows)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; the first column is text, columns of figures stand to the right."""
    lines = ["| " + " | ".join(head) + " |", "| --- |" + " ---: |" * (len(head) - 1)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def seconds(value: float | None) -> str:
    """Seconds with three figures, as far as that says something."""
    if value is None:
        return NONE
    return f"{value:,.0f} s" if value >= 100 else f"{value:.1f} s" if value >= 10 else f"{value:.2f} s"


def room(record: CaseRecord) -> str:
    """How far the plan may be from the best, in tCO2e/yr."""
    if record.objective is None or record.bound is None:
        return NONE
    return f"{record.objective - record.bound:,.3g}"


def memory(value: float | None) -> str:
    """Memory in GB."""
    return NONE if value is None else f"{value:.2f} GB"


def percent(value: float | None) -> str:
    """A share in per cent; small ones keep two figures."""
    if value is None:
        return NONE
    size = abs(100 * value)
    return f"{100 * value:,.1f} %" if size >= 10 else f"{100 * value:.2g} %"
