from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import planner
from instances.study.findings import StudyError
from planner.compare.carbon_plan import two_scenarios
from planner.compare.tables import CAPS as TABLE
from tests.support.small_study import tree, write_study

CAPS = {"indicator": "area.bare_unused", "by": "townships", "caps": "caps.csv"}


def write(folder: Path, caps: str, **changed: Any) -> Path:
    """The small study with caps on bare land."""
    path = write_study(folder, {"limits": [*tree()["limits"], CAPS], **changed})
    (folder / "caps.csv").write_text(caps, encoding="utf-8")
    return path


def test_the_study_without_caps_is_the_base_and_with_them_a_scenario(tmp_path: Path) -> None:
    """All other limits are in both."""
    source = two_scenarios(planner.load(write(tmp_path, "district,at_most\n西镇,0\n")))
    assert [len(source.scenario(name).limits) for name in ("base", "carbon_plan")] == [2, 3]
    with pytest.raises(StudyError, match="has no limit with caps"):
        two_scenarios(planner.load(write_study(tmp_path / "none")))


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_districts_are_tested_against_their_caps_and_then_keep_them(lang: str, tmp_path: Path) -> None:
    """Table, report and terminal figures are those of the two plans; the folder holds what verify checks."""
    study = write(tmp_path, "district,at_most\n西镇,50%\n东镇,1\n")
    result = planner.carbon_plan(study, lang=lang, out=tmp_path / "out", workers=1)
    assert {row.district for row in result.caps} <= {"西镇", "东镇"}
    assert all(row.held for row in result.caps)
    table = pd.read_csv(tmp_path / "out" / TABLE, encoding="utf-8-sig")
    assert table["at_most"].tolist() == [row.at_most for row in result.caps]
    assert table["with_caps"].tolist() == pytest.approx([row.planned for row in result.caps])
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert 'id="caps"' in page
    assert planner.verify(tmp_path / "out").holds


@pytest.mark.slow
def test_caps_that_collide_are_told_with_the_smallest_change(tmp_path: Path) -> None:
    """6 ha of bare land cannot stay where caps leave 2: what gives way least is moved, and told."""
    least = {"indicator": "area.bare_unused", "at_least": 6}
    study = write(tmp_path, "district,at_most\n西镇,2\n东镇,0\n", limits=[least, CAPS])
    result = planner.carbon_plan(study, workers=1)
    assert result.compared.comparison.alternatives[-1].relaxed
