"""What prices and opportunity costs print: sentences for limits and red lines, the dearest patches."""

from __future__ import annotations

from planner.commands.summary import console, plain, table
from planner.prices.ask import Prices, patches
from planner.prices.sentences import line_in_words, price_in_words, range_in_words
from planner.words.numbers import nearest

MOST_LIMITS, MOST_PATCHES = 8, 8


def print_prices(prices: Prices) -> None:
    """What binding limits cost and how far that holds, what each red line costs, where releasing it would pay
    most."""
    out, classes = console(), prices.plan.instance.classes
    binding = sorted(
        (each for each in prices.limits if each.record.binds), key=lambda each: -abs(each.record.price or 0.0)
    )
    out.print()
    out.print("What limits cost")
    for each in binding[:MOST_LIMITS]:
        said = price_in_words(each.record, "en", classes) + range_in_words(each.found, each.record, "en")
        out.print(f"  {plain(said)}", soft_wrap=True)
    if len(binding) > MOST_LIMITS:
        out.print(f"  and {len(binding) - MOST_LIMITS:,} more in prices.csv")
    if not binding:
        out.print("  no limit binds")
    if prices.lines:
        out.print("What red lines cost")
        for line in prices.lines:
            out.print(f"  {plain(line_in_words(line, 'en'))}", soft_wrap=True)
        _print_patches(prices)


def _print_patches(prices: Prices) -> None:
    """The dearest patches of all lines; nothing where none would pay."""
    found = [(line, patch) for line in prices.lines for patch in patches(prices, line)[:MOST_PATCHES]]
    found = sorted(found, key=lambda pair: -pair[1].total)[:MOST_PATCHES]
    if not found:
        return
    numbers = ("area ha", "units alone, summed tCO2e/yr", "together, at most")
    shown = table("red line", "would become", *numbers, numbers=numbers)
    for line, patch in found:
        shown.add_row(
            plain(line.label),
            patch.becomes,
            nearest(patch.area_ha),
            nearest(patch.total),
            nearest(patch.at_most),
        )
    console().print(shown)
    console().print(
        "  What units gain alone does not add up: together they gain no more than the last column says.",
        soft_wrap=True,
    )
