"""The years of a plan's life cycle as a study states them, and how the factors of its energy go on."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from instances.study.basics import Number, Table, Year

Carrier = Literal["grid", "coal", "oil", "natural_gas"]
"""What energy comes from: electricity of the grid, or a fuel burnt on the spot."""
LONGEST = 200
"""Years of the longest ledger."""
ROUNDING = 1e-6
"""By how much shares may miss 1."""


class LifeCycleTable(Table):
    """From the land of ``base_year`` to the plan of ``target_year``: equal parts of what changes do so in
    each year after the base year, and the ledger goes on until the end of ``last_year``."""

    base_year: Year | None = Field(None, examples=[2025])
    target_year: Year | None = Field(None, examples=[2035])
    last_year: Year | None = Field(None, examples=[2050])
    energy: Literal["published", "assumed"] = Field("published", examples=["assumed"])
    energy_factors: str | None = Field(None, examples=["energy_factors.csv"])
    energy_shares: dict[Carrier, Annotated[Number, Field(ge=0, le=1)]] = Field(
        {}, examples=[{"grid": 0.6, "natural_gas": 0.4}]
    )

    @model_validator(mode="after")
    def _whole(self) -> LifeCycleTable:
        if (self.base_year is None) != (self.target_year is None):
            raise ValueError("life_cycle_years")
        if self.base_year is None or self.target_year is None:
            if self.last_year is not None:
                raise ValueError("life_cycle_years")
        elif self.base_year >= self.target_year:
            raise ValueError("life_cycle_target")
        elif self.last_year is not None and self.last_year < self.target_year:
            raise ValueError("life_cycle_last")
        elif self.until - self.base_year > LONGEST:
            raise ValueError("life_cycle_long")
        if self.energy_shares and abs(sum(self.energy_shares.values()) - 1.0) > ROUNDING:
            raise ValueError("life_cycle_shares")
        return self

    @property
    def until(self) -> int:
        """The first year that is no more of the ledger; ``ValueError`` where no years are stated."""
        last = self.target_year if self.last_year is None else self.last_year
        if last is None:
            raise ValueError("a life cycle without years has no end")
        return last + 1
