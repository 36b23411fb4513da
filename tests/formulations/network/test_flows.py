"""Flows over links, against every pair of patches followed by hand."""

from __future__ import annotations

import numpy as np
import pytest

from formulations.network.flows import flows
from tests.support.made_networks import counted, wooded


def test_flows_by_hand() -> None:
    """Three patches in a row, 2, 1 and 3 ha, 200 m of open land at 1 a metre between each: what goes from one
    end to the other goes over both links."""
    grid, layout = wooded("##..#..###")
    mesh = counted(grid, 200.0, 1.0)
    net = mesh.network(layout)
    found = flows(net, mesh.decay, mesh.longest_m)
    assert net.area_ha.tolist() == [2, 1, 3]
    assert found.reached == pytest.approx([2 + 0.5 + 0.75, 1 + 1 + 1.5, 3 + 0.5 + 0.5])
    over = {
        (a, b): flow for a, b, flow in zip(net.first.tolist(), net.second.tolist(), found.over, strict=True)
    }
    far = 2 * (2 * 3 * 0.25)
    assert over[0, 1] == pytest.approx(2 * (2 * 1 * 0.5) + far)
    assert over[1, 2] == pytest.approx(2 * (1 * 3 * 0.5) + far)
    assert mesh.evaluate(layout) == pytest.approx(float(net.area_ha @ found.reached) / 10)


def test_too_far_is_not_counted() -> None:
    """Beyond the longest way there is no flow."""
    grid, layout = wooded("##..###")
    mesh = counted(grid, 200.0, 1.0)
    found = flows(mesh.network(layout), mesh.decay, 199.0)
    assert found.over.tolist() == [0.0]
    assert found.reached.tolist() == [2.0, 3.0]


def test_no_patch_no_flow() -> None:
    """Land without a network has a functional mesh of 0."""
    grid, layout = wooded("...")
    mesh = counted(grid, 200.0)
    found = flows(mesh.network(layout), mesh.decay, mesh.longest_m)
    assert (len(found.reached), len(found.over), mesh.evaluate(layout)) == (0, 0, 0.0)
    assert np.isfinite(mesh.step_m).all()
