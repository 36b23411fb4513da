from __future__ import annotations

import pytest

from instances.carbon.coefficient_csv import parse_set, set_names
from instances.carbon.coefficients import Kind
from instances.carbon.ranges import MOST_TOLD, range_of
from instances.study.findings import Findings, Severity
from instances.study.tables import table, table_text

HEADER = "class,kind,pool,value,unit,low,high,source"


def told(*lines: str) -> list[str]:
    """What is said of a set of these lines."""
    findings = Findings()
    parse_set("\n".join((HEADER, *lines)), "mine.csv", (), findings)
    return [f"{finding.severity} {finding}" for finding in findings]


@pytest.mark.parametrize("name", set_names())
def test_no_figure_of_the_project_is_out_of_range(name: str) -> None:
    """The project's own sets give no warning."""
    findings = Findings()
    assert parse_set(table_text(f"carbon/{name}.csv"), name, (), findings) is not None
    assert list(findings) == []


def test_a_milligram_taken_for_a_megagram_is_told() -> None:
    """20,000 Mg of methane a square metre is told in tCO2e/ha/yr with the range; in mg it is 5.4 and fine."""
    assert told("wetland,flux,methane,20000,mgCH4/m2/yr,,,s") == []
    assert told("wetland,flux,methane,20000,gCH4/m2/yr,,,s") == [
        "warning mine.csv: line 2 (wetland, flux methane): 20000 gCH4/m2/yr is 5,400 tCO2e/ha/yr, out of the "
        "plausible range of -1 to 60 (rice and marshes give off 2 to 20 a year, at the most about 50). Check "
        "the figure and its unit; if it is meant, nothing needs to be done."
    ]


@pytest.mark.parametrize(
    ("line", "figure"),
    [
        ("forest,stock,soil,106,kgC/ha,,,s", "0.3887 tCO2e/ha, out of the plausible range of 4 to 9,000"),
        ("forest,stock,soil,106,tC/m2,,,s", "3.887e+06 tCO2e/ha"),
        ("forest,stock,soil,106,tC/mu,,,s", ""),
        ("forest,stock,soil,-106,tC/ha,,,s", "-388.7 tCO2e/ha"),
        ("forest,flux,vegetation,-0.6,tC/m2/yr,,,s", "-2.2e+04 tCO2e/ha/yr"),
        ("built,flux,energy,50,tC/km2/yr,,,s", ""),
        ("built,flux,energy,5,tC/km2/yr,,,s", "0.1833 tCO2e/ha/yr, out of the plausible range of 0.5"),
        ("built,flux,energy,50,tC/m2/yr,,,s", "1.833e+06 tCO2e/ha/yr"),
        ("built,construction,buildings,450,kgCO2e/m2/yr,,,s", "4,500 tCO2e/ha/yr"),
        ("built,stock,soil,0,tC/ha,,,s", ""),
        ("golf_course,flux,mowing,1,ktC/ha/yr,,,s", ""),
    ],
)
def test_a_figure_in_the_wrong_unit_is_told(line: str, figure: str) -> None:
    """Whatever is too high or too low for any land is told as it counts, per hectare; zero is a figure."""
    found = [text for text in told(line) if "plausible" in text]
    assert ([figure in text for text in found] == [True]) if figure else found == []


def test_an_end_of_a_range_is_told_too() -> None:
    """A high that no land has would widen every result: it is named as such."""
    assert told("forest,stock,soil,100,tC/ha,0.1,900,s") == []
    found = told("forest,stock,soil,100,tC/ha,90,90000,s")
    assert "its high of 90000 tC/ha is 3.3e+05 tCO2e/ha, out of the plausible range" in found[0]


@pytest.mark.parametrize("value", ["1e308", "1e9", "-1e9", "9" * 400])
def test_a_figure_beyond_any_land_is_refused(value: str) -> None:
    """Such a figure would also spoil the arithmetic of everything else: it is an error, with its line."""
    found = told(f"cropland,flux,soil,{value},tCO2e/ha/yr,,,s")
    assert len(found) == 1
    assert found[0].startswith("error mine.csv: line 2 (cropland, flux soil): its value")


def test_the_ends_of_a_range_are_bounded_too() -> None:
    """An absurd high is refused as an absurd value is."""
    assert "its high of 1e300" in told("cropland,flux,soil,1,tC/ha/yr,,1e300,s")[0]


def test_a_unit_that_is_wrong_in_every_line_is_not_told_thirty_times() -> None:
    """The first lines are told one by one, the others by their numbers."""
    found = told(*(f"forest,flux,pool{k},99999,tC/ha/yr,,,s" for k in range(10)))
    assert len(found) == MOST_TOLD + 1
    assert "4 more lines are out of the plausible range: lines 8, 9, 10, 11" in found[-1]


def test_findings_speak_chinese() -> None:
    """Place, figure, range and reason are told in the language of the study."""
    findings = Findings()
    parse_set(f"{HEADER}\nforest,stock,soil,106,kgC/ha,,,s", "mine.csv", (), findings)
    finding = next(item for item in findings if item.severity is Severity.WARNING)
    assert finding.told("zh") == (
        "mine.csv：第 2 行（forest，stock soil）：106 kgC/ha 即 0.3887 tCO2e/ha，超出合理范围 4 至 9,000"
        "（一米土层为 50 至 900，深厚泥炭可达数千）。请检查数值与单位；若确为本意，则无需处理。"
    )


def test_every_kind_has_a_range_for_any_pool() -> None:
    """A pool that nobody foresaw has the range of its kind; ranges are in order."""
    for kind in Kind:
        assert range_of(kind, "no such pool")["pool"] == "*"
    for row in table("coefficient_ranges.csv"):
        assert float(row["low"]) <= 0 <= float(row["least"]) < float(row["high"])
