from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from planner.cli import app
from planner.terminal.language import first_language

COMMANDS = [
    command.callback.__name__.replace("_", "-") for command in app.registered_commands if command.callback
]
NAMES = re.compile(
    r"sansheng|root|out(?:/[\w-]+)?|base|Ctrl-C|JSON|Schema|GIS|QGIS|CSV|GeoPackage|Dask|CLCD|TOML|report\.html|DIR|"
    r"--?[\w-]+|[\w.]+\.(?:toml|xlsx|csv|json)|\[\[limits\]\]|caps|by|min:|max:|tcp://\w+:\d+|HOST|EPSG:\d+|"
    r"tCO2e(?:/yr)?|1e-\d|\d=\w+|rows|pools|set|auto|exact|decompose|zh|en|own|standard|both|KM|N|A|B|county|new|"
    r"carbon\.inventory|plan\.gpkg|list|show|landcover|plan|Y|M|HA|CRS|GeoTIFF|png|pdf|svg|built|done|nothing|"
    r"bash|zsh|fish|PowerShell|#:schema|xlsx|qgz|gpkg|tif|parquet|gdb|shp|maps|all|" + "|".join(COMMANDS)
)


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_is_chinese_where_chinese_is_asked_for(command: str) -> None:
    """No command explains itself in English to a Chinese reader; names that one types stay as they are."""
    words = ["--help"] if not command else [command, "--lang", "zh", "--help"]
    result = CliRunner().invoke(app, words, env={"LANG": "zh_CN.UTF-8"})
    assert result.exit_code == 0
    assert "用法：" in result.output
    assert [
        word for word in re.findall(r"[A-Za-z][\w'-]+", NAMES.sub(" ", result.output)) if len(word) > 2
    ] == []


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("run", "缺少 方案配置文件"),
        ("run x --gap abc", "--gap：'abc' 不是数字"),
        ("demo --size 1.5", "--size：'1.5' 不是整数"),
        ("demo --lang fr", "'fr' 不在可选值 zh、en 之内"),
        ("demo --size", "选项 --size 须给出取值"),
        ("comp", "没有命令 comp；相近的有：compare"),
        ("demo extra", "命令行中有多余内容：extra"),
        ("robust x --seed -1", "--seed：'-1' 小于 0"),
        ("demo --siz 3", "没有选项 --siz；相近的有：--size"),
        ("export x", "缺少 --format；可选：xlsx"),
    ],
)
def test_a_command_line_that_cannot_be_read_is_told_in_chinese(typed: str, told: str) -> None:
    """Whatever is wrong on a command line has a sentence with its remedy, and status 2."""
    result = CliRunner().invoke(app, typed.split(), env={"LANG": "zh_CN.UTF-8"})
    assert result.exit_code == 2
    assert told in result.stderr
    assert "--help" in result.stderr


def test_without_a_command_all_commands_are_shown() -> None:
    """Who types the program's name alone reads what there is; nothing was done, so the status is 2."""
    result = CliRunner().invoke(app, [], env={"LANG": "C"})
    assert result.exit_code == 2
    assert "Usage:" in result.output
    assert "carbon-plan" in result.output


def test_the_first_language_is_that_asked_for_then_the_studys_then_the_machines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """--lang goes before what a study file states, and that before the machine's locale."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    study = tmp_path / "study.toml"
    study.write_text('lang = "zh"\nunknown = 1\n', encoding="utf-8")
    assert first_language(["run", str(study), "--lang", "en"]) == "en"
    assert first_language(["run", str(study), "--lang=en"]) == "en"
    assert first_language(["run", str(study)]) == "zh"
    assert first_language(["run", "absent.toml"]) is None
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert first_language(["run", "absent.toml"]) == "zh"


def test_help_loads_neither_the_studys_tables_nor_numbers() -> None:
    """What is asked for help, or mistyped, answers at once: nothing is loaded that only a study needs."""
    code = "import sys, planner.cli; print(*sys.modules, sep='\\n')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert not loaded & {"pydantic", "numpy", "pandas", "scipy", "numba", "instances.study.schema"}


@pytest.mark.parametrize(
    ("typed", "lang", "told"),
    [
        ("sansheng ru", "zh_CN.UTF-8", '"run":"在红线与约束之内求解最优布局'),
        ("sansheng run --met", "zh_CN.UTF-8", '"--method":"求解方法'),
        ("sansheng run --met", "C.UTF-8", '"--method":"How to solve'),
        ("sansheng export --format g", "C.UTF-8", "gpkg"),
    ],
)
def test_the_shell_is_told_what_may_come_next(
    typed: str, lang: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Commands, options and choices are completed, explained in the reader's language."""
    for name in ("LC_ALL", "LANGUAGE", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    asked = {"LANG": lang, "_TYPER_COMPLETE_ARGS": typed, "_SANSHENG_COMPLETE": "complete_zsh"}
    result = CliRunner().invoke(app, [], prog_name="sansheng", env=asked)
    assert told in result.output
