from __future__ import annotations

from pathlib import Path

import pytest

from formulations.posing import pose
from instances.rules.caps import read_caps
from instances.study.file import parse_study
from instances.study.findings import Findings, StudyError
from planner.plans.certify import limit_records
from planner.recount.figures.limit_rows import counted_limits
from planner.recount.figures.recount import Recount
from tests.support.hand_instance import HALVES, TODAY, hand_instance

LIMIT = {"indicator": "net_emissions", "by": "halves", "caps": "plan.csv"}


def caps(text: str, tmp_path: Path) -> tuple[object, list[str]]:
    """The caps of a carbon plan, and what is said of them."""
    (tmp_path / "plan.csv").write_text(text, encoding="utf-8")
    tree = {"title": "t", "landcover": {"path": "c.tif"}, "limits": [LIMIT]}
    findings = Findings()
    found = read_caps(parse_study(tree, "study.toml"), tmp_path, {"halves": HALVES}, findings)
    return found, [str(finding) for finding in findings]


def test_every_district_has_its_own_cap(tmp_path: Path) -> None:
    """Numbers, shares of today and changes; a district without a line, or with a blank, has none."""
    found, told = caps("district,at_most\nwest,-12.5\neast,95%\nsea,\n", tmp_path)
    assert told == []
    assert found == {0: {"west": -12.5, "east": "95%"}}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("district,at_most\nwset,1\n", "has no district `wset`. Did you mean `west`"),
        ("district,at_most\nwest,1\nwest,2\n", "gives a cap of west a second time"),
        ("name,cap\nwest,1\n", "lacks the columns district, at_most"),
    ],
)
def test_wrong_lines_are_told(text: str, said: str, tmp_path: Path) -> None:
    """Unknown districts with the nearest name, lines twice, and tables of something else."""
    assert said in caps(text, tmp_path)[1][0]


def test_caps_are_rows_with_a_bound_each_in_both_ways_of_counting() -> None:
    """A neutral west and 95 % of today in the east; the sea has none. The recount reads the same."""
    instance = hand_instance({"limits": [LIMIT]}, caps={0: {"west": 0.0, "east": "95%"}})
    rows = limit_records(pose(instance), TODAY)
    assert [(row.district, row.at_most) for row in rows] == [
        ("west", 0.0),
        ("east", pytest.approx(0.95 * 95.0)),
    ]
    count = Recount(instance, TODAY)
    counted = counted_limits(count, count.indicators(), count.indicators())
    assert [(row.district, row.at_most, row.value) for row in counted] == [
        (row.district, pytest.approx(row.at_most), pytest.approx(row.value)) for row in rows
    ]


def test_a_cap_that_cannot_be_read_is_told_with_its_district() -> None:
    """The sentence names limit and district."""
    with pytest.raises(StudyError, match=r"limits \(no\. 1\).caps \(west\)"):
        pose(hand_instance({"limits": [LIMIT]}, caps={0: {"west": "many"}}))


def test_caps_need_a_division_and_leave_the_bound_to_the_table() -> None:
    """Beside at_most or without by they say nothing clear."""
    for more in ({"by": None}, {"at_most": 1.0}, {"district": "west"}):
        limit = {key: value for key, value in {**LIMIT, **more}.items() if value is not None}
        with pytest.raises(StudyError, match="caps"):
            parse_study({"title": "t", "landcover": {"path": "c"}, "limits": [limit]}, "study.toml")
