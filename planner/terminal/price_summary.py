"""What prices and opportunity costs print: sentences for limits and red lines, the dearest patches."""

from __future__ import annotations

from planner.prices.ask import Prices, patches
from planner.prices.sentences import line_in_words, price_in_words, range_in_words
from planner.terminal.speech import console, say, show, text, words
from planner.terminal.summary import plain, table
from words.numbers import nearest

MOST_LIMITS, MOST_PATCHES = 8, 8


def print_prices(prices: Prices) -> None:
    """What binding limits cost and how far that holds, what each red line costs, where releasing it would pay
    most."""
    lang, classes = words().lang, prices.plan.instance.classes
    binding = sorted(
        (each for each in prices.limits if each.record.binds), key=lambda each: -abs(each.record.price or 0.0)
    )
    console().print()
    say("terminal_prices.limits")
    for each in binding[:MOST_LIMITS]:
        price = price_in_words(each.record, lang, classes)
        show(f"  {price}{range_in_words(each.found, each.record, lang)}")
    if len(binding) > MOST_LIMITS:
        more = text("terminal.more_in", n=f"{len(binding) - MOST_LIMITS:,}", file="prices.csv")
        show(f"  {more}")
    if not binding:
        show(f"  {text('terminal_prices.none')}")
    if prices.lines:
        say("terminal_prices.redlines")
        for line in prices.lines:
            show(f"  {line_in_words(line, lang)}")
        _print_patches(prices)


def _print_patches(prices: Prices) -> None:
    """The dearest patches of all lines; nothing where none would pay."""
    found = [(line, patch) for line in prices.lines for patch in patches(prices, line)[:MOST_PATCHES]]
    found = sorted(found, key=lambda pair: -pair[1].total)[:MOST_PATCHES]
    if not found:
        return
    classes = prices.plan.instance.classes
    numbers = [text(f"terminal_prices.{key}") for key in ("area", "alone", "together")]
    shown = table(text("terminal_prices.redline"), text("terminal_prices.becomes"), *numbers, numbers=numbers)
    for line, patch in found:
        figures = (nearest(value) for value in (patch.area_ha, patch.total, patch.at_most))
        becomes = classes[classes.index(patch.becomes)].label(words().lang)
        shown.add_row(plain(line.label), plain(becomes), *figures)
    console().print(shown)
    show(f"  {text('terminal_prices.not_summed')}")
