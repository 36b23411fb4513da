"""Carbon by the age of a change: what a hectare emits until so many years after it changed.

The emission rates of a horizon of a years are annual means over it, so that a times the rate is all that is
emitted by the age of a. What is lost at once is all that is emitted of a stock at no age at all; from there
new land gains along the growth curve of its coefficient, 1 - exp(-a / gain_years).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from instances.carbon.coefficients import CoefficientSet
from instances.carbon.conversion import EmissionRates, rates_of_set
from instances.carbon.study_set import study_set
from instances.land.classes import Classes
from instances.study.findings import Findings
from instances.study.schema import Study
from instances.units.grid import FloatArray

AT_ONCE = 1e-9
"""Years so few that nothing has grown in them."""
GROWN_YET = 1e-6
"""What may have grown in them all the same, tCO2e/ha, at the most: it is nothing."""


def lost_at_once(rate: FloatArray) -> FloatArray:
    """TCO2e/ha that is lost as soon as land changes, by the ``rate`` of stocks of a horizon ``AT_ONCE``."""
    lost: FloatArray = AT_ONCE * rate
    lost[np.abs(lost) <= GROWN_YET] = 0.0
    return lost


def rates_by_age(
    study: Study, folder: Path, classes: Classes, today_ha: FloatArray, ages: Sequence[float]
) -> tuple[EmissionRates, ...]:
    """The emission rates of a study's classes with each of the ``ages`` as its horizon in years; times the
    age they are tCO2e/ha. Layers of ``[rates]`` are left out."""
    found = study_set(study, folder, classes, Findings())
    if found is None:
        found = CoefficientSet(study.carbon.coefficients, {})
    return tuple(rates_of_set(found, _over(study, age), classes, today_ha, Findings()) for age in ages)


def _over(study: Study, years: float) -> Study:
    """The study with another horizon."""
    return study.model_copy(update={"carbon": study.carbon.model_copy(update={"years": years})})
