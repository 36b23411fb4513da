"""Tampering with folders of ``demo`` and ``carbon-plan``; with account, network and least sizes of runs."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pandas as pd
import pytest

from planner import carbon_plan, demo, report
from planner.runs import verify as verifying
from planner.runs.manifest import seal
from planner.runs.sets import verify_set
from tests.support.small_study import tree, write_quick_study
from tests.support.stored import stored
from tests.support.tampering import (
    OF_A_FILE,
    beyond,
    edit,
    forge,
    leaves,
    listed,
    otherwise,
    put,
    sql,
    table,
    text,
    told,
    unlisted,
)

pytestmark = pytest.mark.slow

CAPS = {"indicator": "area.bare_unused", "by": "townships", "caps": "caps.csv"}
WASTE = [{"indicator": name, "at_least": 6} for name in ("area.bare_unused", "waste")]
TABLES = {
    # 6 ha of waste land cannot stay where the caps leave 2, and two limits want them: a cap gives way.
    "limits": [*tree()["limits"], *WASTE, CAPS],
    "indicators": {"waste": {"sum": ["bare_unused"]}},
    "carbon": {"inventory": {"path": "inventory.csv", "by": "townships"}},
    "network": {"distance_m": 400.0},
    "patches": {"woods": {"classes": ["forest"], "min_ha": 2.0}},
}
RUN = "scenarios/carbon_plan_relaxed"
BELIEVED = {"patches.before_ha", "patches.before_new_ha", "patches.cost", "patches.floor"}
"""How much land was too small in the plan found without least sizes, and what they cost."""


def _make(home: Path) -> None:
    """A carbon plan whose caps collide, with an account, a network and least sizes; a demo."""
    study = write_quick_study(home / "study", TABLES)
    study.with_name("caps.csv").write_text("district,at_most\n西镇,2\n东镇,0\n", encoding="utf-8")
    text_of = "item,district,amount\ncoal,,120\npigs,西镇,50\n"
    study.with_name("inventory.csv").write_text(text_of, encoding="utf-8")
    carbon_plan(study, out=home / "capped", workers=1)
    demo(home / "demo", size=20)


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All of that, made once for all workers."""
    return stored(tmp_path_factory, "more places", _make)


@pytest.fixture
def home(places: Path, tmp_path: Path) -> Path:
    """A copy of it to tamper with."""
    return Path(shutil.copytree(places, tmp_path / "home"))


@pytest.mark.parametrize("name", ["capped", "demo"])
def test_an_untouched_folder_holds(home: Path, name: str) -> None:
    """Wherever it lies, and whatever language its reports are written in again; what is not counted again of
    it is told on the page."""
    assert told(home / name) == ""
    assert beyond(home / name) == set()
    report(home / name, lang="zh")
    moved = home.rename(home.with_name("elsewhere"))
    assert told(moved / name) == ""


@pytest.mark.parametrize("name", ["capped", f"capped/{RUN}", "demo"])
def test_every_file_is_watched(home: Path, places: Path, name: str) -> None:
    """Whatever happens to any file, it is named; the county's files of a demo are inputs, and so are they."""
    missed, folder = [], home / name
    for file in listed(folder):
        for kind, change in OF_A_FILE.items():
            change(folder / file)
            if file not in unlisted(folder):
                missed.append((file, kind))
            path = folder / file
            path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink(missing_ok=True)
            path.with_name(f"twin of {path.name}").unlink(missing_ok=True)
            shutil.copy2(places / name / file, path)
    assert missed == []


def _cell(name: str, row: int, column: str, value: object) -> Callable[[Path], object]:
    def change(frame: pd.DataFrame) -> None:
        frame[column] = frame[column].astype(object)
        frame.loc[row, column] = value

    return lambda folder: table(folder, name, change)


def _set(layer: str, what: str) -> Callable[[Path], object]:
    return lambda folder: sql(folder, f"UPDATE {layer} SET {what} WHERE fid = 1", name="network.gpkg")


OF_A_PLAN: dict[str, tuple[str, Callable[[Path], object]]] = {
    "an amount of the account": ("account.csv, stock.soil, plan", _cell("account.csv", 0, "plan", 1.0)),
    "a range of the account": ("account.csv, stock.people", _cell("account.csv", 18, "plan_high", 1e6)),
    "net uptake": (
        "account.csv, uptake",
        lambda folder: table(folder, "account.csv", _more("uptake", "plan")),
    ),
    "what is unexplained": (
        "account.csv, unexplained.natural",
        lambda folder: table(folder, "account.csv", _more("unexplained.natural", "plan")),
    ),
    "districts of the account traded": ("account.csv", lambda folder: table(folder, "account.csv", _traded)),
    "a measure of the network": ("network.csv", lambda folder: table(folder, "network.csv", _measure)),
    "a patch of the network": ("network.gpkg, sources, area_ha", _set("sources", "area_ha = 1")),
    "a bottleneck": ("network.gpkg, bottlenecks", _set("bottlenecks", "through_percent = 1")),
    "the outline of a corridor": (
        "corridors",
        _set("corridors", "geom = (SELECT geom FROM sources LIMIT 1)"),
    ),
    "the width of a corridor": ("network.gpkg, corridors, width_m", _set("corridors", "width_m = 1")),
    "the width asked of a corridor": ("network.gpkg, corridors, asked_m", _set("corridors", "asked_m = 1")),
    "where a corridor is narrowest": ("network.gpkg, narrowest, area_ha", _set("narrowest", "area_ha = 1")),
    "a gap of the network": ("network.gpkg, unlinked, cost_m", _set("unlinked", "cost_m = 1")),
}
"""Of a run with an account, a network and least sizes: the figure that must be named though all be forged."""


def _more(line: str, column: str) -> Callable[[pd.DataFrame], None]:
    def change(frame: pd.DataFrame) -> None:
        frame[column] = frame[column].astype(object)
        place = frame.index[frame["line"] == line][0]
        frame.loc[place, column] = float(frame.loc[place, column]) + 1

    return change


def _traded(frame: pd.DataFrame) -> None:
    frame["district"] = frame["district"].replace({"东镇": "西镇", "西镇": "东镇"})


def _measure(frame: pd.DataFrame) -> None:
    frame.loc[0, "value"] = float(frame.loc[0, "value"]) * 1.5 + 1


@pytest.mark.parametrize(("figure", "change"), OF_A_PLAN.values(), ids=OF_A_PLAN)
def test_what_is_forged_in_a_plan_is_counted_again(
    home: Path, figure: str, change: Callable[[Path], object]
) -> None:
    """Account, ranges, districts and network are found again from the map."""
    folder = home / "capped" / RUN
    change(folder)
    forge(folder)
    assert figure in told(folder)


CELLS = {
    "at_most": 9.0, "today": 9.0, "without_caps": 9.0, "with_caps": 0.5, "unit": "km", "kept_without": "?",
    "kept_with": "?", "indicator": "area.water", "district": "北镇",
}  # fmt: skip


def test_caps_that_are_forged_are_counted_again(home: Path) -> None:
    """Every column of the table of caps, a cap left out and a cap of one's own; the moved cap as it was."""
    folder = home / "capped"
    before = (folder / "carbon_plan.csv").read_bytes()
    changes = [
        _cell("carbon_plan.csv", row, column, cell) for column, cell in CELLS.items() for row in (0, 1)
    ]
    changes += [lambda folder: table(folder, "carbon_plan.csv", lambda frame: frame.iloc[:1])]
    changes += [lambda folder: table(folder, "carbon_plan.csv", lambda frame: pd.concat([frame, frame[:1]]))]
    for change in changes:
        change(folder)
        seal(folder, "comparison.json")
        assert "carbon_plan.csv" in only(folder)
        (folder / "carbon_plan.csv").write_bytes(before)
    seal(folder, "comparison.json")
    assert only(folder) == ""


def test_a_table_of_caps_that_is_gone_is_missed(home: Path) -> None:
    """A carbon plan without its table is told, though list and seal be forged."""
    folder = home / "capped"
    (folder / "carbon_plan.csv").unlink()
    seal(folder, "comparison.json")
    assert "carbon_plan.csv" in only(folder)


def only(folder: Path) -> str:
    """What is said against a folder of plans, without what is said of each plan."""
    outcome = verify_set(folder, "comparison.json", verifying._reread)
    return "\n".join(map(str, outcome.differences))


def test_another_least_size_is_noticed(home: Path) -> None:
    """What a plan was asked of new land cannot be told otherwise afterwards."""
    folder = home / "capped" / RUN
    text(folder, "study.toml", "min_ha = 2.0", "min_ha = 1.0")
    forge(folder)
    assert "study.toml.patches" in told(folder)


def test_every_figure_of_least_sizes_is_counted_again(home: Path) -> None:
    """Where the seal is put right, each is found out but those of the plan found without them."""
    folder = home / "capped" / RUN
    before = (folder / "certificate.json").read_bytes()
    missed = set()
    for place, value in leaves(json.loads(before)["patches"], ("patches",)):
        edit(folder, partial(put, place=place, value=otherwise(value)))
        if not told(folder):
            missed.add(".".join(part for part in place if isinstance(part, str)))
        (folder / "certificate.json").write_bytes(before)
    assert missed - BELIEVED == set()
