import numpy as np

from instances.carbon.coefficient_csv import parse_set
from instances.carbon.coefficients import CoefficientSet, Kind, rate_range
from instances.land.classes import study_classes
from instances.study.file import parse_study
from instances.study.findings import Findings

TEXT = """class,kind,pool,value,unit,low,high,source
forest,flux,vegetation,-3,tCO2e/ha/yr,-4,-2,here
shrub,flux,vegetation,-1,tCO2e/ha/yr,,,here
forest,stock,soil,100,tCO2e/ha,,,here
built,flux,energy,180,tCO2e/ha/yr,,,here
industrial_production,flux,energy,300,tCO2e/ha/yr,,,here
"""


def the_set() -> CoefficientSet:
    """The set above."""
    found = parse_set(TEXT, "test", (), Findings())
    assert found is not None
    return found


def test_a_class_falls_back_on_what_it_is_like() -> None:
    """A class takes its own figure, else that of its model, else for built land the generic one."""
    study = parse_study({"title": "t", "landcover": {"path": "x.tif"}}, "study.toml")
    names = ("shrub", "industrial", "road", "water")
    classes = study_classes(study, {name: code for code, name in enumerate(names, 1)})
    flux = rate_range(the_set(), Kind.FLUX, classes)
    assert flux.pools == ("vegetation", "energy")
    np.testing.assert_array_equal(flux.value[0], [-1, np.nan, np.nan, np.nan])
    np.testing.assert_array_equal(flux.value[1], [np.nan, 300, 180, np.nan])
    np.testing.assert_array_equal(rate_range(the_set(), Kind.STOCK, classes).value, [[100, *[np.nan] * 3]])


def test_ranges_come_with_the_values() -> None:
    """Low and high are those of the file; where it gives none they are the value."""
    rows = the_set().rows
    forest, shrub = rows["forest", Kind.FLUX, "vegetation"], rows["shrub", Kind.FLUX, "vegetation"]
    assert (forest.low, forest.value, forest.high) == (-4, -3, -2)
    assert (shrub.low, shrub.value, shrub.high) == (-1, -1, -1)
