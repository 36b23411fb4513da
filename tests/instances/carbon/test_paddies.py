"""Paddies by their water: the example of the page of coefficients, as it stands there."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import numpy as np
import pytest

from instances.carbon.coefficient_csv import read_set
from instances.carbon.conversion import EmissionRates, rates_of_set
from instances.land.classes import study_classes
from instances.study.file import parse_study
from instances.study.findings import Findings

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "coefficients.md").read_text(encoding="utf-8")
DEFAULT = ROOT / "instances" / "data" / "carbon" / "china-default.csv"
NAMES = ("paddy_flooded", "paddy_drained", "paddy", "cropland")


def found(tmp_path: Path) -> EmissionRates:
    """The rates of the classes and lines that the page tells of, appended to the default set."""
    about = PAGE.split("## Paddies by their water")[1].split("\n## ")[0]
    classes, lines = re.findall(r"```(?:toml|text)\n(.*?)```", about, re.DOTALL)
    header, *rows = lines.strip().splitlines()
    text = DEFAULT.read_text(encoding="utf-8")
    assert text.splitlines()[0] == header
    used = [row for row in rows if row.split(",")[0] in NAMES]
    (tmp_path / "set.csv").write_text(text.rstrip("\n") + "\n" + "\n".join(used) + "\n", encoding="utf-8")
    tree = {"title": "t", "landcover": {"path": "x.tif"}, "carbon": {"coefficients": "set.csv"}}
    study = parse_study({**tree, **tomllib.loads(classes)}, "study.toml")
    made = study_classes(study, {name: code for code, name in enumerate(NAMES, 1)})
    findings = Findings()
    read = read_set("set.csv", tmp_path, made.names, findings)
    findings.raise_errors()
    assert read is not None
    return rates_of_set(read, study, made, np.full(len(NAMES), 10.0), findings)


def test_water_decides_the_methane_of_a_paddy(tmp_path: Path) -> None:
    """Drained several times it gives off 55 % of what it does under water; all else is that of any paddy."""
    rates = found(tmp_path)
    methane = np.diag(rates.parts["flux: methane"])
    assert methane == pytest.approx([3.631, 1.997, 3.499, 0.0])
    assert methane[1] / methane[0] == pytest.approx(0.55, abs=1e-3)
    assert methane[0] == pytest.approx(1.19 * 113 * 27 / 1000, abs=1e-3)
    others = [np.diag(part)[:3] for key, part in rates.parts.items() if key != "flux: methane"]
    assert all(np.ptp(part) == pytest.approx(0.0) for part in others)
    assert rates.total[0, 1] == pytest.approx(rates.total[1, 1])  # draining more is no change of stock


def test_regimes_of_the_page_are_in_order() -> None:
    """Each within its range, and less water is less methane."""
    rows = re.findall(r"^paddy_\w+,flux,methane,(\d+),kgCO2e/ha/yr,(\d+),(\d+),", PAGE, re.MULTILINE)
    assert len(rows) == 3
    values = [tuple(map(int, row)) for row in rows]
    assert all(low < value < high for value, low, high in values)
    assert values == sorted(values, reverse=True)
