"""Units of carbon coefficients, brought to tCO2e per hectare (and year).

1 tC = 44/12 tCO2e (exact molar masses), 1 tN2O-N = 44/28 tN2O, 1 tCH4-C = 16/12 tCH4
100-year warming potentials of IPCC AR6: N2O 273, CH4 27.0 (not fossil)
Chinese words for units are in ``data/unit_words.csv``.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from instances.study.tables import table

TONNES = {
    "t": 1.0,
    "kt": 1e3,
    "10kt": 1e4,
    "Mt": 1e6,
    "Gt": 1e9,
    "mg": 1e-9,
    "g": 1e-6,
    "kg": 1e-3,
    "Mg": 1.0,
    "Gg": 1e3,
    "Tg": 1e6,
    "Pg": 1e9,
}
"""Tonnes in a unit of mass. Mega and milli differ by case alone, so these go by case."""
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

_MASS = re.compile(r"10kt|(?i:kt|kg)|[MG]t|[mMGTP]?g|[tT](?![gGtT])")
_REST = re.compile(
    r"(?P<substance>co2e|co2eq|co2|ce|c|n2o-n|n2o|ch4-c|ch4)"
    r"/(?P<area>ha|hm2|km2|m2|mu)(?P<annual>/(?:yr|year|annum|a|y))?"
)
_SIGNS = (("−", "-"), ("⋅", "·"), ("•", "·"), ("*", "·"), ("^", ""), ("{", ""), ("}", ""))


@dataclass(frozen=True, slots=True)
class CarbonUnit:
    """``factor`` turns a value into tCO2e/ha, or into tCO2e/ha/yr where ``annual``."""

    factor: float
    annual: bool


def parse_unit(text: str) -> CarbonUnit | None:
    """The unit written as ``tC/ha/yr`` or ``t C ha-1 yr-1``; None where it is not one of carbon per area."""
    packed = _packed(text)
    mass = _MASS.match(packed)
    found = _REST.fullmatch(_denominators(packed[mass.end() :].lower())) if mass is not None else None
    if mass is None or found is None:
        return None
    written = mass[0] if mass[0] in TONNES else mass[0].lower()
    return CarbonUnit(
        TONNES[written] * CO2E[found["substance"]] / HECTARES[found["area"]], found["annual"] is not None
    )


def meant_by_case(text: str) -> tuple[str, ...]:
    """The masses that a unit may mean whose letters would be one in another case: ``Mg`` and ``mg`` for
    ``MG``. Empty where the unit is one as it stands, or none in any case."""
    packed = _packed(text)
    if parse_unit(text) is not None:
        return ()
    written = re.match(r"[a-zA-Z]{2}", packed)
    same = [mass for mass in TONNES if written is not None and mass.lower() == written[0].lower()]
    rest = packed[2:]
    if written is not None and written[0].lower() == "mt":
        same = ["t", *same]
    return tuple(mass for mass in same if parse_unit(f"{mass}{rest}") is not None)


def _packed(text: str) -> str:
    """A unit without blanks and brackets, in Latin letters: words of Chinese by ``data/unit_words.csv``."""
    plain = unicodedata.normalize("NFKC", text)
    for old, new in _SIGNS:
        plain = plain.replace(old, new)
    for row in table("unit_words.csv"):
        plain = plain.replace(row["word"], row["written"])
    plain = re.sub(r"(?i)\bper\b", "/", plain)
    return re.sub(r"\s+", "", plain)


def _denominators(rest: str) -> str:
    """Substance and area with ``/`` before whatever it is per: ``(ha·a)``, ``ha-1 a-1``, ``m-2``."""
    plain = rest.replace("co2-e", "co2e")
    plain = re.sub(r"/\(([^()]*)\)", lambda inner: "/" + inner[1].replace("·", "/"), plain)
    plain = re.sub(r"(?<=/)(ha|hm2|km2|m2|mu)·", r"\1/", plain)
    plain = re.sub(r"·", "", re.sub(r"[()]", "", plain))
    plain = re.sub(r"/?(km|hm|m)-2", r"/\g<1>2", plain)
    plain = re.sub(r"/?(ha|mu)-1", r"/\1", plain)
    return re.sub(r"/?(year|annum|yr|a|y)-1$", r"/\1", plain)
