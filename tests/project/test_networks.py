"""The judgement of networks, at a small size."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.networks import Judged, judge, page, pairs_of, section, smallest
from benchmarks.studies import demo
from formulations.network.links import network_of
from formulations.network.steps import steps
from tests.support.made_files import made_grid


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Judged:
    """The demo county of 60 x 60 cells."""
    return judge(demo(60)(Path(tmp_path_factory.mktemp("networks"))), (0.02, 2.0), draws=3)


@pytest.mark.slow
def test_a_network_is_above_all_others(judged: Judged) -> None:
    """ECA at 0.5, 1 and 3 km: above today and the plan with shared edges over edges and over corners, above
    random layouts with the same areas over edges, which is what was asked for. Over corners these are better
    in a county of so few cells, where single ones strewn about touch by their corners."""
    assert len(judged.rows) == 6
    assert [row for row in judged.rows if row.network <= max(row.today, row.edges)] == []
    assert [row for row in judged.rows if row.neighbours == 4 and not row.holds] == []


@pytest.mark.slow
def test_the_share_of_the_ceiling_grows_with_the_weight(judged: Judged) -> None:
    """Who pays more for the network comes nearer to what no layout exceeds."""
    assert judged.plans[0].share < judged.plans[1].share <= 1.0


@pytest.mark.slow
def test_the_page_has_a_row_for_each(judged: Judged) -> None:
    """Every distance and convention stands in it, with the share of the ceiling; other sections stay."""
    told = section("demo-200", judged)
    assert told.count("| yes |") + told.count("| no |") == 6
    assert f"| {judged.plans[1].mesh_ha:,.0f} ha | {100 * judged.plans[1].share:.1f} % |" in told
    both = page(page("", {"demo-1000": told.replace("demo-200", "demo-1000")}), {"demo-200": told})
    assert both.index("## demo-200") < both.index("## demo-1000")


def test_what_random_layouts_have_is_counted_from_above() -> None:
    """A block and single cells strewn about: with pairs of single cells counted as if next to one another
    there is a little more, and never less."""
    inside = np.random.default_rng(5).random((60, 60)) < 0.02
    inside[10:50, 10:50] = True
    member, grid = inside.ravel(), made_grid(60, 60)
    net = network_of(member, np.where(member, 1.0, 3.0), grid, steps(grid), 1e9)
    small = smallest(net.area_ha)
    assert small.sum() > 0.75 * len(net)
    exact = pairs_of(net, 500.0, np.zeros(len(net), dtype=bool))
    assert exact <= pairs_of(net, 500.0, small) <= 1.01 * exact
