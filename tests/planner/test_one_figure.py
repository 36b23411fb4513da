"""Every figure reads the same wherever it stands: tables, report, workbook, map, layers, terminal."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyogrio
import pytest
from matplotlib.figure import Figure
from openpyxl.cell import Cell

from tests.planner.commands.test_cli import sansheng
from tests.support import small_study
from tests.support.report_page import Page
from words.catalogue import Words

SIDE = 35.0
"""Metres of a cell: areas have halves of the last decimal shown (0.245 ha are two cells)."""


@dataclass
class Told:
    """One run: its certificate, what it printed, and what it wrote onto its map."""

    lang: str
    folder: Path
    certificate: dict[str, Any]
    printed: str
    drawn: list[str]

    def table(self, name: str) -> list[dict[str, str]]:
        """A table of the folder."""
        with (self.folder / name).open(encoding="utf-8-sig", newline="") as stream:
            return list(csv.DictReader(stream))

    def page(self) -> Page:
        """The report."""
        return Page((self.folder / "report.html").read_text(encoding="utf-8"))

    def label(self, indicator: str) -> str:
        """The name of an indicator for readers."""
        return next(row["label"] for row in self.table("indicators.csv") if row["indicator"] == indicator)


@pytest.fixture(scope="module", params=["en", "zh"])
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Told:
    """The small study in cells of 35 m, planned and priced in one of the languages."""
    folder, drawn = tmp_path_factory.mktemp(f"figures-{request.param}"), list[str]()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(small_study, "CELL", SIDE)
        limits = [{"indicator": "area.cropland", "at_least": "80%", "by": "townships"}]
        limits += [{"indicator": "changed_area", "at_most": 1.2567}]
        study = small_study.write_study(folder / "study", {"limits": limits, "scenarios": {}})
        written = Figure.text

        def listening(figure: Figure, x: float, y: float, text: str, **more: Any) -> Any:
            drawn.append(text)
            return written(figure, x, y, text, **more)

        patch.setattr(Figure, "text", listening)
        asked = ("--prices", "--method", "decompose", "--gap", "0.2", "--lang", request.param)
        result = sansheng("run", study, "--out", folder / "out", *asked)
    assert result.exit_code == 0, result.stderr
    certificate = json.loads((folder / "out" / "certificate.json").read_text(encoding="utf-8"))
    return Told(request.param, folder / "out", certificate, result.stdout, drawn)


def shown(value: float) -> str:
    """A figure as it must read, by code that shares none with the product: two decimals, halves away from
    zero; two digits of what is next to nothing."""
    digits = Decimal(f"{value:.15g}")
    if not digits:
        return "0"
    places = 2 if abs(digits) >= Decimal("0.01") else min(8, 1 - digits.adjusted())
    rounded = digits.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return f"{rounded:,}" if rounded else "0"


def plain(text: str) -> str:
    """A figure of a page or a map with a plain minus sign and plain spaces."""
    return text.replace("−", "-").replace("\u00a0", " ").strip()


def signed(value: float) -> str:
    """A change as it must read; what rounding alone makes is none."""
    text = shown(value if abs(value) > 1e-6 else 0.0)
    return f"+{text}" if value > 0 and text != "0" else text


def seen(cell: Cell) -> str:
    """What a spreadsheet shows of a number, by its format."""
    value, form = cell.value, str(cell.number_format)
    if not isinstance(value, int | float):
        return str(value or "")
    positive, *others = form.split(";")
    part = positive if value > 0 or not others else others[0] if value < 0 else others[-1]
    if value == 0 and others:
        return "0"
    scaled = Decimal(f"{value:.15g}") * (100 if "%" in part else 1)
    decimals = len(part.strip("+-%").partition(".")[2])
    text = f"{abs(scaled).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):,}"
    sign = "-" if value < 0 else "+" if part.startswith("+") else ""
    return f"{sign}{text}"


def sheet(told: Told, key: str) -> list[dict[str, Cell]]:
    """The rows of a sheet by the headings of its columns."""
    page = openpyxl.load_workbook(told.folder / "plan.xlsx")[Words(told.lang).text(key)]
    header = int(str(page.freeze_panes)[1:]) - 1
    heads = [str(cell.value).split("\n")[0] for cell in page[header]]
    rows = page.iter_rows(min_row=header + 1)
    return [dict(reversed(list(zip(heads, row, strict=True)))) for row in rows]  # the first of a heading


def line(told: Told, name: str) -> list[str]:
    """The figures of the line that is printed of a name."""
    found = next(one for one in told.printed.splitlines() if one.startswith(name + " "))
    return re.findall(r"[+-]?[\d,]+(?:\.\d+)?", found.removeprefix(name))


def number(text: str) -> float:
    """A figure as it is read."""
    return float(plain(text).replace(",", ""))


def test_indicators(told: Told) -> None:
    """Today, plan and change of every indicator: in the table, the report, the workbook and the terminal."""
    heads = [Words(told.lang).text(f"workbook.{key}") for key in ("indicator", "today", "plan", "change")]
    book = {str(row[heads[0]].value): row for row in sheet(told, "workbook.indicators")}
    page = {row.attributes.get("data-indicator"): row.cells for row in told.page().rows["indicators"]}
    table = {row["indicator"]: row for row in told.table("indicators.csv")}
    printed = 0
    for name, record in told.certificate["indicators"].items():
        expected = (
            shown(record["baseline"]),
            shown(record["value"]),
            signed(record["value"] - record["baseline"]),
        )
        row = table[name]
        assert (
            shown(float(row["today"])),
            shown(float(row["plan"])),
            signed(float(row["change"])),
        ) == expected
        cells = book[told.label(name)]
        assert tuple(seen(cells[head]) for head in heads[1:]) == expected
        if name in page:
            assert tuple(plain(page[name][place]) for place in (3, 5, 6)) == expected
        if f"\n{told.label(name)} " in told.printed.split("\n\n")[0]:
            assert tuple(line(told, told.label(name))[:3]) == expected
            printed += 1
    assert printed >= 4
    assert len(page) >= 5


def test_limits_and_prices(told: Told) -> None:
    """Value, room and price of every limit: in both tables, the report, the workbook and the terminal."""
    words = Words(told.lang)
    heads = [words.text(f"workbook.{key}") for key in ("plan", "slack", "price")]
    rows = list(zip(told.certificate["limits"], told.table("prices.csv"), strict=True))
    pages = [[plain(cell) for cell in row.cells] for row in told.page().rows["limits"]]
    for (limit, row), cells in zip(rows, sheet(told, "workbook.limits"), strict=True):
        expected = shown(limit["value"]), shown(limit["slack"]), shown(limit["price"])
        assert (
            shown(float(row["value"])),
            shown(float(row["slack"])),
            shown(float(row["price"])),
        ) == expected
        assert tuple(seen(cells[head]) for head in heads) == expected
        name = limit["district"] or told.label(limit["indicator"])
        found = next(page for page in pages if page[0] == name)
        assert (*found[2:4], found[5 if limit["district"] is None else 4]) == expected
        bound = limit["at_least"] if limit["at_most"] is None else limit["at_most"]
        assert found[1].endswith(shown(bound))
        if limit["price"]:
            assert shown(abs(limit["price"])) in row["in_words"] or limit["slack"] > 0
    assert any(limit["price"] for limit, _ in rows)


def test_objective_bound_and_gap_stay_what_they_prove(told: Told) -> None:
    """Report, workbook, terminal and map say the same, the objective no better, the bound no higher, the gap
    no smaller than they are; whoever subtracts the figures shown has the gap in tCO2e/yr that is told."""
    words, one = Words(told.lang), told.certificate
    said = {str(row[words.text("workbook.item")].value): row for row in sheet(told, "workbook.certificate")}
    value = words.text("workbook.value")
    book = [seen(said[words.text(f"workbook.{key}")][value]) for key in ("objective", "bound_says", "gap")]
    sign = words.text("grammar.percent")
    objective, bound, gap = book[0], book[1], f"{book[2].removesuffix('%')}{sign}"
    assert 0 <= number(objective) - one["objective"] < 0.01
    assert 0 <= one["bound"] - number(bound) < 0.01
    assert one["gap"] <= number(gap.removesuffix(sign)) / 100 < 1.11 * one["gap"] + 1e-12
    keys = ("objective", "bound", "gap")
    printed = [line(told, words.text(f"terminal_run.{key}"))[0] for key in keys]
    assert [printed[0], printed[1], f"{printed[2].removesuffix('%')}{sign}"] == [objective, bound, gap]
    proof = plain(told.page().text["proof"])
    for figure in (objective, bound, gap):
        assert figure in proof
    room = shown(number(objective) - number(bound))
    assert number(room) >= one["objective"] - one["bound"]
    assert f"{room} " in proof
    assert any(gap in plain(text) for text in told.drawn)


def test_land(told: Told) -> None:
    """The area of every class: in the report, the workbook's matrix, the transitions and the layers."""
    words = Words(told.lang)
    named = {entry["name"]: entry[f"name_{told.lang}"] for entry in told.certificate["classes"]}
    page = {row.cells[0].strip(): row.cells for row in told.page().rows["land"] if len(row.cells) == 6}
    layer = pyogrio.read_dataframe(told.folder / "plan.gpkg", layer="patches", read_geometry=False)
    moved = told.table("transitions.csv")
    total = sheet(told, "workbook.matrix")[-1]
    sheets = sheet(told, "workbook.transitions")
    for row, cells in zip(moved, sheets, strict=False):
        assert seen(cells[words.text("workbook.area")]) == shown(float(row["area_ha"]))
        assert seen(cells[words.text("workbook.net")]) == shown(float(row["net_emissions_tco2e_yr"]))
    met = 0
    for name, label in named.items():
        record = told.certificate["indicators"][f"area.{name}"]
        area = shown(record["value"])
        assert shown(float(layer.loc[layer["class"] == name, "area_ha"].sum())) == area
        assert shown(sum(float(row["area_ha"]) for row in moved if row["to"] == name)) == area
        if label in page:
            assert (plain(page[label][1]), plain(page[label][3])) == (shown(record["baseline"]), area)
            met += 1
        if label in total:
            assert seen(total[label]) == area
    assert met >= 5


def test_the_map_and_the_first_figures(told: Told) -> None:
    """Net emissions, the area that changes with its share, and the whole area: on the map, in the first
    sentences of the report, and on the terminal."""
    one, drawn = told.certificate, "\n".join(plain(text) for text in told.drawn)
    changed, net = (one["indicators"][name] for name in ("changed_area", "net_emissions"))
    share = shown(100 * changed["value"] / one["area_ha"])
    found = plain(told.page().text["found"])
    for figure in (shown(changed["value"]), share, shown(one["area_ha"])):
        assert figure in drawn
        assert figure in found
    assert shown(net["value"]) in drawn
    assert shown(net["baseline"]) in drawn
    assert shown(net["value"]) in found
    assert shown(one["area_ha"]) in told.printed
