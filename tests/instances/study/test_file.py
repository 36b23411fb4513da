"""The study file on disk, and its scenarios."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import tomli_w

from instances.study.file import StudyFile, load_study
from instances.study.findings import StudyError

PLAIN = 'title = "t"\n[landcover]\npath = "c.tif"\n'


def told(folder: Path, text: str | bytes, lang: str = "en") -> str:
    """What is said of a study file with a text."""
    path = folder / "study.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(StudyError) as wrong:
        load_study(path)
    return wrong.value.told(lang)


@pytest.mark.parametrize(
    ("text", "en", "zh"),
    [
        (
            '[landcover]\npath = "D:\\project\\lc.tif"',
            "a backslash begins a sign of its own",
            "反斜杠是转义符",
        ),
        ("title = Dongguan", "strings need quotes", "文字需加引号"),
        ("title = " + "[" * 3000, "its tables lie too deep within each other", "表格嵌套过深"),
        ("title = " + "[" * 30 + "]" * 30, "its tables lie too deep", "表格嵌套过深"),
        (f"[{'.'.join('a' * 3000)}]\nb = 1", "its tables lie too deep", "表格嵌套过深"),
        (f"[scenarios.{'.'.join('a' * 3000)}]\nb = 1", "its tables lie too deep", "表格嵌套过深"),
        ("title = " + "9" * 5000, "Mend that number", "请修改该数字"),
        (b"\xff\xfe", "is not UTF-8 text (byte 0)", "不是 UTF-8 文本"),
    ],
)
def test_a_file_that_is_no_study_has_one_sentence(
    tmp_path: Path, text: str | bytes, en: str, zh: str
) -> None:
    """Windows paths, deep nesting, endless numbers and other encodings, in both languages."""
    for lang, words in (("en", en), ("zh", zh)):
        said = told(tmp_path, text, lang)
        assert words in said
        assert len(said.splitlines()) == 1


def test_devices_pipes_and_giants_are_not_read(tmp_path: Path) -> None:
    """A device or a pipe would never end, and a raster given as the study fills the memory."""
    os.mkfifo(tmp_path / "pipe.toml")
    with (tmp_path / "large.toml").open("wb") as large:
        large.truncate(3_000_000_000)
    for path, words in (
        (Path("/dev/zero"), "is a device or a pipe"),
        (tmp_path / "pipe.toml", "is a device or a pipe"),
        (tmp_path / "large.toml", "holds 3,000 MB"),
        (tmp_path / "a\0b", "cannot be read"),
        (tmp_path / ("x" * 5000), "cannot be read"),
    ):
        with pytest.raises(StudyError, match=words):
            load_study(path)


def study(scenarios: dict[str, Any], **tables: Any) -> StudyFile:
    """A study with scenarios."""
    tree = {"title": "t", "landcover": {"path": "c.tif"}, **tables, "scenarios": scenarios}
    return StudyFile(Path("study.toml"), tree)


def test_limits_of_a_scenario_that_are_none_have_their_sentence() -> None:
    """A list for an indicator, a text for a limit: told at their key, never a fault of the program."""
    limits = [{"indicator": "area.forest", "at_least": 1}]
    for wrong, place in (
        ([{"indicator": ["a"], "at_least": 1}], "limits (no. 2).indicator"),
        (["area.forest"], "limits (no. 2)"),
        ([{"indicator": "a", "by": {"x": 1}, "at_least": 1}], "limits (no. 2).by"),
        ("none", "limits"),
    ):
        with pytest.raises(StudyError) as found:
            study({"q": {"limits": wrong}}, limits=limits).scenario("q")
        assert f"scenarios.q: {place}" in str(found.value)


def test_a_limit_of_a_scenario_takes_the_place_of_its_like() -> None:
    """The same indicator, division and district is replaced; every other limit stays."""
    limits = [
        {"indicator": "area.forest", "at_least": 1},
        {"indicator": "area.forest", "at_least": 2, "by": "towns", "district": "东"},
    ]
    file = study({"q": {"limits": [{"indicator": "area.forest", "at_most": 9}]}}, limits=limits)
    found = [(one.by, one.at_least, one.at_most) for one in file.scenario("q").limits]
    assert found == [("towns", 2, None), (None, None, 9)]


def test_a_scenario_has_its_own_name_for_readers_or_none(tmp_path: Path) -> None:
    """The base's name is no other's; the copy of a scenario keeps the scenario's."""
    file = study({"strict": {"label": {"zh": "严格", "en": "Strict"}}, "loose": {}}, label="As planned")
    assert file.scenario().label == "As planned"
    assert file.scenario("strict").label == {"zh": "严格", "en": "Strict"}
    assert file.scenario("loose").label is None
    (tmp_path / "study.toml").write_text(tomli_w.dumps(file.resolved("strict")), encoding="utf-8")
    assert load_study(tmp_path / "study.toml").scenario().label == {"zh": "严格", "en": "Strict"}
