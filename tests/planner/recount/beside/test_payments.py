from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import planner
from planner.runs.run import run
from tests.support.small_study import write_study

STUDY = {
    "indicators": {"works": {"per_change": "works.csv", "unit": "10^4 yuan"}},
    "payments": {"by": "townships", "cost": "works", "shared_by": "area.living"},
    "limits": [{"indicator": "area.forest", "at_least": "+10 ha"}],
    "classes": {"forest": {"native": True, "name_zh": "乡土林"}},
    "species": "species.csv",
    "solver": {"threads": 1, "room": 5.0},
}


def study_at(folder: Path) -> Path:
    """The small study with payments, and a species list."""
    path = write_study(folder, STUDY)
    works = "from,to,value\n" + "".join(f"{name},forest,6\n" for name in ("cropland", "grassland", "bare"))
    (folder / "works.csv").write_text(works, encoding="utf-8")
    (folder / "species.csv").write_text("class,species,name\nforest,Schima superba,木荷\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of it."""
    home = tmp_path_factory.mktemp("payments")
    return run(study_at(home / "study"), out=home / "out").folder


def test_payments_are_written_told_and_counted_again(made: Path) -> None:
    """All living land lies in one township, which bears all costs: it pays the other what that spends; verify
    counts the table, and the report tells it in sentences that are no markup."""
    table = pd.read_csv(made / "payments.csv", encoding="utf-8-sig")
    works = planner.reopen(made).certificate.indicators["works"].value
    assert len(table["from"].unique()) <= 1
    assert 0.0 <= table["amount"].sum() <= works
    page = (made / "report.html").read_text(encoding="utf-8")
    assert 'id="payments"' in page
    assert "木荷" in page
    assert "&lt;span" not in page
    found = planner.verify(made)
    assert found.holds, [str(each) for each in found.differences]


def test_a_payment_that_was_altered_is_found(made: Path) -> None:
    """Another amount, or a payment that nobody owes."""
    path = made / "payments.csv"
    before = path.read_bytes()
    path.write_text(before.decode("utf-8") + "东镇,西镇,5,10^4 yuan\n", encoding="utf-8")
    told = [str(each) for each in planner.verify(made).differences]
    path.write_bytes(before)
    assert any("东镇, 西镇" in each for each in told), told


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"by": "zones"}, "payments.by"),
        ({"cost": "wroks"}, "payments.cost: there is no indicator `wroks`. Did you mean `works`"),
        ({"shared_by": "green_share"}, "green_share is a share or a ratio, not an amount"),
    ],
)
def test_payments_of_what_is_not_there_are_refused(
    tmp_path: Path, changed: dict[str, str], sentence: str
) -> None:
    """No such division, no such indicator, an indicator that does not add up."""
    path = study_at(tmp_path)
    write_study(tmp_path, {**STUDY, "payments": {**STUDY["payments"], **changed}})  # type: ignore[dict-item]
    with pytest.raises(planner.StudyError) as wrong:
        _ = planner.load(path).problem
    assert sentence in str(wrong.value)
