"""What a red line costs in words, in Chinese and English."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from planner.words.numbers import nearest, not_above, not_below

if TYPE_CHECKING:
    from planner.prices.ask import LineCost

_EN = {
    "between": "{} as a whole costs between {} and {} tCO2e/yr",
    "at_most": "{} as a whole costs at most {} tCO2e/yr, perhaps nothing: the gaps do not tell",
    "at_least": "{} as a whole costs at least {} tCO2e/yr",
    "unknown": "what {} costs as a whole was not found",
    "nothing": "; no single unit would gain by being released",
    "units": "; {} would gain by being released alone, the dearest about {} tCO2e/yr",
}
_ZH = {
    "between": "“{}”整条红线的代价为 {} 至 {} tCO2e/年",
    "at_most": "“{}”整条红线的代价不超过 {} tCO2e/年，也可能为零（在最优性差距之内无法判定）",
    "at_least": "“{}”整条红线的代价至少为 {} tCO2e/年",
    "unknown": "“{}”整条红线的代价未能求得",
    "nothing": "；没有哪个单元单独放开后能够减排",
    "units": "；单独放开即可减排的单元有 {} 个，最多的一个约减少 {} tCO2e/年",
}


def line_in_words(line: LineCost, lang: str) -> str:
    """What one red line costs: as a whole, then the dearest unit."""
    words = _ZH if lang == "zh" else _EN
    paying = int((line.units.cost > 0).sum())
    dearest = float(line.units.cost.max(initial=0.0))
    rest = words["units"].format(_units(paying, lang), nearest(dearest)) if paying else words["nothing"]
    whole = line.whole
    if whole is None or (whole.low <= 0 and not math.isfinite(whole.high)):
        return words["unknown"].format(line.label) + rest
    if not math.isfinite(whole.high):
        return words["at_least"].format(line.label, not_above(whole.low)) + rest
    if whole.low <= 0:
        return words["at_most"].format(line.label, not_below(whole.high)) + rest
    return words["between"].format(line.label, not_above(whole.low), not_below(whole.high)) + rest


def _units(number: int, lang: str) -> str:
    """A number of units as the sentence counts them."""
    return f"{number:,}" if lang == "zh" else f"{number:,} {'unit' if number == 1 else 'units'}"
