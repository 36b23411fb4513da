"""Units of carbon coefficients, brought to tCO2e per hectare (and year).

1 tC = 44/12 tCO2e (exact molar masses), 1 tN2O-N = 44/28 tN2O, 1 tCH4-C = 16/12 tCH4
100-year warming potentials of IPCC AR6: N2O 273, CH4 27.0 (not fossil)
"""

from __future__ import annotations

import re
from dataclasses import dataclass

TONNES = {"t": 1.0, "kt": 1e3, "kg": 1e-3, "g": 1e-6, "mg": 1e-9, "Mg": 1.0, "Gg": 1e3, "Tg": 1e6}
"""Tonnes in a unit of mass. Grams go by case: a milligram is not a megagram."""
CO2E = {
    "co2e": 1.0,
    "co2eq": 1.0,
    "co2": 1.0,
    "c": 44 / 12,
    "ce": 44 / 12,
    "n2o": 273.0,
    "n2o-n": 273.0 * 44 / 28,
    "ch4": 27.0,
    "ch4-c": 27.0 * 16 / 12,
}
"""tCO2e in a tonne of a substance."""
HECTARES = {"ha": 1.0, "hm2": 1.0, "m2": 1e-4, "km2": 100.0, "mu": 1 / 15}
"""Hectares in a unit of area."""
EXAMPLES = "tC/ha, tC/ha/yr, tCO2e/ha/yr, kgCO2e/m2, kgN2O-N/ha/yr"

_MASS = re.compile(r"(?i:kt|kg)|[mMGT]?g|[tT](?!g)")
_REST = re.compile(
    r"(?P<substance>co2e|co2eq|co2|ce|c|n2o-n|n2o|ch4-c|ch4)"
    r"/(?P<area>ha|hm2|km2|m2|mu)(?P<annual>/(?:yr|year|a|y))?"
)
_POWERS = (("²", "2"), ("^", ""), ("·", ""), ("co2-e", "co2e"), ("ha-1", "/ha"), ("m-2", "/m2"))


@dataclass(frozen=True, slots=True)
class CarbonUnit:
    """``factor`` turns a value into tCO2e/ha, or into tCO2e/ha/yr where ``annual``."""

    factor: float
    annual: bool


def parse_unit(text: str) -> CarbonUnit | None:
    """The unit written as ``tC/ha/yr`` or ``t C ha-1 yr-1``; None where it is not one of carbon per area."""
    packed = re.sub(r"\s+", "", text)
    mass = _MASS.match(packed)
    if mass is None:
        return None
    rest = packed[mass.end() :].lower()
    for old, new in _POWERS:
        rest = rest.replace(old, new)
    found = _REST.fullmatch(re.sub(r"(?:/)?(yr|year|a)-1$", r"/\1", rest))
    if found is None:
        return None
    tonnes = TONNES[mass[0]] if mass[0] in TONNES else TONNES[mass[0].lower()]
    return CarbonUnit(
        tonnes * CO2E[found["substance"]] / HECTARES[found["area"]], found["annual"] is not None
    )
