"""What a run prints on standard output: a table that reads well in a terminal and in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from rich.console import Console
from rich.table import Table

from instances.study.findings import Finding, Severity
from planner.plans.plan import Certificate, Plan
from planner.prices.sentences import price_in_words
from planner.words.indicator_names import label
from planner.words.numbers import nearest, not_above, not_below, percent_not_below, signed

MOST_ROWS = 24
MOST_LIMITS = 12
MOST_SENTENCES = 3
PIPE_WIDTH = 110


def console() -> Console:
    """Standard output; into a pipe without colours and wide enough for the tables."""
    width = None if sys.stdout.isatty() else PIPE_WIDTH
    return Console(file=sys.stdout, width=width, highlight=False)


def table(*columns: str, numbers: Iterable[str] = ()) -> Table:
    """An empty table; the columns in ``numbers`` are aligned right."""
    made = Table(box=None, pad_edge=False, header_style="bold")
    right = set(numbers)
    for column in columns:
        made.add_column(column, justify="right" if column in right else "left", overflow="fold")
    return made


def print_plan(plan: Plan, *, sentences: bool = True) -> None:
    """The plan in short: how it was found, how good it is proven to be, what it changes.

    With ``sentences`` the dearest prices in words as well.
    """
    certificate, out = plan.certificate, console()
    out.print(f"[bold]{plain(certificate.title)}[/bold], scenario {plain(certificate.scenario)}")
    out.print(_facts(plan))
    out.print(_indicators(plan))
    limits = _limits(certificate)
    if limits.row_count:
        out.print()
        out.print("Limits that bind")
        out.print(limits)
        for sentence in price_sentences(plan) if sentences else ():
            out.print(f"{plain(sentence)}.", soft_wrap=True)
    for mark in certificate.marks:
        out.print(f"Note: {plain(mark)}", soft_wrap=True)


def print_findings(findings: Iterable[Finding], least: Severity = Severity.WARNING) -> None:
    """Warnings (and, where asked for, notes), one a line."""
    out = console()
    for finding in findings:
        if finding.severity is Severity.NOTE and least is not Severity.NOTE:
            continue
        out.print(f"{str(finding.severity).capitalize()}: {plain(str(finding))}", soft_wrap=True)


def price_sentences(plan: Plan) -> list[str]:
    """The dearest limits in words, in English as everything that commands print."""
    priced = sorted(
        (one for one in plan.certificate.limits if one.binds), key=lambda one: -abs(one.price or 0.0)
    )
    said = (price_in_words(limit, "en", plan.instance.classes) for limit in priced[:MOST_SENTENCES])
    return [sentence[:1].upper() + sentence[1:] for sentence in said]


def _facts(plan: Plan) -> Table:
    certificate, facts = plan.certificate, table("", "")
    facts.show_header = False
    status = {
        "optimal": "the gap asked for is reached",
        "feasible": f"the gap asked for is not reached: {plan.solution.termination}",
    }
    facts.add_row("status", f"{certificate.status} ({status.get(certificate.status, '')})")
    facts.add_row("method", f"{certificate.method}: {plain(plan.solution.reason)}")
    if certificate.objective is not None:
        facts.add_row("objective", f"{not_below(certificate.objective)} tCO2e/yr")
    if certificate.bound is not None and certificate.gap is not None:
        facts.add_row("bound", f"{not_above(certificate.bound)} tCO2e/yr: no layout can be better")
        facts.add_row("gap", percent_not_below(certificate.gap))
    facts.add_row("units", f"{certificate.cells:,} on {nearest(certificate.area_ha)} ha")
    facts.add_row("solved in", f"{certificate.seconds:.1f} s")
    return facts


def _indicators(plan: Plan) -> Table:
    certificate, lang = plan.certificate, plan.instance.study.lang
    shown = table("indicator", "today", "plan", "change", "unit", numbers=("today", "plan", "change"))
    for name in _first(certificate):
        record = certificate.indicators[name]
        shown.add_row(
            plain(label(name, lang, plan.instance.classes)),
            nearest(record.baseline),
            nearest(record.value),
            signed(record.value - record.baseline),
            record.unit,
        )
    return shown


def _first(certificate: Certificate) -> list[str]:
    """The indicators worth a line: the objective's, the limited ones, then those that change."""
    wanted = [*certificate.objective_weights, *(limit.indicator for limit in certificate.limits)]
    changed = [name for name, record in certificate.indicators.items() if record.value != record.baseline]
    names = dict.fromkeys([*wanted, *changed])
    return [name for name in names if name in certificate.indicators][:MOST_ROWS]


def _limits(certificate: Certificate) -> Table:
    """The limits that bind, the dearest first."""
    shown = table("limit", "bound", "plan", "price", "unit", numbers=("bound", "plan", "price"))
    priced = [limit for limit in certificate.limits if limit.binds]
    for limit in sorted(priced, key=lambda one: -abs(one.price or 0.0))[:MOST_LIMITS]:
        bound = limit.at_least if (limit.price or 0.0) > 0 else limit.at_most
        sign = "≥" if (limit.price or 0.0) > 0 else "≤"
        text = f"{sign} {nearest(bound)}" if bound is not None else ""
        shown.add_row(
            plain(limit.label), text, nearest(limit.value), nearest(limit.price or 0.0), limit.price_unit
        )
    if len(priced) > MOST_LIMITS:
        shown.add_row(f"and {len(priced) - MOST_LIMITS:,} more in certificate.json", "", "", "", "")
    return shown


def plain(text: str) -> str:
    """Text with rich's markup made harmless."""
    return text.replace("[", "\\[")
