"""Carbon: coefficient sets and the net emission of turning land of one class into another."""

from __future__ import annotations

from dataclasses import dataclass

from instances.grid import FloatArray


@dataclass(frozen=True, eq=False)
class EmissionRates:
    """Net emission of one hectare of class b today turned to class k, in tCO2e/ha/yr; positive = to the air.

    ``flux`` (classes,) annual flux of the class planned; ``stock`` (classes today, classes planned)
    annualised stock change; ``construction`` (classes today, classes planned) where built land is new.
    ``low`` and ``high`` are (classes today, classes planned) totals at the ends of the coefficients' ranges.
    ``marks`` are sentences that every result must show (a placeholder intensity, a coefficient from memory).
    """

    set_name: str
    flux: FloatArray
    stock: FloatArray
    construction: FloatArray
    low: FloatArray
    high: FloatArray
    placeholder: bool
    marks: tuple[str, ...] = ()

    @property
    def total(self) -> FloatArray:
        """(classes today, classes planned) flux + stock change + construction, tCO2e/ha/yr."""
        return self.flux[None, :] + self.stock + self.construction
