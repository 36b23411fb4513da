from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from instances.instance import Instance
from planner import alternatives, compare, export, front, load, report, robust, run
from planner.recount.ledger import Ledger
from planner.runs import listed as listing
from planner.runs import verify as verifying
from planner.runs.manifest import relist
from tests.support.small_study import (
    COLUMNS,
    CRS,
    ROWS,
    box,
    landcover,
    write_polygons,
    write_quick_study,
    write_raster,
)
from tests.support.stored import stored
from tests.support.tampering import (
    OF_A_FILE,
    beyond,
    edit,
    forge,
    leaves,
    listed,
    otherwise,
    proof,
    put,
    text,
    told,
    unlisted,
)
from tests.support.tamperings import ASKED, ON_CELLS, ON_EITHER, ON_PARCELS

pytestmark = pytest.mark.slow

BELIEVED = {
    "seconds": "how long the solve took",
    "method": "by which method it was solved",
    "scenario": "what the scenario is called; what it says stands in the study",
    "marks": "the wording of what must be said; that it is said, and of what, is compared",
    "versions": "with which programs it was solved",
    "settings.ending": "why the search ended",
    "settings.reason": "why the method was chosen",
    "settings.iterations": "how long the search took",
    "settings.timings": "how long its stages took",
    "classes.name_zh": "what a class is called",
    "classes.name_en": "what a class is called",
    "proof.bound": "what the prices prove; that they prove no less is compared",
    "priced.bound": "what refined prices prove; that they prove no less is compared",
    "nearness.towards": "what the plan was moved towards",
    "nearness.before_ha": "how much differed in the plan first solved; that it is no less is compared",
    "nearness.least_ha": "how much must differ at least; that it is no more is compared",
    "nearness.pieces": "how many pieces differ",
    "sense": "there is one only",
    "profile": "which deliverables there are; more than there are is noticed",
}
"""What a certificate says that nothing counts again: whoever changes it and writes the seal anew is not found
out. Without a new seal every change is."""


def _make(home: Path) -> None:
    """Studies on cells and on parcels, with the user's own coefficients, and the folder of every command."""
    study = write_quick_study(home / "study", {"carbon": {"coefficients": "mine.csv"}})
    own = Path(load(study).source.folder) / "mine.csv"
    shutil.copy(Path(__file__).parents[3] / "instances" / "data" / "carbon" / "china-default.csv", own)
    names = np.ravel(landcover())
    squares = [box(c, r, c + 1, r + 1) for r in range(ROWS) for c in range(COLUMNS)]
    parcels = gpd.GeoDataFrame({"code": names, "pid": np.arange(len(names))}, geometry=squares, crs=CRS)
    parcels.to_file(home / "study" / "parcels.gpkg", layer="parcels", driver="GPKG", engine="pyogrio")
    tree = {"landcover": {"path": "parcels.gpkg", "field": "code", "id": "pid", "scheme": "CLCD"}}
    (home / "land").mkdir()
    write_quick_study(home / "land", tree)
    shutil.copy(home / "study" / "parcels.gpkg", home / "land")
    run(study, out=home / "run", prices=True)
    run(home / "land" / "study.toml", out=home / "parcels")
    compare(study, out=home / "compare", workers=1)
    front(study, x="net_emissions", y="area.cropland", points=3, out=home / "front", workers=1)
    alternatives(study, within="5%", plans=2, gap=0.001, out=home / "alternatives", workers=1)
    robust(study, draws=2, seed=1, gap=0.001, out=home / "robust", workers=1)
    export(home / "run", ["shp", "parquet"], fields="standard", out=home / "export")


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All of that, made once for all workers."""
    return stored(tmp_path_factory, "places", _make)


FOLDERS = ("run", "parcels", "compare", "front", "alternatives", "robust", "export")


@pytest.fixture
def home(places: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A copy of it to tamper with; of one folder where the test is about one."""
    name = getattr(getattr(request.node, "callspec", None), "params", {}).get("name")
    wanted = ("study", "land", *(FOLDERS if name is None else (name,)))
    for one in wanted:
        shutil.copytree(places / one, tmp_path / "home" / one)
    return tmp_path / "home"


def again(home: Path, places: Path, name: str) -> Path:
    """A folder as it was."""
    shutil.rmtree(home / name)
    return Path(shutil.copytree(places / name, home / name))


@pytest.fixture
def read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Study and inputs are read once for each text of the study, where no input is tampered with."""
    kept: dict[tuple[str, bytes], Instance] = {}
    reading = verifying._reread

    def reread(folder: Path, ledger: Ledger) -> Instance:
        path = folder / "study.toml"
        key = str(folder), path.read_bytes() if path.is_file() and not path.is_symlink() else b""
        if not key[1] or key not in kept:
            kept[key] = reading(folder, ledger)
        return kept[key]

    monkeypatch.setattr(verifying, "_reread", reread)


@pytest.mark.parametrize("name", FOLDERS)
def test_an_untouched_folder_holds(home: Path, name: str) -> None:
    """Of every command: whatever language its reports are written in again, and wherever it is moved to; each
    of its files is counted again, or told on the page as one that is not."""
    assert beyond(home / name) == set()
    if name != "export":  # which has no report
        report(home / name, lang="zh")
        assert told(home / name) == ""
    moved = home.rename(home.with_name("elsewhere"))
    assert told(moved / name) == ""


def put_back(home: Path, places: Path, name: str, file: str) -> None:
    """One file of a folder as it was, and what a tampering put beside it taken away."""
    path = home / name / file
    if path.is_dir() and not path.is_symlink():
        path.rmdir()
    else:
        path.unlink(missing_ok=True)
    path.with_name(f"twin of {path.name}").unlink(missing_ok=True)
    shutil.copy2(places / name / file, path)


@pytest.mark.usefixtures("read_once")
@pytest.mark.parametrize("name", FOLDERS)
def test_every_file_is_watched(home: Path, places: Path, name: str) -> None:
    """Whatever happens to any file that was written, that file is named."""
    missed, folder = [], home / name
    for file in listed(folder):
        for kind, change in OF_A_FILE.items():
            change(folder / file)
            # Of several plans the list alone: verifying each of them again for every change takes long. So it
            # does for the many files of an export: that none stops a verification is tried with halves.
            half = file.endswith((".shp", ".dbf", ".parquet")) and kind == "it is cut in half"
            whole = name in ("run", "parcels") or (name == "export" and half)
            if file not in (told(folder) if whole else unlisted(folder)):
                missed.append((file, kind))
            put_back(home, places, name, file)
    assert missed == []


@pytest.mark.parametrize("name", FOLDERS)
def test_every_field_of_a_proof_is_watched(home: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each single value of a certificate or record that is changed breaks its seal."""
    folder = home / name
    assert unlisted(folder) == ""
    monkeypatch.setattr(listing, "agrees", lambda path, said: True)  # no file is changed here, the proof is
    tree = json.loads((folder / proof(folder)).read_text(encoding="utf-8"))
    fields = [place for place, _ in leaves(tree) if place[0] != "files" or place[1] == "report.html"]
    missed = []
    for place in fields:
        edit(folder, lambda now, place=place: put(now, place, otherwise(_at(now, place))), sealed=False)
        if not unlisted(folder):
            missed.append(place)
        (folder / proof(folder)).write_text(json.dumps(tree, ensure_ascii=False, indent=2), encoding="utf-8")
    assert missed == []


@pytest.mark.usefixtures("read_once")
@pytest.mark.parametrize("name", ["run", "parcels"])
def test_every_figure_of_a_certificate_is_counted_again(
    home: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the seal is put right as well, each value is found out but those listed as believed."""
    folder = home / name
    # Layers are compared with the layout, not with the certificate: what they are here they are each time.
    monkeypatch.setattr(verifying, "check_package", lambda *_: None)
    before = (folder / "certificate.json").read_bytes()
    missed = set()
    for place, value in leaves(json.loads(before)):
        if place[0] == "seal" or any(isinstance(part, int) and part > 0 for part in place):
            continue  # of lists the first stands for all
        if place[0] == "files" and place[1] != "plan.tif":
            continue
        edit(folder, lambda now, place=place, value=value: put(now, place, otherwise(value)))
        if not told(folder):
            missed.add(".".join(part for part in place if isinstance(part, str)))
        (folder / "certificate.json").write_bytes(before)
    believed = {name for name in missed if any(name == one or name.startswith(f"{one}.") for one in BELIEVED)}
    assert missed - believed == set()


def _at(tree: object, place: tuple[object, ...]) -> object:
    for part in place:
        tree = tree[part]  # type: ignore[index]
    return tree


def kinds() -> Iterator[tuple[str, str, str, Callable[[Path], object]]]:
    """Every tampering with the folder that it is tried on and the figure that must be named."""
    for name, sorts in (("run", ON_EITHER | ON_CELLS), ("parcels", ON_EITHER | ON_PARCELS)):
        for kind, (figure, change) in sorts.items():
            yield name, kind, figure, change


@pytest.mark.usefixtures("read_once")
@pytest.mark.parametrize(
    ("name", "figure", "change"), [pytest.param(n, f, c, id=f"{n}: {k}") for n, k, f, c in kinds()]
)
def test_what_is_forged_is_counted_again(
    home: Path, name: str, figure: str, change: Callable[[Path], object]
) -> None:
    """Where list and seal are written anew after it, the figure that was changed is named all the same."""
    change(home / name)
    forge(home / name)
    assert figure in told(home / name)


@pytest.mark.parametrize(("part", "old", "new"), ASKED.values(), ids=ASKED)
def test_another_study_is_noticed(home: Path, part: str, old: str, new: str) -> None:
    """Whatever the study asked is changed afterwards, that table is named, though the list be forged."""
    folder = home / "run"
    text(folder, "study.toml", old, new)
    found = told(folder)
    assert "files.study.toml" in found
    assert f"study.toml.{part}" in found
    forge(folder)
    assert f"study.toml.{part}" in told(folder)


def _coefficient(home: Path) -> None:
    frame = pd.read_csv(home / "study" / "mine.csv", dtype=str, keep_default_na=False)
    frame.loc[frame["value"].astype(float) != 0, "value"] = "1.234"
    frame["low"], frame["high"] = "", ""
    frame.to_csv(home / "study" / "mine.csv", index=False)


def _cover(home: Path) -> None:
    cells = landcover()
    cells[0, 0] = 4
    write_raster(home / "study" / "cover.tif", cells)


def _townships(home: Path) -> None:
    (home / "study" / "townships.gpkg").unlink()
    write_polygons(
        home / "study" / "townships.gpkg", "townships", {"东镇": box(6, 0, 16, 12), "西镇": box(0, 0, 6, 12)}
    )


def _slope(home: Path) -> None:
    write_raster(home / "study" / "slope.tif", np.zeros((ROWS, COLUMNS), dtype=np.float32), nodata=None)


INPUTS: dict[str, tuple[str, str, Callable[[Path], object]]] = {
    "a coefficient": ("inputs.../study/mine.csv", "indicators.net_emissions.value", _coefficient),
    "today's land": ("inputs.../study/cover.tif", "indicators.area.forest.baseline", _cover),
    "districts": ("inputs.../study/townships.gpkg", "limits, area.cropland", _townships),
    "a layer": ("inputs.../study/slope.tif", "redlines, steep", _slope),
}
"""Changes of the inputs: what is named at once, and what where their hash in the certificate is forged."""


@pytest.mark.parametrize(("at_once", "counted", "change"), INPUTS.values(), ids=INPUTS)
def test_another_input_is_noticed(
    home: Path, at_once: str, counted: str, change: Callable[[Path], object]
) -> None:
    """An input that is not the one the plan was made from is named, and so is what it changes."""
    change(home)
    found = told(home / "run")
    assert at_once in found
    assert counted in found


RECORDS = {
    "compare": ("scenarios", ("objective", "bound", "gap", "status", "seconds")),
    "front": ("points", ("objective", "bound", "gap", "status", "values", "weights")),
    "alternatives": ("plans", ("objective",)),
}


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_agrees_with_its_plans(home: Path, places: Path, name: str) -> None:
    """A figure that a comparison, a front or alternatives repeat of a plan is that plan's own, though the
    list be forged."""
    plans, fields = RECORDS[name]
    missed = []
    for field in fields:
        folder = again(home, places, name)

        def change(tree: dict[str, object], field: str = field) -> None:
            entry = tree[plans][-1]  # type: ignore[index]
            value = entry[field]
            entry[field] = (
                {k: otherwise(v) for k, v in value.items()} if isinstance(value, dict) else otherwise(value)
            )

        edit(folder, change)
        if proof(folder) not in told(folder):
            missed.append(field)
    assert missed == []


def test_a_plan_taken_out_of_a_set_is_missed(home: Path) -> None:
    """A whole scenario that is gone is named, though the list be forged."""
    shutil.rmtree(home / "compare" / "scenarios" / "loose")
    assert "scenarios/loose/plan.tif" in told(home / "compare")
    forge(home / "compare")
    assert "scenarios/loose" in told(home / "compare")


def test_a_foreign_file_is_told_and_no_fault(home: Path) -> None:
    """What somebody put beside a result is named as none of it; the result holds."""
    from planner import verify

    (home / "run" / "notes.txt").write_text("mine")
    outcome = verify(home / "run")
    assert outcome.holds
    assert any("notes.txt" in str(note) for note in outcome.notes)


def test_a_list_taken_away_is_missed(home: Path) -> None:
    """A certificate or record without list or seal says nothing of its files: that is a difference."""
    for name in ("run", "compare"):
        for field in ("files", "seal", "study") if name == "run" else ("files", "seal"):
            folder = home / name
            before = (folder / proof(folder)).read_bytes()
            edit(folder, lambda tree, field=field: tree.pop(field), sealed=field != "seal")
            assert proof(folder) in told(folder) or "study.toml" in told(folder)
            (folder / proof(folder)).write_bytes(before)


def test_a_rightful_change_is_listed(home: Path) -> None:
    """A report that is written again, by itself or with others, is in every list that names it."""
    report(home / "compare" / "scenarios" / "base", lang="zh")
    assert told(home / "compare") == ""
    (home / "run" / "report.html").write_text("mine")
    assert "report.html" in told(home / "run")
    relist([home / "run" / "map.png"])  # of one file, it launders no other
    assert "report.html" in told(home / "run")
