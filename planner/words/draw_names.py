"""Names of draws of coefficients for readers."""

from __future__ import annotations

import re

from words.catalogue import Words

_KNOWN = {"as given": "figures_draws.as_given", "mean of the draws": "figures_draws.mean"}
_DRAWN = re.compile(r"draw (\d+)")


def draw_name(name: str, words: Words) -> str:
    """A draw's name in a language; other sets of coefficients keep theirs, as every draw in tables."""
    if name in _KNOWN:
        return words.text(_KNOWN[name])
    drawn = _DRAWN.fullmatch(name)
    return words.text("figures_draws.draw", number=drawn[1]) if drawn else name
