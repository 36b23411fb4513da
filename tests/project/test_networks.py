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
    """ECA at 0.5, 1 and 3 km: above today and the plan with shared edges over edges and over corners, above
    random layouts with the same areas over edges, which is what was asked for. Over corners these are better
    in a county of so few cells, where single ones strewn about touch by their corners."""
    assert len(judged.rows) == 6
    assert [row for row in judged.rows if row.network <= max(row.today, row.edges)] == []
    assert [row for row in judged.rows if row.neighbours == 4 and not row.holds] == []


@pytest.mark.slow
def test_the_page_has_a_row_for_each(judged: Judged) -> None:
    """Every distance and convention stands in it, with the share of the ceiling."""
    page = text({"demo-60": judged})
    assert page.count("| yes |") + page.count("| no |") == 6
    assert f"{100 * judged.share:.0f} % of the ceiling" in page
