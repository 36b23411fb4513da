"""Everything that a Chinese study gives is read: no English word but names, files, units and keys."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from matplotlib.figure import Figure
from matplotlib.text import Text
from typer.testing import CliRunner

from instances.carbon.inventory import items
from instances.land.classes import class_table
from instances.study.policies import policy_names
from planner.cli import app
from tests.support.attack.case import fullest, write_files
from tests.support.shown_words import READERS, foreign
from tests.support.small_study import QUICK, landcover, write_raster, write_study
from tests.support.stored import stored
from words.catalogue import texts

pytestmark = pytest.mark.slow
OWN = """
    tea way school power houses roofs walls house MW heap compost kitchen grid early survey works yield
    greenways centres measures order cycle fields yuan Draft Camellia sinensis slopes below the company
    """
"""Names, units and remarks that the fullest study gives itself, in whatever language."""
LABELS = {"farmland": "永久基本农田", "ecology": "生态保护红线", "steep": "陡坡地"}
KEYS = {
    *OWN.split(),
    *class_table(),
    *LABELS,
    *items(),
    *policy_names(),
    *(key.partition(".")[2] for key in texts("zh") if key.startswith("indicator_names.")),
    *re.findall(
        r"\S+",
        """
        townships base loose impossible slope units locked zh keep convert patch schema cover ha per limits
        chicago layrs compare front alternatives robust score monitor replan export offences ecological
        production living rates limit rule neighbours overlap outside other objective yes no True False today
        drawn planned as given draw mean of the draws gap reached max min partly components iic links patches
        pc redline item district amount unit year source mark measured estimated assumed person share
        inventory lists head boundary late due regions urbanised
        Shao
        """,
    ),
}
"""Of the study, of its folders, of tables and layers (each has a name for readers beside it), an author, and
of the workbook of an inventory, which is read again by them."""
UNREAD = {"coefficients", "fields.csv", "account.csv", "energy_factors.csv"}
"""Coefficients, also of an account and of energy, are handed on in the words of their source; ``fields.csv``
lists names of fields."""
TYPED = (
    ("check", "study.toml", "--audit", "audit.gpkg"),
    ("run", "study.toml", "--out", "run", "--prices"),
    ("run", "study.toml", "--scenario", "impossible", "--out", "none"),
    ("verify", "run"),
    ("compare", "study.toml", "--scenarios", "base,impossible", "--out", "compare"),
    ("pareto", "study.toml", "--x", "max:sinks", "--y", "changed_area", "--out", "front", "--points", "2"),
    ("alternatives", "study.toml", "--within", "5%", "--plans", "2", "--out", "alternatives"),
    ("robust", "study.toml", "--draws", "1", "--out", "robust"),
    ("network", "study.toml", "--table", "network.csv", "--layers", "network.gpkg"),
    ("interlace", "study.toml", "--by", "townships", "--layer", "i.gpkg", "--map", "i.png"),
    ("score", "study.toml", "edited.tif", "--against", "run", "--out", "score"),
    ("monitor", "run", "edited.tif", "--year", "2028", "--out", "monitor"),
    ("replan", "run", "--observed", "cover.tif", "--year", "2028", "--out", "replan"),
    ("export", "run", "--format", "all", "--areas", "both", "--out", "export"),
    ("inventory", "new", "--out", "inventory.xlsx", "--study", "study.toml"),
    ("policies", "list"),
    ("init", "cover.tif", "--scheme", "CLCD", "--out", "init.toml"),
    ("check", "full/study.toml"),
    ("run", "full/study.toml", "--out", "full_run"),
    ("verify", "full_run"),
    ("monitor", "full_run", "full/cover.tif", "--year", "2028", "--out", "full_seen"),
    ("run", "staged/study.toml", "--out", "staged_run"),
    ("verify", "staged_run"),
    ("check", "wrong.toml"),
)  # fmt: skip


def _tree() -> dict[str, Any]:
    both = {name: {"zh": label, "en": name} for name, label in LABELS.items()}
    lines = {"path": "lines.gpkg"}
    return {
        **QUICK,
        "title": "示范县 2035",
        "lang": "zh",
        "layers": {"slope": {"path": "slope.tif", "unit": "°", "label": {"zh": "坡度", "en": "Slope"}}},
        "districts": {
            "townships": {"path": "townships.gpkg", "name": "MC", "label": {"zh": "乡镇", "en": "Townships"}}
        },
        "redlines": {
            "farmland": {**lines, "layer": "farmland", "keep": ["cropland"], "label": both["farmland"]},
            "ecology": {**lines, "layer": "ecology", "allow": ["forest", "water"], "label": both["ecology"]},
            "steep": {"where": "slope > 25", "forbid": ["cropland"], "label": both["steep"]},
        },
        "scenarios": {
            "loose": {"label": {"zh": "宽松"}, "limits": [{"indicator": "changed_area", "at_most": 60}]},
            "impossible": {
                "label": {"zh": "过严"},
                "limits": [{"indicator": "area.cropland", "at_least": "150%"}],
            },
        },
    }


def _write_fullest(home: Path) -> None:
    """The study with every table that goes with models beside the layout, in Chinese, and one with stages."""
    (home / "full").mkdir()
    write_files(home / "full")
    apart = ("patches", "network", "include")
    tree = {key: value for key, value in fullest().items() if key not in apart}
    tree |= {"lang": "zh", "title": "示范县"}
    tree["classes"]["tea"]["name_zh"] = "茶园"
    tree["indicators"]["fields"]["label"] = {"zh": "农田"}
    (home / "full" / "study.toml").write_text(tomli_w.dumps(tree), encoding="utf-8")
    staged = _tree() | {"stages": {"years": [2030, 2035]}, "solver": {"method": "decompose", "room": 5.0}}
    staged.pop("scenarios")
    write_study(home / "staged", staged)


def _all_commands(home: Path) -> None:
    """Every command, its output in ``said/``; the texts of pictures in ``pictures.txt``."""
    study = write_study(home, _tree())
    text = study.read_text(encoding="utf-8")
    (home / "wrong.toml").write_text(
        text.replace("at_most", "at_moast").replace("[layers", "[layrs"), encoding="utf-8"
    )
    _write_fullest(home)
    edited = landcover()
    edited[2:5, 9:12] = edited[0, 0]
    write_raster(home / "edited.tif", edited)
    drawn: list[str] = []
    saved = Figure.savefig

    def read(figure: Figure, *args: Any, **options: Any) -> None:
        drawn.extend(one.get_text() for one in figure.findobj(Text))
        saved(figure, *args, **options)

    (home / "said").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Figure, "savefig", read)
        patch.chdir(home)
        for number, words in enumerate(TYPED):
            said = CliRunner(env={"LANG": "zh_CN.UTF-8"}).invoke(app, [*words, "--lang", "zh"])
            expected = {"none": 3, "wrong.toml": 2}.get(words[-1], {"wrong.toml": 2}.get(words[1], 0))
            assert said.exit_code == expected, (words, said.output)
            (home / "said" / f"{number:02} {words[0]}.txt").write_text(said.output, encoding="utf-8")
    (home / "pictures.txt").write_text("\n".join(drawn), encoding="utf-8")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which every command has run on a small Chinese study."""
    return stored(tmp_path_factory, "chinese", _all_commands)


def _files(home: Path, ending: str) -> Iterator[Path]:
    for folder, _, names in os.walk(home):
        for name in names:
            path = Path(folder) / name
            own = path.parent.name in ("full", "staged") or (
                path.parent == home and name in ("lines.gpkg", "townships.gpkg")
            )
            if path.suffix == ending and not own and not UNREAD & set(path.parts):
                yield path


@pytest.mark.parametrize("ending", READERS)
def test_deliverables_speak_chinese_alone(home: Path, ending: str) -> None:
    """Reports, workbooks, layers, projects and tables of a Chinese study hold no English word."""
    files = list(_files(home, ending))
    assert files
    found = {path.relative_to(home): foreign(READERS[ending](path), KEYS) for path in files}
    assert {path: words for path, words in found.items() if words} == {}


def test_maps_speak_chinese_alone(home: Path) -> None:
    """What is written on maps and pictures is Chinese."""
    lines = (home / "pictures.txt").read_text(encoding="utf-8").splitlines()
    assert len(lines) > 100
    assert foreign(lines, KEYS) == set()


def test_the_terminal_speaks_chinese_alone(home: Path) -> None:
    """What commands print, and what they say of faults, is Chinese."""
    for path in sorted((home / "said").iterdir()):
        assert foreign(path.read_text(encoding="utf-8").splitlines(), KEYS) == set(), path.name


def test_a_new_study_speaks_chinese_alone(home: Path) -> None:
    """Comments in a study of ``init`` are Chinese; what stands commented out is what a study would hold."""
    lines = (home / "init.toml").read_text(encoding="utf-8").splitlines()
    comments = [line.partition("#")[2].split("#")[-1] for line in lines if "#" in line]
    assert foreign([text for text in comments if not ("=" in text or "[" in text)], KEYS) == set()
