from __future__ import annotations

import pytest

from planner.export.energy_factors import factor_format


@pytest.mark.parametrize(
    ("value", "form"),
    [(0.49731, "#,##0.0000"), (0.414, "#,##0.000"), (2.772, "#,##0.000"), (3.0, "#,##0"), (0.0, "#,##0")],
)
def test_a_factor_has_the_decimals_that_reports_show(value: float, form: str) -> None:
    """A grid factor of 0.4973 is not shown as 0.50."""
    assert factor_format(value) == form
