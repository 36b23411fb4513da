"""What a comparison prints: scenarios, what they cost in words, indicators side by side."""

from __future__ import annotations

from rich.table import Table

from planner.commands.summary import console, plain, table
from planner.compare.ask import Comparison, LeftOut
from planner.compare.sentences import cost_in_words, gap_advice, relaxations
from planner.words.indicator_names import label
from planner.words.numbers import nearest, not_above, not_below, percent_not_below, signed

LANG = "en"
"""Commands print English; names stand as the study has them."""
MOST_ROWS = 24
ROUNDING = 1e-9
"""Figures that differ by less than this share are equal."""


def print_comparison(comparison: Comparison) -> None:
    """The comparison in short."""
    out, first = console(), comparison.first
    out.print(f"[bold]{plain(first.plan.certificate.title)}[/bold]")
    out.print(_scenarios(comparison))
    out.print()
    for left in comparison.left_out:
        _print_left_out(left)
    for each in comparison.alternatives:
        if each.relaxed:
            out.print(
                f"{plain(each.name)} has no plan as it stands. The smallest relaxation found: "
                f"{plain(relaxations(each.why, LANG))}. It is compared with that relaxation.",
                soft_wrap=True,
            )
    for each in comparison.others:
        out.print(f"{plain(each.title)}: {plain(cost_in_words(comparison, each, LANG))}.", soft_wrap=True)
    advice = gap_advice(comparison, LANG)
    if advice:
        out.print(advice, soft_wrap=True)
    out.print()
    out.print(_indicators(comparison))
    total = first.plan.instance.grid.total_ha
    out.print()
    out.print(
        f"{nearest(comparison.firm_ha)} of {nearest(total)} ha "
        f"({100 * comparison.firm_ha / total:.1f} %) have one class in every plan."
    )
    marks = [mark for each in comparison.alternatives for mark in each.plan.certificate.marks]
    for mark in dict.fromkeys(marks):
        out.print(f"Note: {plain(mark)}", soft_wrap=True)


def _print_left_out(left: LeftOut) -> None:
    out = console()
    out.print(f"{plain(left.name)} is left out: {plain(left.reason)}", soft_wrap=True)
    if left.why is not None:
        for move in (*left.why.together, *left.why.alone):
            out.print(f"  {plain(str(move))}", soft_wrap=True)


def _scenarios(comparison: Comparison) -> Table:
    numbers = ("objective tCO2e/yr", "bound", "gap", "planned otherwise ha", "solved in")
    shown = table("scenario", "status", *numbers, numbers=numbers)
    for each in comparison.alternatives:
        certificate = each.plan.certificate
        differs = "" if each is comparison.first else nearest(comparison.differs_ha(each))
        shown.add_row(
            plain(each.title),
            certificate.status,
            not_below(each.certified.objective),
            "none" if certificate.bound is None else not_above(certificate.bound),
            "unknown" if certificate.gap is None else percent_not_below(certificate.gap),
            differs,
            f"{certificate.seconds:.1f} s",
        )
    for left in comparison.left_out:
        shown.add_row(plain(left.name), "infeasible" if left.why is not None else "no plan")
    return shown


def _change(value: float, before: float) -> float:
    """A difference; none where it is rounding."""
    change = value - before
    return change if abs(change) > ROUNDING * max(1.0, abs(before)) else 0.0


def _indicators(comparison: Comparison) -> Table:
    """The indicators that differ: the first plan's value, and the others' difference to it."""
    first = comparison.first
    columns = [plain(each.title) for each in comparison.others]
    shown = table(
        "indicator", "unit", "today", plain(first.title), *columns,
        numbers=("today", plain(first.title), *columns),
    )  # fmt: skip
    records = first.plan.certificate.indicators
    others = [each.plan.certificate.indicators for each in comparison.others]
    wanted = dict.fromkeys([*first.plan.certificate.objective_weights, *records])
    rows = 0
    for name in wanted:
        record = records.get(name)
        differs = [
            _change(found[name].value, record.value) if record is not None and name in found else None
            for found in others
        ]
        if record is None or not any(differs) or rows >= MOST_ROWS:
            continue
        rows += 1
        shown.add_row(
            plain(label(name, comparison.lang, first.plan.instance.classes)),
            record.unit,
            nearest(record.baseline),
            nearest(record.value),
            *("" if change is None else signed(change) for change in differs),
        )
    return shown
