from __future__ import annotations

from pathlib import Path

import pytest

from planner.compare.ask import compare
from planner.compare.reasons import explain
from tests.support.made_comparisons import write_alternatives


@pytest.mark.slow
@pytest.mark.parametrize(
    ("lang", "barred", "priced", "beside"),
    [
        ("zh", "airport 情景中 Airport 不允许林地", "tCO2e/年 每公顷", "相邻单元的规划不同"),
        (
            "en",
            "Forest is barred in airport by Airport",
            "tCO2e/yr per ha",
            "its neighbours are planned otherwise",
        ),
    ],
)
def test_why_plans_differ_is_said_in_the_language_of_the_study(
    tmp_path: Path, lang: str, barred: str, priced: str, beside: str
) -> None:
    """A red line that bars, a limit whose price decides, other neighbours: each has its sentence."""
    study = write_alternatives(tmp_path / "study")
    edges = "blue_green_compactness = 0.5"
    assert edges in study.read_text(encoding="utf-8")
    worth = study.read_text(encoding="utf-8").replace(edges, "blue_green_compactness = 5.0")
    study.write_text(worth, encoding="utf-8")
    found = compare(study, gap=1e-6, lang=lang)
    texts = [text for other in found.others for text in explain(found, other).texts]
    assert barred in texts
    assert beside in texts
    assert any(priced in text for text in texts)
