"""Stages of a plan as a study states them: the years in which land may change, and how long each lasts."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from instances.study.basics import Table, Year

MOST_STAGES = 12


class Stages(Table):
    """Years in which land may change: every unit changes once at most, at one of them.

    From ``years[t]`` on the land is as in stage t, until the next one; the last stage lasts until ``until``.
    """

    years: tuple[Year, ...] = Field(min_length=1, max_length=MOST_STAGES, examples=[[2025, 2030, 2035]])
    until: Year | None = Field(None, examples=[2040])
    peak: Year | None = Field(None, examples=[2030])
    objective: Literal["mean", "last"] = Field("mean", examples=["last"])

    @model_validator(mode="after")
    def _whole(self) -> Stages:
        if any(one >= other for one, other in zip(self.years, self.years[1:], strict=False)):
            raise ValueError("stage_years")
        if self.until is not None and self.until <= self.years[-1]:
            raise ValueError("stage_until")
        if self.peak is not None and self.peak not in self.years:
            raise ValueError("stage_peak")
        return self

    @property
    def lasts(self) -> tuple[float, ...]:
        """(stages,) years that each lasts: the last one until ``until``, or as long as the one before it (5
        years where it is the only one)."""
        apart = [float(other - one) for one, other in zip(self.years, self.years[1:], strict=False)]
        last = float(self.until - self.years[-1]) if self.until is not None else (apart or [5.0])[-1]
        return (*apart, last)

    @property
    def shares(self) -> tuple[float, ...]:
        """(stages,) the weight of each in the objective, 1 in all."""
        if self.objective == "last":
            return (*(0.0 for _ in self.years[1:]), 1.0)
        whole = sum(self.lasts)
        return tuple(one / whole for one in self.lasts)
