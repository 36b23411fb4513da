"""What a comparison prints: scenarios, what they cost in words, indicators side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from planner.terminal.speech import console, say, show, text, unit, words
from planner.terminal.summary import plain, print_marks, table
from planner.words.scenario_names import stated_label
from words.numbers import change_of, nearest, not_above, not_below, signed
from words.said import inside
from words.visible import visible

if TYPE_CHECKING:
    import planner
    from planner.compare.ask import Comparison, LeftOut

MOST_ROWS = 24


def print_comparison(result: planner.ComparisonResult) -> None:
    """The comparison in short."""
    comparison, lang, out = result.comparison, words().lang, console()
    first = comparison.first
    out.print(Text(visible(first.plan.certificate.title), style="bold"))
    out.print(_scenarios(comparison))
    out.print()
    for left in comparison.left_out:
        _print_left_out(left)
    for each in comparison.alternatives:
        if each.relaxed:
            name = stated_label(each.label(words()), words())
            say("terminal_compare.relaxed", name=name, moved=result.relaxations(each, lang))
    for each in comparison.others:
        say("compare.cost_sentence", name=each.label(words()), text=result.cost_in_words(each, lang))
    advice = result.gap_advice(lang)
    if advice:
        show(advice)
    out.print()
    out.print(_indicators(comparison))
    total = first.plan.instance.grid.total_ha
    share = nearest(100 * comparison.firm_ha / total)
    out.print()
    say("terminal_compare.firm", area=nearest(comparison.firm_ha), total=nearest(total), share=share)
    marks = [mark for each in comparison.alternatives for mark in each.plan.certificate.marks]
    print_marks(dict.fromkeys(marks))


def _print_left_out(left: LeftOut) -> None:
    say("terminal_compare.left_out", name=left.name, reason=inside(left.reason, words().lang))
    if left.why is not None:
        for move in (*left.why.together, *left.why.alone):
            show(f"  {move.told(words().lang)}")


def _scenarios(comparison: Comparison) -> Table:
    score = text("terminal_compare.objective", unit=unit("tCO2e/yr"))
    numbers = [score, *(text(f"terminal_compare.{key}") for key in ("bound", "gap", "differs"))]
    numbers.append(text("terminal.solved_in"))
    shown = table(text("terminal_compare.name"), text("terminal_run.status"), *numbers, numbers=numbers)
    for each in comparison.alternatives:
        certificate = each.plan.certificate
        bound, gap = certificate.bound, certificate.gap
        shown.add_row(
            plain(each.label(words())),
            text(f"terminal_compare.{certificate.status}"),
            not_below(each.certified.objective),
            text("terminal_compare.no_bound") if bound is None else not_above(bound),
            text("terminal_compare.no_gap") if gap is None else words().gap_text(gap),
            "" if each is comparison.first else nearest(comparison.differs_ha(each)),
            text("terminal.seconds", n=f"{certificate.seconds:.1f}"),
        )
    for left in comparison.left_out:
        ending = "infeasible" if left.why is not None else "no_plan"
        shown.add_row(plain(left.name), text(f"terminal_compare.{ending}"))
    return shown


def _indicators(comparison: Comparison) -> Table:
    """The indicators that differ: the first plan's value, and the others' difference to it."""
    first = comparison.first
    numbers = [text("terminal.today"), *(plain(each.label(words())) for each in comparison.alternatives)]
    shown = table(text("terminal.indicator"), text("terminal.unit"), *numbers, numbers=numbers)
    records = first.plan.certificate.indicators
    others = [each.plan.certificate.indicators for each in comparison.others]
    wanted = dict.fromkeys([*first.plan.certificate.objective_weights, *records])
    rows = 0
    for name in wanted:
        record = records.get(name)
        differs = [
            change_of(found[name].value, record.value) if record is not None and name in found else None
            for found in others
        ]
        if record is None or not any(differs) or rows >= MOST_ROWS:
            continue
        rows += 1
        shown.add_row(
            plain(first.plan.indicator_label(name)),
            unit(record.unit),
            nearest(record.baseline),
            nearest(record.value),
            *("" if change is None else signed(change) for change in differs),
        )
    return shown
