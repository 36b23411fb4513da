"""Names of carriers of energy for readers, and of how sure a factor is."""

from __future__ import annotations

from words.catalogue import Words


def carrier_name(carrier: str, words: Words) -> str:
    """Electricity of the grid, a fuel, or all of them together."""
    return words.text(f"energy_carriers.{carrier}")


def mark_name(mark: str, words: Words) -> str:
    """How sure a factor is; what has no name stands as it is written."""
    keys = {each: f"energy_marks.{each.replace(' ', '_')}" for each in mark.split("; ")}
    return "; ".join(words.find(key) or each for each, key in keys.items())


def with_signs(text: str) -> str:
    """A text with CO2 as readers write it."""
    return text.replace("CO2", "CO₂")
