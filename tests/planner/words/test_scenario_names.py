"""Names that a study gives its scenarios, indicators and red lines, in both languages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from planner.cli import app
from planner.words.scenario_names import folder_name, scenario_label
from tests.support.small_study import tree, write_quick_study
from words.catalogue import Words


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """The small study with names for readers."""
    lines = tree()["redlines"]
    lines["ecology"]["label"] = {"zh": "生态红线", "en": "Green line"}
    tables: dict[str, Any] = {
        "label": {"zh": "现行方案", "en": "As planned"},
        "redlines": lines,
        "indicators": {"green": {"sum": ["forest", "grassland"], "label": {"zh": "林草面积", "en": "Woods"}}},
        "scenarios": {
            "loose": {"label": {"zh": "宽松方案", "en": "More change"}, **tree()["scenarios"]["loose"]}
        },
    }
    return write_quick_study(tmp_path, tables)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("lang", "names"),
    [
        ("zh", ("现行方案", "宽松方案", "林草面积", "生态红线")),
        ("en", ("As planned", "More change", "Woods", "Green line")),
    ],
)
def test_readers_meet_the_names_of_their_language(
    study: Path, tmp_path: Path, lang: str, names: tuple[str, ...]
) -> None:
    """A comparison and its reports say the labels; files and records keep the names of the study."""
    out = tmp_path / "out"
    done = CliRunner().invoke(app, ["compare", str(study), "--out", str(out), "--lang", lang])
    assert done.exit_code == 0, done.stderr
    base, loose, green, line = names
    page = (out / "report.html").read_text(encoding="utf-8")
    for name in names:
        assert name in page
    inner = next(path for path in out.rglob("report.html") if "loose" in path.parts)
    text = inner.read_text(encoding="utf-8")
    assert loose in text
    assert base not in text
    assert green in text
    assert line in text
    certificate = json.loads((inner.parent / "certificate.json").read_text(encoding="utf-8"))
    assert certificate["scenario"] == "loose"
    assert "green" in certificate["indicators"]


def test_a_scenario_without_a_label_stands_as_written() -> None:
    """The base has a name in every language; a label comes before both."""
    assert scenario_label("loose", Words("zh")) == "loose"
    assert scenario_label("base", Words("zh")) != "base"
    assert scenario_label("base", Words("zh"), "现行方案") == "现行方案"
    assert scenario_label("x", Words("en"), {"zh": "甲", "en": "A"}) == "A"


@pytest.mark.parametrize("name", ["base", "loose", "生态优先", "my plan", "v1.2", "a-b_c"])
def test_a_plain_name_is_its_folder(name: str) -> None:
    """Whoever names scenarios as people do finds them by their names."""
    assert folder_name(name) == name


@pytest.mark.parametrize(
    "name",
    ["../../evil", "/etc/evil", "..", ".", "", " ", "a/b", "a\\b", "C:\\x", "CON", "nul.txt", "a\nb", "\x00",
     "x" * 400, "情" * 400, "~/evil/..", ".hidden", "trailing."],
)  # fmt: skip
def test_a_name_never_becomes_a_path(name: str, tmp_path: Path) -> None:
    """Whatever a scenario is called, its folder lies inside the one it belongs to, and can be made."""
    found = folder_name(name)
    place = tmp_path / found
    assert place.resolve().parent == tmp_path.resolve()
    place.mkdir()
    assert len(f".{found}.previous-0123abcd".encode()) < 255

    assert found != name


def test_two_names_have_two_folders() -> None:
    """Names that differ in a letter no folder can have are told apart."""
    assert len({folder_name(name) for name in ("a/b", "a\\b", "a:b", "a_b")}) == 4
