"""The guide's commands are run as they stand, beside the files it practises with."""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path

import pyogrio
import pytest
from PIL import Image
from typer.testing import CliRunner

from docs.follow import edit, follow, steps
from docs.practice import write_practice
from instances.study.file import load_study
from planner.cli import app
from planner.prices.names import PRICE_FILES
from planner.runs.folder import NAMES
from planner.runs.profiles import RUN

DOCS = Path(__file__).resolve().parents[2] / "docs"
ENGLISH, CHINESE = DOCS / "guide.md", DOCS / "guide.zh.md"
SIZE = 60
"""Cells a side of the county here; the guide's own is larger."""


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the study after everything the English guide says was done."""

    def sansheng(words: list[str], folder: Path) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(folder)
            result = CliRunner().invoke(app, words)
        assert result.exit_code == 0, f"sansheng {shlex.join(words)}: {result.stderr}"

    folder = tmp_path_factory.mktemp("guide")
    return follow(ENGLISH, folder, sansheng, lambda place: write_practice(place, SIZE))


@pytest.mark.slow
def test_the_guide_can_be_followed(followed: Path) -> None:
    """Its commands, one after the other, give a run, a comparison, a front and the formats it promises."""
    out = followed / "out"
    unasked = PRICE_FILES | {name for part in RUN.deliverables if not part.always for name in part.names}
    assert {entry.name for entry in (out / "base").iterdir()} == NAMES - unasked
    assert (out / "compared" / "scenarios" / "wider" / "certificate.json").is_file()
    assert (out / "compared" / "redline_costs.csv").is_file()
    assert (out / "front" / "report.html").is_file()
    assert "DLBM" in pyogrio.read_info(out / "database" / "plan.gdb", layer="TDGHDL")["fields"]
    assert (out / "exchange" / "shp" / "patches.shp").is_file()
    assert (out / "exchange" / "parquet" / "patches.parquet").is_file()
    assert 'lang="zh' in (out / "base" / "report.html").read_text(encoding="utf-8")[:2000]


@pytest.mark.slow
@pytest.mark.slow
def test_the_study_it_builds_is_what_it_says(followed: Path) -> None:
    """After its edits the study has the title, the red lines, the limits and the scenario of the guide."""
    study = load_study(followed / "study.toml").scenario("wider")
    assert study.title == "Sansheng county 2035"
    assert list(study.redlines) == ["farmland", "ecology", "urban"]
    assert study.redlines["ecology"].buffer_m == 800
    assert "area.grassland" in [limit.indicator for limit in study.limits]


def plain(guide: Path) -> list[object]:
    """The steps of a guide without what differs by language."""
    found: list[object] = []
    for kind, text in steps(guide):
        if kind == "toml":
            tree = tomllib.loads(re.sub(r'^(title|lang|label) = ".*"$', "", text, flags=re.MULTILINE))
            found.append(tree)
        else:
            found.append(re.sub(r" --lang (zh|en)", "", text))
    return found


def test_both_languages_say_the_same() -> None:
    """The Chinese guide has the commands and the study of the English one, step by step."""
    assert plain(CHINESE) == plain(ENGLISH)


@pytest.mark.slow
def test_the_chinese_study_is_read(followed: Path, tmp_path: Path) -> None:
    """The edits of the Chinese guide give a study of the same files, in Chinese."""
    study = tmp_path / "study.toml"
    study.write_text(
        'title = "landcover"\nlang = "en"\n\n[landcover]\npath = "landcover.tif"\n', encoding="utf-8"
    )
    for kind, text in steps(CHINESE):
        if kind == "toml":
            edit(study, text)
    found = load_study(study).scenario("wider")
    assert (found.title, found.lang) == ("三生县 2035", "zh")
    assert {line.path for line in found.redlines.values()} <= {path.name for path in followed.iterdir()}


@pytest.mark.parametrize("guide", [ENGLISH, CHINESE], ids=["en", "zh"])
def test_the_pictures_are_there_and_small(guide: Path) -> None:
    """Every picture of a guide opens, is wide enough to read, and loads quickly."""
    names = re.findall(r"!\[[^]]+\]\((pictures/[^)]+)\)", guide.read_text(encoding="utf-8"))
    assert len(names) == 6
    for name in names:
        assert (DOCS / name).stat().st_size < 400_000
        with Image.open(DOCS / name) as picture:
            assert picture.width >= 1200


def test_an_edit_of_a_line_that_is_not_there_is_told(tmp_path: Path) -> None:
    """A guide that speaks of a line which `init` does not write is found out."""
    (tmp_path / "study.toml").write_text('title = "a"\n', encoding="utf-8")
    with pytest.raises(ValueError, match="no line lang"):
        edit(tmp_path / "study.toml", 'lang = "zh"\n')
