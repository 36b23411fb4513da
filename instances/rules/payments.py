"""Payments between districts: what changes cost where they are made, and who pays for it.

Of a division's districts d, with what their changes cost ``c[d]`` and a key ``k[d]`` by which all share it:

    net[d] = c[d] - k[d] / sum(k) x sum(c)            more than 0: is paid; less than 0: pays
    paid[p, r] = -net[p] x net[r] / sum of net above 0

so that whoever pays, pays all who are paid in one proportion, and every sum is even.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from instances.units.grid import FloatArray

NOTHING = 1e-9
"""Share of all costs below which a balance is even."""


@dataclass(frozen=True, eq=False)
class Settlement:
    """Payments of a division: ``cost`` (districts,) what the changes there cost, ``share`` (districts,) what
    falls to each by the key, ``paid`` (districts that pay, districts that are paid), all in one unit."""

    cost: FloatArray
    share: FloatArray
    paid: FloatArray

    @property
    def net(self) -> FloatArray:
        """(districts,) what each is paid, less what it pays."""
        net: FloatArray = self.paid.sum(axis=0) - self.paid.sum(axis=1)
        return net


def settled(cost: FloatArray, key: FloatArray) -> Settlement:
    """Who pays whom; ``cost`` and ``key`` (districts,), of which what is below 0 counts as nothing. Nobody
    pays where all keys are 0."""
    cost, key = np.clip(np.nan_to_num(cost), 0.0, None), np.clip(np.nan_to_num(key), 0.0, None)
    total, keys = float(cost.sum()), float(key.sum())
    share = cost.copy() if keys <= 0 else total * key / keys
    net = cost - share
    net[np.abs(net) <= NOTHING * total] = 0.0
    gets, gives = np.clip(net, 0.0, None), np.clip(-net, 0.0, None)
    most = float(gets.sum())
    paid = np.outer(gives, gets) / most if most > 0 else np.zeros((len(net), len(net)))
    return Settlement(cost, share, paid)
