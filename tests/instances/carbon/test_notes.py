import pytest

from instances.carbon.coefficient_csv import parse_set
from instances.carbon.coefficients import CoefficientSet, Mark
from instances.carbon.notes import notices, tell_gaps
from instances.land.classes import Classes, study_classes
from instances.study.file import parse_study
from instances.study.findings import Findings, Severity

HEADER = "class,kind,pool,value,unit,low,high,source,mark\n"
FLUXES = """forest,flux,vegetation,-1,tC/ha/yr,,,s,from memory
cropland,flux,vegetation,1,tC/ha/yr,,,s,assumed
built,flux,energy,50,tC/ha/yr,,,s,placeholder
"""
STOCKS = "forest,stock,soil,100,tC/ha,,,s,\n"


def some(*names: str) -> Classes:
    """Classes of those names."""
    study = parse_study({"title": "t", "landcover": {"path": "x.tif"}}, "study.toml")
    return study_classes(study, {name: code for code, name in enumerate(names, 1)})


def a_set(lines: str) -> CoefficientSet:
    """The set of those lines."""
    found = parse_set(HEADER + lines, "mine", (), Findings())
    assert found is not None
    return found


def gaps(lines: str, classes: Classes, has_total: bool = False) -> list[str]:
    """The faults of the warnings."""
    findings = Findings()
    tell_gaps(a_set(lines), classes, has_total, findings)
    return [finding.fault for finding in findings if finding.severity is Severity.WARNING]


@pytest.mark.parametrize(
    ("lines", "names", "expected"),
    [
        (FLUXES, ("forest", "cropland", "urban"), []),
        (FLUXES, ("forest", "sea", "lake"), ["mine has no coefficient for sea, lake. They count nothing"]),
        (
            FLUXES + STOCKS,
            ("forest", "cropland"),
            ["mine has no stock of soil for cropland. A change from or to them is taken to change none"],
        ),
        (
            "forest,flux,vegetation,-1,tC/ha/yr,,,s,\nbare,stock,soil,1,tC/ha,,,s,\n" + STOCKS,
            ("forest", "bare"),
            ["mine has no flux of vegetation for bare. None is assumed"],
        ),
        (
            FLUXES + "rural,construction,b,1,tCO2e/ha/yr,,,s,\n",
            ("rural", "urban"),
            ["mine has no construction for urban. None is assumed where they are new"],
        ),
    ],
)
def test_gaps_are_told(lines: str, names: tuple[str, ...], expected: list[str]) -> None:
    """A class for which a set has nothing is named with what is assumed: never silently zero."""
    assert gaps(lines, some(*names)) == expected


def test_the_areas_own_total_fills_the_gap_of_built_land() -> None:
    """Built land needs no figure in the set where the study states the area's total."""
    classes = some("forest", "urban")
    assert gaps(STOCKS, classes) == ["mine has no coefficient for urban. They count nothing"]
    assert gaps(STOCKS, classes, has_total=True) == [
        "mine has no stock of soil for urban. A change from or to them is taken to change none"
    ]


def test_every_kind_of_figure_is_noticed() -> None:
    """A placeholder, figures from memory and assumed ones are each told with their land, pools and range."""
    found = notices(a_set(FLUXES), some("forest", "cropland", "urban", "road"), False)
    told = [(one.mark, [item.name for item in one.items], one.pools) for one in found]
    assert told == [
        (Mark.PLACEHOLDER, ["urban", "road"], ("energy",)),
        (Mark.MEMORY, ["forest"], ("vegetation",)),
        (Mark.ASSUMED, ["cropland"], ("vegetation",)),
    ]
    assert found[0].figures == pytest.approx((183.333, 183.333), abs=0.001)


def test_marks_follow_what_is_in_use() -> None:
    """A figure that no class uses, or that the area's total replaces, leaves no mark."""
    assert notices(a_set(FLUXES), some("urban"), True) == ()
    assert notices(a_set(FLUXES), some("water"), False) == ()
