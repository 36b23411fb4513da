"""Region types: weights and limits of their own, and policies for each in one study."""

from __future__ import annotations

from pathlib import Path

import tomli_w

import planner
from tests.planner.policies.test_ready_policies import write_study


def test_a_type_has_a_weight_of_its_own(tmp_path: Path) -> None:
    """A tonne weighs 0.1 in the whole area and 1.0 more on ecological land: 3 of worth less 1 makes towns of
    the west, 11 less 3 of worth makes woods of the east. What is planned is counted again and agrees."""
    path = write_study(tmp_path, "CCCCCCCC", "nanxun", {"side_m": 400, "farm_share": 0, "built_most": 100})
    tree = planner.load(path).source.tree
    own = {"sum": {"net_emissions": 1.0}, "by": "regions", "district": "ecological"}
    changed = {
        **{key: value for key, value in tree.items() if key not in ("include", "limits")},
        "regions": {"by": "halves", "urbanised": ["west"], "ecological": ["east"]},
        "indicators": {**tree["indicators"], "net_there": own},
        "objective": {"maximise": {"worth": 1.0}, "minimise": {"net_emissions": 0.1, "net_there": 1.0}},
    }
    path.write_text(tomli_w.dumps(changed), encoding="utf-8")
    plan = planner.optimise(path)
    names = [plan.instance.classes.names[each] for each in plan.layout.tolist()]
    assert names == ["urban"] * 4 + ["forest"] * 4
    assert plan.certificate.indicators["net_there"].value == -20.0
    assert planner.verify(planner.write(plan, tmp_path / "out")).differences == ()


def test_each_type_may_have_a_policy(tmp_path: Path) -> None:
    """Units of one policy are made on urbanised land alone, and a target holds on ecological land."""
    path = write_study(tmp_path, "CCUUCUFF", "nanxun", {"side_m": 400, "built_most": 105})
    tree = planner.load(path).source.tree
    chongming = {"policy": "chongming", "zones": "regions", "neutral": "ecological", "low": "urbanised"}
    changed = {
        **tree,
        "regions": {"by": "halves", "urbanised": ["west"], "ecological": ["east"]},
        "districts": {
            **tree["districts"],
            "units": {**tree["districts"]["units"], "inside": {"regions": "urbanised"}},
        },
        "include": [*tree["include"], {**chongming, "zero": "ecological"}],
    }
    path.write_text(tomli_w.dumps(changed), encoding="utf-8")
    found = planner.check(path)
    units = found.instance.districts["units"]
    assert units.member.tolist() == [0] * 4 + [-1] * 4
    assert [policy.name for policy in found.policies] == ["nanxun", "chongming"]
    assert sum("net_emissions (ecological)" in limit.label for limit in found.limits) >= 1
