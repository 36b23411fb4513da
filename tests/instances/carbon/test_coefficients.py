from instances.carbon.coefficient_csv import parse_set
from instances.carbon.coefficients import CoefficientSet, Kind
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

    def values(kind: Kind, pool: str) -> list[float | None]:
        rows = [the_set().find(item, kind, pool) for item in classes]
        return [None if row is None else row.value for row in rows]

    assert the_set().pools(Kind.FLUX) == ("vegetation", "energy")
    assert values(Kind.FLUX, "vegetation") == [-1, None, None, None]
    assert values(Kind.FLUX, "energy") == [None, 300, 180, None]
    assert values(Kind.STOCK, "soil") == [100, None, None, None]


def test_ranges_come_with_the_values() -> None:
    """Low and high are those of the file; where it gives none they are the value."""
    rows = the_set().rows
    forest, shrub = rows["forest", Kind.FLUX, "vegetation"], rows["shrub", Kind.FLUX, "vegetation"]
    assert (forest.low, forest.value, forest.high) == (-4, -3, -2)
    assert (shrub.low, shrub.value, shrub.high) == (-1, -1, -1)
