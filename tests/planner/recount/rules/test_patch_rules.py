"""Rules of patches are verified on the map."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from formulations.core.patch_sizes import Patched
from planner import run, verify
from planner.plans.implausible import look_first
from planner.plans.optimise import load, optimise
from planner.plans.patches import patch_findings, patch_records
from planner.recount.ledger import Ledger
from planner.recount.rules.patch_rules import check_patches, share_within
from tests.support.small_study import write_study

RULES = {
    "woods": {"classes": ["forest", "grassland"], "min_ha": 4, "kind": "project"},
    "towns": {"classes": ["urban_residential"], "min_ha": 3, "within_m": 150},
    "off": {"classes": ["forest"], "min_ha": 1e6, "enabled": False},
}


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """The small study with least sizes, and more urban land asked for."""
    limits = [
        {"indicator": "area.cropland", "at_least": "80%"},
        {"indicator": "area.urban_residential", "at_least": "+4 ha"},
        {"indicator": "changed_area", "at_most": 40},
    ]
    return write_study(tmp_path / "study", {"patches": RULES, "limits": limits})


@pytest.mark.slow
def test_a_run_keeps_its_rules_and_verify_says_so(study: Path, tmp_path: Path) -> None:
    """From the study file to a verified folder: no piece is too small, and the report tells it."""
    result = run(study, out=tmp_path / "out")
    record = result.plan.certificate.patches
    assert record is not None
    assert record.kept
    assert {(one.rule, one.land) for one in record.sizes} == {
        ("woods", "forest"),
        ("woods", "grassland"),
        ("towns", "urban_residential"),
    }
    assert record.new_ha > 0
    found = verify(tmp_path / "out")
    assert found.differences == ()
    assert any(one.key == "patches.verified" for one in found.checked)
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "pieces as large as asked for everywhere" in page


@pytest.mark.slow
def test_an_edited_figure_is_found(study: Path, tmp_path: Path) -> None:
    """A certificate that tells of more new land than the map has does not hold."""
    run(study, out=tmp_path / "out")
    path = tmp_path / "out" / "certificate.json"
    told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    told["patches"]["sizes"][0]["new_ha"] += 1.0
    path.write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    assert any("new_ha" in one.figure for one in verify(tmp_path / "out").differences)


def test_pieces_too_small_and_land_too_far_are_found(study: Path) -> None:
    """A single cell of new forest and a far cell of new urban land: one piece each, and one unit too far."""
    loaded = load(study)
    plan = optimise(loaded)
    instance, names = loaded.instance, loaded.instance.classes.names
    layout = instance.today.copy()
    cropland = np.flatnonzero(instance.today == names.index("cropland"))
    layout[cropland[-1]] = names.index("forest")
    layout[cropland[-40]] = names.index("urban_residential")
    record = patch_records(instance, layout, Patched((2.0, 2.0), (2.0, 2.0), 0.0))
    assert record is not None
    assert not record.kept
    assert record.below_ha == pytest.approx(2.0)
    assert [one.land for one in record.too_small] == ["forest", "urban_residential"]
    ledger = Ledger()
    check_patches(plan.certificate.model_copy(update={"patches": record}), instance, layout, ledger)
    assert [one.figure for one in ledger.differences] == ["patches.towns.within_m"]
    ledger = Ledger()
    check_patches(plan.certificate, instance, layout, ledger)
    assert "patches, below_ha" in [one.figure for one in ledger.differences]
    broken = replace(plan, certificate=plan.certificate.model_copy(update={"patches": record}))
    first = [look_first(broken, lang)[0] for lang in ("en", "zh")]
    assert first[0].startswith("The plan does not keep its least sizes: 2 pieces of new land (2.00 ha")
    assert "2 处连片过小" in first[1]
    told = [str(one) for one in patch_findings(record)]
    assert len(told) == 2
    assert "could be made neither larger nor what it is today" in told[0]
    assert "at 5" in told[0]


def test_half_of_a_parcel_lies_near() -> None:
    """Of a parcel 10 m wide, 2 m beside land: 7 m reach half of it, 5 m from either side six tenths, and what
    is farther away none."""
    land = shapely.box([0, 24], [0, 0], [10, 34], [10, 10])
    parcels = shapely.box([12, 40], [0, 0], [22, 50], [10, 10])
    assert share_within(parcels, land, 5.0) == pytest.approx([0.6, 0.0])
    assert share_within(parcels, land[:1], 7.0) == pytest.approx([0.5, 0.0])
    assert share_within(parcels, land[:1], 1.0) == pytest.approx([0.0, 0.0])
