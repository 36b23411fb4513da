from __future__ import annotations

import numpy as np
import pytest

from planner.export.layers import changes_layer
from planner.export.reasons import KINDS, reasons_layer
from planner.export.why import why
from tests.support.made_plans import small_plan, with_layout
from tests.support.made_reports import solved


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_patch_of_change_has_its_reason(lang: str) -> None:
    """The layer has the patches of the layer of changes, each with what decides, in words, and its gain."""
    plan = solved()
    table, changes = reasons_layer(plan, lang).table, changes_layer(plan, lang).table
    for field in ("change", "units", "area_ha", "redlines"):
        assert table[field].tolist() == changes[field].tolist()
    assert set(table["decides"]) <= set(KINDS)
    assert (table["reason"].str.len() > 3).all()
    assert sorted(table["rank"]) == list(range(1, len(table) + 1))
    assert table["area_ha"].to_numpy()[np.argsort(table["rank"])].tolist() == sorted(
        table["area_ha"], reverse=True
    )


def test_what_else_a_patch_could_be_is_no_better_within_the_gap() -> None:
    """In a plan proven to the gap no unit gains more by another class than the gap leaves open."""
    plan = solved()
    found = why(plan)
    room = (plan.certificate.objective or 0.0) - (plan.certificate.bound or 0.0)
    single = found.patches.units() == 1
    assert (found.held.otherwise[single] >= -room - 1e-6).all()
    assert found.firm.tolist() == (found.held.otherwise > room).tolist()


def test_a_plan_without_change_has_no_reasons() -> None:
    """Where nothing changes the layer is there, and empty."""
    plan = small_plan()
    assert len(reasons_layer(with_layout(plan, plan.instance.today), "en").table) == 0
