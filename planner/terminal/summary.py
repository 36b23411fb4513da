"""What a run prints on standard output: a table that reads well in a terminal and in a pipe."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from instances.study.findings import Finding, Severity
from planner.terminal.speech import console, say, text, unit, words
from planner.words.scenario_names import scenario_label
from words.numbers import change_of, nearest, not_above, not_below, room_between, signed
from words.said import inside
from words.visible import visible

if TYPE_CHECKING:
    import planner
    from instances.study.schema import Label

MOST_ROWS = 24
MOST_LIMITS = 12
MOST_SENTENCES = 3


def table(*columns: str, numbers: Iterable[str] = ()) -> Table:
    """An empty table; the columns in ``numbers`` are aligned right."""
    made = Table(box=None, pad_edge=False, header_style="bold")
    right = set(numbers)
    for column in columns:
        made.add_column(column, justify="right" if column in right else "left", overflow="fold")
    return made


def plain(name: str) -> str:
    """Text with rich's markup, and what a terminal would obey, made harmless."""
    return visible(name).replace("[", "\\[")


def limit_name(label: str, named: Callable[[str], str]) -> str:
    """The name for readers of a limit, of its ``indicator (district)``; ``named`` names indicators."""
    indicator, _, district = label.partition(" (")
    if not district:
        return named(indicator)
    return text("comparison.limit", name=named(indicator), district=district.removesuffix(")"))


def print_title(title: str, scenario: str, label: Label | None = None) -> None:
    """What the rest is about."""
    title = visible(title)
    named = scenario_label(scenario, words(), label)
    line = Text(text("terminal.title", title=title, scenario=named))
    line.stylize("bold", line.plain.index(title), line.plain.index(title) + len(title))
    console().print(line)


def print_plan(result: planner.RunResult) -> None:
    """The plan in short: how it was found, how good it is proven to be, what it changes, what limits cost."""
    plan, out = result.plan, console()
    certificate = plan.certificate
    print_title(certificate.title, certificate.scenario, plan.instance.study.label)
    out.print(_facts(plan))
    out.print(_indicators(plan))
    for sentence in result.carbon_sentences(words().lang):
        say("terminal.sentence", text=sentence)
    doubts = result.look_first(words().lang)
    if doubts:
        out.print()
        say("look_first.title")
        for doubt in doubts:
            say("look_first.line", text=doubt)
    limits = _limits(plan)
    if limits.row_count:
        out.print()
        say("terminal_run.binding")
        out.print(limits)
        if result.prices is None:
            for sentence in result.price_sentences(words().lang, MOST_SENTENCES):
                say("terminal.sentence", text=sentence[:1].upper() + sentence[1:])
    print_marks(certificate.marks)


def print_marks(marks: Iterable[str]) -> None:
    """What every use of a plan must show."""
    for mark in marks:
        say("terminal.note", text=mark)


def print_findings(findings: Iterable[Finding], least: Severity = Severity.WARNING) -> None:
    """Warnings (and, where asked for, notes), one a line."""
    for finding in findings:
        if finding.severity is Severity.NOTE and least is not Severity.NOTE:
            continue
        say(f"terminal.{finding.severity}", text=finding.told(words().lang))


def print_end(result: planner.FrontResult | planner.AlternativesResult | planner.RobustResult) -> None:
    """What a sweep took, what to know of the study, and where it lies."""
    print_tally(result)
    print_findings(result.loaded.findings)
    say("terminal.written", path=result.folder)


def print_tally(
    result: planner.ComparisonResult
    | planner.FrontResult
    | planner.AlternativesResult
    | planner.RobustResult,
) -> None:
    """How many solves there were, and what to know of those who solved."""
    tally = result.tally
    known = text("terminal.found_already", n=tally.found) if tally.found else ""
    say("terminal.solves", n=tally.solved, seconds=f"{tally.seconds:.1f}", found=known)
    print_marks([inside(tally.note, words().lang)] if tally.note else [])


def _ended(plan: planner.Plan) -> str:
    """Why the solve ended, as the catalogue calls it: a layout may be near its own bound while all parts
    together, with models beside it, are not near theirs."""
    ended = plan.solution.termination.name.lower()
    return "exhausted" if ended == "gap" and plan.certificate.status == "feasible" else ended


def _facts(plan: planner.Plan) -> Table:
    certificate, facts = plan.certificate, table("", "")
    facts.show_header = False
    ending = text(f"termination.{_ended(plan)}")
    status = text(f"terminal_run.{certificate.status}", ending=ending)
    if certificate.patches is not None and not certificate.patches.kept:
        status = text("terminal_run.feasible_broken")
    elif certificate.status == "feasible" and plan.solution.termination.name == "GAP" and certificate.patches:
        status = text("terminal_run.feasible_sized")
    facts.add_row(text("terminal_run.status"), status)
    reason = inside(plan.solution.reason, words().lang)
    method = text("terminal_run.how", method=certificate.method, reason=reason)
    facts.add_row(text("terminal_run.method"), plain(method))
    score = unit("tCO2e/yr")
    if certificate.objective is not None:
        facts.add_row(text("terminal_run.objective"), f"{not_below(certificate.objective)} {score}")
    if certificate.bound is not None and certificate.gap is not None:
        bound = text("terminal_run.no_better", bound=not_above(certificate.bound), unit=score)
        facts.add_row(text("terminal_run.bound"), bound)
        share = words().gap_text(certificate.gap)
        left = room_between(certificate.objective or 0.0, certificate.bound)
        said = text("terminal_run.gap_says", gap=share, room=left, unit=score)
        facts.add_row(text("terminal_run.gap"), said)
        record, far = certificate.patches, (certificate.objective or 0.0) - certificate.bound
        priced = None if record is None else record.parts(far)
        if priced is not None:
            told = text(
                "terminal_run.sizes_says", cost=nearest(priced[0]), room=nearest(priced[1]), unit=score
            )
            facts.add_row(text("terminal_run.sizes"), told)
    on = text("terminal_run.on", n=f"{certificate.cells:,}", area=nearest(certificate.area_ha))
    facts.add_row(text("terminal_run.units"), on)
    facts.add_row(text("terminal.solved_in"), text("terminal.seconds", n=f"{certificate.seconds:.1f}"))
    return facts


def _indicators(plan: planner.Plan) -> Table:
    certificate = plan.certificate
    numbers = [text(f"terminal.{key}") for key in ("today", "plan", "change")]
    shown = table(text("terminal.indicator"), *numbers, text("terminal.unit"), numbers=numbers)
    for name in _first(certificate):
        record = certificate.indicators[name]
        shown.add_row(
            plain(plan.indicator_label(name)),
            nearest(record.baseline),
            nearest(record.value),
            signed(change_of(record.value, record.baseline)),
            unit(record.unit),
        )
    return shown


def _first(certificate: planner.Certificate) -> Sequence[str]:
    """The indicators worth a line: the objective's, the limited ones, then those that change."""
    wanted = [*certificate.objective_weights, *(limit.indicator for limit in certificate.limits)]
    changed = [name for name, record in certificate.indicators.items() if record.value != record.baseline]
    names = dict.fromkeys([*wanted, *changed])
    return [name for name in names if name in certificate.indicators][:MOST_ROWS]


def _limits(plan: planner.Plan) -> Table:
    """The limits that bind, the dearest first."""
    certificate = plan.certificate
    numbers = [text(f"terminal.{key}") for key in ("bound", "plan", "price")]
    shown = table(text("terminal.limit"), *numbers, text("terminal.unit"), numbers=numbers)
    priced = [limit for limit in certificate.limits if limit.binds]
    for limit in sorted(priced, key=lambda one: -abs(one.price or 0.0))[:MOST_LIMITS]:
        lower = (limit.price or 0.0) > 0 if limit.edge is None else limit.edge == "at_least"
        bound, sign = (limit.at_least, "≥") if lower else (limit.at_most, "≤")
        bounded = f"{sign} {nearest(bound)}" if bound is not None else ""
        figures = bounded, nearest(limit.value), "–" if limit.price is None else nearest(limit.price)
        shown.add_row(plain(limit_name(limit.label, plan.indicator_label)), *figures, unit(limit.price_unit))
    if len(priced) > MOST_LIMITS:
        more = f"{len(priced) - MOST_LIMITS:,}"
        shown.add_row(text("terminal.more_in", n=more, file="certificate.json"))
    return shown
