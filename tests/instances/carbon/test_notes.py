import pytest

from instances.carbon.coefficient_csv import parse_set
from instances.carbon.coefficients import CoefficientSet
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


def test_marks_are_sentences() -> None:
    """A placeholder, figures from memory and assumed ones each have their sentence, in both languages."""
    found = notices(a_set(FLUXES), some("forest", "cropland", "urban", "road"), False)
    assert [notice.told("en") for notice in found] == [
        "The energy emissions of urban and road are a placeholder of 183.3 tCO2e/ha/yr, "
        "not a figure of this area. State carbon.built_total_tco2e.",
        "Coefficients of forest in mine are from memory and wait to be checked.",
        "mine has no figures of cropland for some pools; they are assumed.",
    ]
    assert [notice.told("zh") for notice in found] == [
        "城镇建设用地、道路用地的能源排放强度为占位值（183.3 tCO2e/公顷·年），并非本区域数据，"
        "请在 carbon.built_total_tco2e 中填写本区域总量。",
        "系数集 mine 中林地的系数尚未与原始文献核对。",
        "系数集 mine 缺少耕地部分碳库的数据，按假定值计算。",
    ]


def test_marks_follow_what_is_in_use() -> None:
    """A figure that no class uses, or that the area's total replaces, leaves no mark."""
    assert notices(a_set(FLUXES), some("urban"), True) == ()
    assert notices(a_set(FLUXES), some("water"), False) == ()
