"""Axes of a front: an indicator with a sign, so that every axis is a cost that is to be small."""

from __future__ import annotations

from dataclasses import dataclass

from formulations.core.indicator import Indicator
from formulations.sampling.questions import Answer, Bound


@dataclass(frozen=True, eq=False)
class Axis:
    """An indicator and its way: ``sign`` is 1 where it is to be small, -1 where it is to be large."""

    name: str
    indicator: Indicator
    sign: float

    @property
    def unit(self) -> str:
        """The indicator's unit."""
        return self.indicator.unit

    @property
    def way(self) -> str:
        """``min`` or ``max``."""
        return "min" if self.sign > 0 else "max"

    def natural(self, cost: float) -> float:
        """The indicator's value of a cost (what is to be small), in its unit."""
        return self.sign * cost + 0.0

    def cost(self, answer: Answer) -> float:
        """The cost of an answer's layout; ``ValueError`` where it has none."""
        if answer.layout is None:
            raise ValueError("an answer without a layout has no cost")
        return self.sign * self.indicator.evaluate(answer.layout)

    def bound(self, most: float) -> Bound:
        """The bound that keeps a cost to at most ``most``, a hair's breadth wider than rounding."""
        value = self.sign * wider(most)
        return Bound(self.name, at_most=value) if self.sign > 0 else Bound(self.name, at_least=value)

    def most(self, bound: Bound) -> float:
        """The value of the indicator to which a bound on this axis keeps it, in its unit."""
        return bound.at_most if self.sign > 0 else bound.at_least


def wider(most: float) -> float:
    """A cost with what rounding may add to it."""
    return most + 1e-12 * abs(most)
