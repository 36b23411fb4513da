from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import rasterio

from formulations.core.solution import SolveSettings
from formulations.sampling.questions import Base
from instances.study.findings import StudyError
from planner import load
from planner.agreement.measure import BANDS
from planner.alternatives.ask import alternatives, read_within
from planner.alternatives.folder import NAMES
from planner.alternatives.page import alternatives_page
from planner.runs.found import runs_in
from planner.runs.reopen import reopen
from tests.planner.commands.test_cli import names, sansheng
from tests.support.small_study import write_study
from tests.support.sweeping import sweep_over

pytestmark = pytest.mark.slow


def test_a_distance_is_a_share_or_an_amount() -> None:
    """A share is one of what changes, wherever the objective lies."""
    assert read_within("1%").above(200.0, 300.0) == 203.0
    assert read_within("1 %").above(-200.0, 300.0) == -197.0
    assert read_within("5.5").above(200.0, 300.0) == 205.5
    for text in ("", "much", "-3", "1e"):
        with pytest.raises(StudyError, match="--within"):
            read_within(text)


def test_a_distance_less_than_what_is_proven_is_refused(tmp_path: Path) -> None:
    """Where the best plan itself is not proven to be so near, no other can be."""
    loaded = load(write_study(tmp_path / "study"))
    sweep = sweep_over(Base.of(loaded.instance, loaded.problem), tmp_path / "solves", gap=0.3)
    with pytest.raises(StudyError, match="smaller --gap"):
        alternatives(sweep, loaded, "0.0000000001%", 3)


def test_the_folder_holds_what_is_declared(tmp_path: Path) -> None:
    """Tables, map, a layer of how often cells keep their class, and every plan, which opens again; where no
    plan differs from the first the page says that there is no other, instead of tables of nothing."""
    study, out = write_study(tmp_path / "study"), tmp_path / "out"
    result = sansheng("alternatives", study, "--within", "5%", "--plans", "3", "--out", out)
    assert result.exit_code == 0, result.output
    assert names(out) == NAMES - {"agreement.gpkg"}
    table = pd.read_csv(out / "alternatives.csv", encoding="utf-8-sig")
    layouts = [reopen(folder).layout for folder in runs_in(out)]
    assert len(table) == len(layouts) == 3
    with rasterio.open(out / "agreement.tif") as raster:
        assert raster.descriptions == tuple(name for name, _ in BANDS)
        keeps = raster.read(1).ravel()
    expected = np.mean([layout == layouts[0] for layout in layouts], axis=0)
    assert (keeps == np.floor(100 * expected + 1e-9)).all()
    tree = json.loads((out / "alternatives.json").read_text(encoding="utf-8"))
    assert sum(tree["land"].values()) == pytest.approx(192.0)
    assert tree["objective_at_most"] >= table["objective"].max()
    result = sansheng("verify", out)
    assert result.exit_code == 0, result.stderr
    assert "all 3 plans" in result.stdout
    for lang, best in (("zh", "方案 01"), ("en", "Plan 01")):
        page = alternatives_page(out, lang)
        assert best in page
        assert page.count('<figure class="map"') == 5
        assert [page.count(f'id="{part}"') for part in ("plans", "pairs", "differences", "proof")] == [1] * 4
    lonely = json.loads((out / "alternatives.json").read_text(encoding="utf-8"))
    lonely["plans"] = [plan | {"differs_ha": [0.0] * n} for n, plan in enumerate(lonely["plans"][:2])]
    (out / "alternatives.json").write_text(json.dumps(lonely), encoding="utf-8")
    for lang, told in (("zh", "未找到其他"), ("en", "No other plan")):
        page = alternatives_page(out, lang)
        assert told in page
        assert [page.count(f'id="{part}"') for part in ("plans", "pairs", "differences", "proof")] == [
            1,
            0,
            0,
            1,
        ]
    (out / "alternatives.json").write_text(json.dumps(tree, ensure_ascii=False), encoding="utf-8")
    before = (out / "report.html").read_text(encoding="utf-8")
    assert sansheng("report", out).exit_code == 0
    assert (out / "report.html").read_text(encoding="utf-8") == before
    assert sansheng("verify", out).exit_code == 0
    (out / "alternatives.json").write_text("{", encoding="utf-8")
    with pytest.raises(StudyError, match="again"):
        alternatives_page(out)


def test_one_plan_has_no_alternative(tmp_path: Path) -> None:
    """The number of plans is checked before anything is read."""
    result = sansheng("alternatives", write_study(tmp_path / "study"), "--plans", "1")
    assert result.exit_code == 2
    assert "--plans" in result.stderr


def test_settings_are_those_of_the_sweep(tmp_path: Path) -> None:
    """The same question with the same settings is not solved again for the second set."""
    loaded = load(write_study(tmp_path / "study"))
    base = Base.of(loaded.instance, loaded.problem)
    sweep = sweep_over(base, tmp_path / "solves")
    alternatives(sweep, loaded, "5%", 2)
    again = sweep_over(base, tmp_path / "solves")
    alternatives(again, loaded, "5%", 3)
    assert (again.solved, again.found) == (1, 2)
    assert isinstance(again.settings, SolveSettings)
