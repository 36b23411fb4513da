"""What changing one unit does to objective and limits, all others staying: for repairs of rounded layouts."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from formulations.exact.presolve import Reduction
from instances.units.grid import FloatArray, Layout


class Marginal:
    """Forms of a reduction (objective, then limits) linearised around a layout: exact for one change."""

    def __init__(self, reduction: Reduction) -> None:
        self.reduction = reduction
        products = reduction.products
        count = len(reduction.unit)
        self.owner = np.repeat(np.arange(len(products)), np.diff(products.start))
        self.g_of_choice = sparse.csr_array(
            (np.ones(len(products.choice)), products.choice, products.first),
            shape=(len(products.unit), count),
        )

    def values(self, x: FloatArray) -> FloatArray:
        """(forms,) objective and limits at choices x and the products that they make."""
        return (
            self.reduction.constant
            + self.reduction.of_choice @ x
            + self.reduction.of_product @ self._products(x)
        )

    def choices(self, layout: Layout) -> FloatArray:
        """(choices,) 1 where a unit carries the choice's class."""
        return (layout[self.reduction.unit] == self.reduction.klass).astype(float)

    def coefficients(self, x: FloatArray) -> sparse.csr_array:
        """Sparse (forms, choices): the form's change by switching from one choice of a unit to another is the
        difference of their coefficients."""
        products = self.reduction.products
        if not len(products):
            return self.reduction.of_choice
        g = (self.g_of_choice @ x)[products.node]
        missing = np.add.reduceat(1.0 - g, products.start[:-1])[self.owner]
        alone = (missing - (1.0 - g) < 0.5).astype(float)
        chance = sparse.csr_array(
            (alone, (self.owner, products.node)), shape=(len(products), len(products.unit))
        )
        return sparse.csr_array(
            self.reduction.of_choice + self.reduction.of_product @ chance @ self.g_of_choice
        )

    def _products(self, x: FloatArray) -> FloatArray:
        products = self.reduction.products
        if not len(products):
            return np.zeros(0)
        return np.minimum.reduceat((self.g_of_choice @ x)[products.node], products.start[:-1])
