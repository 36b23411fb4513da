from pathlib import Path

import pytest

from instances.carbon.coefficient_csv import is_file, parse_set, read_set, set_names
from instances.carbon.coefficients import CoefficientSet, Kind
from instances.study.findings import Findings

HEADER = "class,kind,pool,value,unit,low,high,source"
FULL = HEADER + ",mark,floor_area_ratio,life_years"


def parsed(*lines: str, header: str = HEADER) -> tuple[CoefficientSet | None, list[str]]:
    """The set of some lines, and what was found."""
    findings = Findings()
    found = parse_set("\n".join((header, *lines)), "mine.csv", ("golf_course",), findings)
    return found, [str(finding) for finding in findings]


def test_a_line_becomes_a_coefficient() -> None:
    """Value and range are brought to tCO2e/ha."""
    found, told = parsed("forest,stock,SOC,30,tC/ha,24,33,survey")
    assert found is not None
    row = found.rows["forest", Kind.STOCK, "soil"]
    assert (row.value, row.low, row.high) == pytest.approx((110, 88, 121))
    assert not told


def test_construction_is_spread_over_its_life() -> None:
    """450 kg a square metre of floor, half a square metre of floor on each of land, 50 years: 45 t/ha/yr."""
    found, _ = parsed("built,construction,buildings,450,kgCO2e/m2,300,600,lca,,0.5,50", header=FULL)
    assert found is not None
    row = found.rows["built", Kind.CONSTRUCTION, "buildings"]
    assert (row.low, row.value, row.high) == pytest.approx((30, 45, 60))


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("forest,stock,soil,30,tC/acre,,,s", "its unit is `tC/acre`. Use a unit such as tC/ha"),
        ("forest,stock,soil,30,tC/ha/yr,,,s", "its unit is `tC/ha/yr`, but a stock is a store, not per year"),
        ("forest,flux,soil,30,tC/ha,,,s", "its unit is `tC/ha`, but a flux is per year"),
        ("forest,stock,soil,30,tC/ha,31,,s", "low 31, value 30 and high 30 are not in order"),
        ("forest,stock,soil,30,tC/ha,,29,s", "low 30, value 30 and high 29 are not in order"),
        ("forest,stock,soil,nan,tC/ha,,,s", "its value is nan"),
        ("forest,stock,soil,inf,tC/ha,,,s", "its value is inf"),
        ("forest,stock,soil,,tC/ha,,,s", "its value is ``, not a number"),
        ("forest,stock,soil,30,tC/ha,,many,s", "its high is `many`, not a number"),
        ("forrest,stock,soil,30,tC/ha,,,s", "there is no land class `forrest`. Did you mean `forest`?"),
        ("forest,store,soil,30,tC/ha,,,s", "its kind is `store`. Use one of flux, standing, new, stock"),
        ("forest,stock,,30,tC/ha,,,s", "names no pool"),
        ("forest,stock,soil,30,tC/ha,,,one, two", "has more fields than columns"),
    ],
)
def test_a_wrong_line_is_refused(line: str, sentence: str) -> None:
    """Every fault of a line is an error that names the file, the line and the class."""
    found, told = parsed("cropland,stock,soil,20,tC/ha,,,s", line)
    assert found is None
    assert told[0].startswith("mine.csv: line 3")
    assert any(sentence in finding for finding in told)


def test_a_total_without_a_life_is_emitted_once() -> None:
    """It stays a total, to be spread over the study's horizon; its range is judged as if over 50 years."""
    found, told = parsed("built,construction,buildings,450,kgCO2e/m2,300,600,lca,,0.5,", header=FULL)
    assert found is not None
    row = found.rows["built", Kind.CONSTRUCTION, "buildings"]
    assert row.once
    assert row.value == pytest.approx(2250)
    assert not told


def test_a_stock_may_take_time_to_grow() -> None:
    """Only a stock does, and not for less than no time."""
    header = HEADER + ",gain_years"
    found, _ = parsed("forest,stock,soil,30,tC/ha,,,s,80", header=header)
    assert found is not None
    assert found.rows["forest", Kind.STOCK, "soil"].gain_years == 80.0
    assert "only a stock grows" in parsed("forest,flux,soil,3,tC/ha/yr,,,s,80", header=header)[1][0]
    assert "its gain_years is -1" in parsed("forest,stock,soil,3,tC/ha,,,s,-1", header=header)[1][0]


def test_growth_and_store_of_a_pool_count_on_different_land() -> None:
    """A pool may grow on land that stays and be a store of land that changes, but not both on the same
    land."""
    stock = "forest,stock,vegetation,40,tC/ha,,,s"
    assert parsed("forest,standing,vegetation,-1,tC/ha/yr,,,s", stock)[1] == []
    assert "counts the pool vegetation twice" in parsed("forest,new,vegetation,-1,tC/ha/yr,,,s", stock)[1][0]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("b,30,kgCO2e/m2,,,s,,1,0", "its life_years is 0. Give more than 0 years"),
        ("b,30,kgCO2e/m2/yr,,,s,,1,50", "Leave life_years out of a figure per year"),
        ("b,30,kgCO2e/m2,,,s,,-1,50", "its floor_area_ratio is -1"),
        ("b,30,kgCO2e/m2,,,s,guess,1,50", "its mark is `guess`. Use one of (empty), placeholder"),
    ],
)
def test_wrong_construction_is_refused(line: str, sentence: str) -> None:
    """A life of no years, a negative floor and an unknown mark are errors."""
    found, told = parsed(f"built,construction,{line}", header=FULL)
    assert found is None
    assert any(sentence in finding for finding in told)


def test_one_pool_is_not_counted_twice() -> None:
    """A pool counted as stock and as flux is refused by its name, also within a wider pool."""
    same = parsed("forest,flux,soil,-1,tC/ha/yr,,,s", "cropland,stock,SOC,20,tC/ha,,,s")
    wider = parsed("forest,flux,vegetation,-1,tC/ha/yr,,,s", "forest,stock,above,20,tC/ha,,,s")
    inside = parsed("forest,stock,dead,2,tC/ha,,,s", "forest,stock,litter,1,tC/ha,,,s")
    assert same[1] == [
        "mine.csv: counts the pool soil twice: in the flux soil and in the stock soil. "
        "Keep one of them, in all lines of the set."
    ]
    assert "counts the pool above twice: in the flux vegetation and in the stock above" in wider[1][0]
    assert "counts the pool litter twice: in the stock dead and in the stock litter" in inside[1][0]
    assert same[0] is None
    assert wider[0] is None
    assert inside[0] is None


def test_a_second_line_for_the_same_figure_is_refused() -> None:
    """Duplicate lines are an error at the second, aliases of a pool included."""
    found, told = parsed("forest,stock,soil,30,tC/ha,,,s", "forest,stock,soc,31,tC/ha,,,s")
    assert found is None
    assert told == [
        "mine.csv: line 3: gives the stock soil of forest a second time. Keep one of the two lines."
    ]


def test_missing_columns_are_named() -> None:
    """A file without the columns of a set is refused with the columns it lacks."""
    found, told = parsed("forest,1", header="class,value")
    assert found is None
    assert told[0].startswith("mine.csv: line 1: lacks the columns kind, pool, unit, low, high, source.")


def test_an_empty_file_is_refused() -> None:
    """A set without any line is an error."""
    assert parsed()[1] == ["mine.csv: holds no coefficient. Add a line for every class."]


def test_a_quoted_source_may_hold_commas_and_lines() -> None:
    """Text in quotes may hold anything; a class of the study's own is known."""
    found, told = parsed('golf_course,flux,inputs,1,tC/ha/yr,,,"one, two\nthree"')
    assert found is not None
    assert not told


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_file_of_ones_own_is_read(tmp_path: Path, encoding: str) -> None:
    """A CSV beside the study is read, in UTF-8 or as Chinese spreadsheets save it."""
    path = tmp_path / "coefficients.csv"
    path.write_text(f"{HEADER}\nforest,stock,soil,30,tC/ha,,,土壤普查\n", encoding=encoding)
    found = read_set("coefficients.csv", tmp_path, (), Findings())
    assert found is not None
    assert found.rows["forest", Kind.STOCK, "soil"].source == "土壤普查"


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    """Bytes that are no text are an error, not a traceback."""
    (tmp_path / "c.csv").write_bytes(b"\xff\xfe\x00\xd8\xff")
    findings = Findings()
    assert read_set("c.csv", tmp_path, (), findings) is None
    assert "neither UTF-8 nor GBK" in str(findings.errors[0])


def test_a_missing_set_is_named(tmp_path: Path) -> None:
    """A misspelt set and a missing file are refused with what was probably meant."""
    findings = Findings()
    assert read_set("china-defualt", tmp_path, (), findings) is None
    assert read_set("mine.csv", tmp_path, (), findings) is None
    assert "there is no coefficient set `china-defualt`. Did you mean `china-default`?" in str(
        findings.errors[0]
    )
    assert "there is no file mine.csv" in str(findings.errors[1])
    assert [is_file(name) for name in ("china-stock", "mine.csv", "data/mine")] == [False, True, True]


@pytest.mark.parametrize("name", set_names())
def test_the_projects_sets_are_right(name: str, tmp_path: Path) -> None:
    """Every set of the project is read without a finding and states a source for every figure."""
    findings = Findings()
    found = read_set(name, tmp_path, (), findings)
    assert not findings.items
    assert found is not None
    assert all(row.source for row in found.rows.values())


@pytest.mark.parametrize("name", ["device", "folder.csv"])
def test_what_is_no_ordinary_file_is_not_read(name: str, tmp_path: Path) -> None:
    """A device gives bytes without end and a pipe none at all: neither is opened."""
    import os

    (tmp_path / "folder.csv").mkdir()
    os.mkfifo(tmp_path / "device")
    findings = Findings()
    assert read_set(str(tmp_path / name), tmp_path, (), findings) is None
    assert any(word in str(findings.errors[0]) for word in ("a device or a pipe", "is a folder"))


def test_a_file_of_many_megabytes_is_no_table(tmp_path: Path) -> None:
    """Its size is told before it is read."""
    with (tmp_path / "k.csv").open("wb") as file:
        file.truncate(60_000_000)
    findings = Findings()
    assert read_set("k.csv", tmp_path, (), findings) is None
    assert "k.csv has 60 MB; a table of coefficients has at most 20 MB" in str(findings.errors[0])


def test_a_unit_in_the_wrong_case_is_asked_about() -> None:
    """The remedy names what it may mean, in either language."""
    findings = Findings()
    parse_set(f"{HEADER}\nforest,stock,soil,3,MGC/ha,,,s", "mine.csv", (), findings)
    assert "its unit is `MGC/ha`. `M` means million and `m` thousandth: write mg, Mg" in str(
        findings.errors[0]
    )
    assert findings.errors[0].told("zh") == (
        "mine.csv：第 2 行（forest，stock soil）：单位写为 `MGC/ha`。"
        "`M` 表示百万，`m` 表示千分之一：请写 mg、Mg。"
    )


def test_a_column_that_is_there_twice_is_told() -> None:
    """Which of two columns of values counts is not guessed."""
    found, told_of = parsed("forest,stock,soil,3,tC/ha,,,s,4", header=f"{HEADER},value")
    assert found is None
    assert told_of == ["mine.csv: line 1: has the column value twice. Keep one of each."]
