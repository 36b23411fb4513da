"""The judgement of networks, at a small size."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.networks import Judged, judge, text
from benchmarks.studies import demo


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Judged:
    """The demo county of 60 x 60 cells."""
    return judge(demo(60)(Path(tmp_path_factory.mktemp("networks"))), 2.0, draws=3)


@pytest.mark.slow
def test_a_network_is_above_all_others(judged: Judged) -> None:
    """ECA at 0.5, 1 and 3 km, over edges and over corners: above today, above the plan with shared edges, and
    above random layouts with the same areas."""
    assert len(judged.rows) == 6
    assert [row for row in judged.rows if not row.holds] == []


@pytest.mark.slow
def test_the_page_has_a_row_for_each(judged: Judged) -> None:
    """Every distance and convention stands in it, with the share of the ceiling."""
    page = text({"demo-60": judged})
    assert page.count("| yes |") + page.count("| no |") == 6
    assert f"{100 * judged.share:.0f} % of the ceiling" in page
