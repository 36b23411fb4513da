"""The lines of the carbon account: the carbon cycle of town and country as in Table 1 of Shao et al. (2023).

Stocks and fluxes, natural and of people, horizontal (as matter) and vertical (as gas), each with what drives
it, a factor with its range in tC per unit of the driver, and its source (``data/carbon_account.csv``).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from instances.study.tables import table

ENTRIES = (
    "soil", "water", "rural_vegetation", "urban_vegetation", "buildings", "furniture_books",
    "people_animals", "waste", "fossil", "timber", "inorganic", "food", "other_products",
    "organic_fertiliser", "photosynthesis", "water_uptake", "rivers_in", "energy_out", "products_out",
    "waste_out", "drains_out", "plant_respiration", "soil_respiration", "human_animal_respiration",
    "water_evasion", "combustion", "industry",
)  # fmt: skip
"""What Table 1 names, in its order."""


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One line: ``side`` is stock, in, out, or (beside Table 1) arising, recycled or inner; ``basis`` says
    of a flux to the air whether its carbon is fossil or biogenic; figures are in tC per unit of the driver
    (and year)."""

    name: str
    entry: str
    side: str
    way: str
    origin: str
    driver: str
    factor: float
    low: float
    high: float
    moves: str
    basis: str
    source: str
    mark: str
    name_en: str
    name_zh: str

    def label(self, lang: str) -> str:
        """Its name for readers."""
        return self.name_zh if lang == "zh" else self.name_en


@cache
def account_lines() -> tuple[AccountLine, ...]:
    """The lines of the account, in the order of Table 1."""
    keys = (
        "entry", "side", "way", "origin", "driver", "moves", "basis", "source", "mark", "name_en", "name_zh",
    )  # fmt: skip
    return tuple(
        AccountLine(
            name=row["line"],
            factor=float(row["factor_tc"]),
            low=float(row["low"]),
            high=float(row["high"]),
            **{key: row[key] for key in keys},
        )
        for row in table("carbon_account.csv")
    )
