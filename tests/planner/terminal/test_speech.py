"""What is printed: whole sentences of one language, by ``--lang`` or the study's own."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from formulations.infeasible import Infeasibility
from planner.plans.outcome import Infeasible, Interrupted, NothingFound, OutOfTime
from planner.sweeps.sweep import Stopped
from planner.terminal.speech import speak, text, unit
from planner.terminal.summary import table
from tests.planner.commands.test_cli import sansheng
from tests.support.small_study import write_study
from words.catalogue import Words, texts

TERMINAL = ("terminal", "terminal_", "termination", "verify")
"""The tables of the catalogue from which commands print."""


def english() -> set[str]:
    """Stretches of several words out of the English sentences that commands print."""
    found = set()
    for key, sentence in texts("en").items():
        if key.startswith(TERMINAL):
            found |= {part.strip() for part in re.split(r"\{\w+\}", sentence)}
    return {part for part in found if len(part) > 8 and " " in part and "sansheng" not in part}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small study, and its run in Chinese."""
    folder = tmp_path_factory.mktemp("speech")
    study = write_study(folder / "study")
    assert sansheng("run", study, "--lang", "zh", "--out", folder / "out").exit_code == 0
    return folder


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "chinese"),
    [
        (("check", "study/study.toml"), "个栅格单元中有"),
        (("run", "study/study.toml", "--out", "again"), "起作用的约束"),
        (("compare", "study/study.toml", "--out", "compared"), "在所有方案中地类相同"),
        (
            ("pareto", "study/study.toml", "--x", "net_emissions", "--y", "area.cropland", "--points", "3",
             "--gap", "0.01", "--out", "front"),
            "越小越好",
        ),
        (
            ("alternatives", "study/study.toml", "--within", "5%", "--plans", "2", "--out", "others"),
            "因方案而异",
        ),
        (("robust", "study/study.toml", "--draws", "2", "--gap", "0.001", "--out", "robust"), "最大后悔值"),
        (("verify", "out"), "核验无误"),
        (("report", "out"), "已写入"),
        (("export", "out", "--format", "tif", "--out", "exchange"), "已写入"),
        (("init", "study/cover.tif", "--scheme", "CLCD", "--out", "new/study.toml"), "下一步"),
        (("demo", "--size", "24", "--out", "demo"), "目标值"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)  # fmt: skip
def test_every_command_speaks_chinese(
    words: tuple[str, ...], chinese: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With ``--lang zh`` what a command prints is Chinese, with nothing left in English."""
    monkeypatch.chdir(home)
    result = sansheng(*words, "--lang", "zh")
    assert result.exit_code == 0, result.stderr
    assert chinese in result.stdout
    assert [part for part in english() if part in result.stdout] == []


@pytest.mark.slow
def test_the_study_decides_where_nothing_is_asked(tmp_path: Path) -> None:
    """A study in Chinese is answered in Chinese, and so is whoever verifies or exports its folder."""
    study = write_study(tmp_path / "study", {"lang": "zh"})
    for words in (("check", study), ("run", study, "--out", tmp_path / "out"), ("verify", tmp_path / "out")):
        assert re.search("[一-鿿]{4}", sansheng(*words).stdout)
    assert "Yes" in sansheng("verify", tmp_path / "out", "--lang", "en").stdout
    assert "Yes" not in sansheng("verify", tmp_path / "out").stdout


def test_a_new_study_has_the_language_of_its_command(home: Path) -> None:
    """``init --lang zh`` writes a study whose maps and reports are Chinese."""
    out = home / "zh" / "study.toml"
    assert (
        sansheng(
            "init", home / "study" / "cover.tif", "--scheme", "CLCD", "--lang", "zh", "--out", out
        ).exit_code
        == 0
    )
    assert 'lang = "zh"' in out.read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_verification_that_fails_speaks_chinese(home: Path) -> None:
    """What differs is told in the language asked for."""
    folder = home / "broken"
    assert sansheng("run", home / "study" / "study.toml", "--out", folder).exit_code == 0
    certificate = folder / "certificate.json"
    told = certificate.read_text(encoding="utf-8").replace('"A small study"', '"Another"')
    certificate.write_text(told, encoding="utf-8")
    result = sansheng("verify", folder, "--lang", "zh")
    assert result.exit_code == 2
    assert "title：证书为 Another，文件为 A small study" in result.stderr
    assert "未通过核验" in result.stderr


@pytest.mark.parametrize(
    "ended",
    [
        Infeasible("base", Infeasibility((), ())),
        OutOfTime("base", 7.0),
        NothingFound("base", 7.0, Infeasibility((), ())),
        Interrupted("base"),
        Stopped(3),
    ],
    ids=lambda ended: type(ended).__name__,
)
def test_endings_are_told_in_both_languages(ended: Infeasible) -> None:
    """Why there is no plan reads in Chinese and in English; as an exception it is English."""
    assert str(ended) == ended.text(Words("en"))
    assert re.search("[一-鿿]{4}", ended.text(Words("zh")))


def test_tables_of_wide_characters_align() -> None:
    """A Chinese character takes two columns of a terminal, and the columns after it still stand in line."""
    shown = table("指标", "现状", numbers=("现状",))
    shown.add_row("净碳排放量", "1.00")
    shown.add_row("area", "12,000.00")
    screen = io.StringIO()
    Console(file=screen, width=60).print(shown)
    assert len({cell_len(line.rstrip()) for line in screen.getvalue().splitlines()}) == 1


def test_units_have_no_subscripts() -> None:
    """Old terminals show every sign of a unit."""
    speak("zh")
    assert unit("tCO2e/yr per ha") == "tCO2e/年 每公顷"
    speak(None)
    assert unit("tCO2e/yr per ha") == "tCO2e/yr per ha"
    assert text("terminal.more", n=3) == "and 3 more"
