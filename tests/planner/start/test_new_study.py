from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pytest
from affine import Affine

import planner
from instances.land.classes import class_table
from tests.support.made_covers import cells, metres, parcels, raster

HERE = "EPSG:4547", metres(30, 5e5, 3.6e6)


@pytest.mark.parametrize(
    ("lang", "line"),
    [
        ("en", "#   8 (impervious) -> urban_residential: 1.53 ha"),
        ("zh", "#   8 (不透水面) -> urban_residential：1.53 公顷"),
    ],
)
def test_the_crosswalk_stands_in_the_study(lang: str, line: str, tmp_path: Path) -> None:
    """Every code with what its scheme calls it, its class and its hectares, in the language of the study."""
    values = cells((0, 1, 2, 5, 8), (6, 6))
    expected = int((values == 8).sum()) * 0.09
    path = raster(tmp_path / "lc.tif", values, *HERE)
    written = planner.init(path, tmp_path / "s.toml", scheme="CLCD", lang=lang)
    assert line.replace("1.53", f"{expected:.2f}") in written.text.splitlines()
    assert {"en": "-> no data", "zh": "-> 无数据"}[lang] in written.text
    assert tomllib.loads(written.text)["lang"] == lang


def test_a_chinese_study_is_chinese_throughout() -> None:
    """No comment of a study in Chinese is in English."""
    from words.catalogue import texts

    for key in ("head", "more_keys", "commented", "crosswalk"):
        said = texts("zh")[f"carbon_init.{key}"]
        comments = [line.rpartition("# ")[2] for line in said.splitlines() if "# " in line]
        wordy = [text for text in comments if len(text.split()) > 6]
        assert all(any("\u4e00" <= sign <= "\u9fff" for sign in text) for text in wordy), key


def test_odd_codes_and_names_break_no_line(tmp_path: Path) -> None:
    """A code with a line break in it stays within its comment; the study is still TOML and plans."""
    path = parcels(tmp_path / "p.gpkg", HERE[0], 5e5, 3.6e6, 50.0, DLBM=["a\nb = 1", 'c"d', "０１", "e"])
    named = {"a\nb = 1": "forest", 'c"d': "cropland", "1": "water", "e": "urban"}
    written = planner.init(path, tmp_path / "s.toml", classes=named)
    assert set(tomllib.loads(written.text)) == {"title", "lang", "landcover", "limits", "carbon", "objective"}
    assert {row.code: row.class_name for row in written.crosswalk}["０１"] == "water"
    assert planner.check(tmp_path / "s.toml").instance.grid.total_ha == pytest.approx(1.0)


def test_a_land_cover_without_green_land_runs_as_it_stands(tmp_path: Path) -> None:
    """Where nothing is blue-green the objective asks for no connectivity: the study needs no edit."""
    path = raster(tmp_path / "lc.tif", cells((1, 8)), *HERE)
    planner.init(path, tmp_path / "s.toml", scheme="CLCD")
    assert planner.optimise(planner.load(tmp_path / "s.toml")).certificate.status == "optimal"


@pytest.mark.parametrize("count", [17, 40, 54])
def test_many_classes_have_the_areas_that_a_count_finds(count: int, tmp_path: Path) -> None:
    """As many classes as codes: every one has the hectares of its cells, today and by code."""
    names = list(class_table())[:count]
    values = cells(range(1, count + 1), (20, 20))
    path = raster(tmp_path / "lc.tif", values, HERE[0], metres(100, 5e5, 3.6e6))
    planner.init(path, tmp_path / "s.toml", classes={str(k): name for k, name in enumerate(names, start=1)})
    found = planner.check(tmp_path / "s.toml")
    expected = {name: float((values == k).sum()) for k, name in enumerate(names, start=1)}
    assert {row.item.name: row.today_ha for row in found.classes} == pytest.approx(expected)
    assert {row.read_as: row.area_ha for row in found.codes("en")} == pytest.approx(expected)


@pytest.mark.parametrize(
    ("codes", "dtype"),
    [((256, 1000, 65535, 70000), "int32"), ((-5, -1, 0, 3), "int16"), ((1, 2, 3, 2**31), "uint32")],
)
def test_codes_that_a_plan_cannot_hold_keep_their_land(
    codes: tuple[int, ...], dtype: str, tmp_path: Path
) -> None:
    """Codes above 254, 0 and below are read as any other, and zero may be a class."""
    values = cells(codes, dtype=dtype)
    path = raster(tmp_path / "lc.tif", values, HERE[0], metres(100, 5e5, 3.6e6))
    names = ("cropland", "forest", "water", "urban")
    pairs = dict(zip(map(str, codes), names, strict=True))
    planner.init(path, tmp_path / "s.toml", classes=pairs)
    told = {row.code: row.area_ha for row in planner.check(tmp_path / "s.toml").codes("en")}
    assert told == {str(code): float((values == code).sum()) for code in sorted(codes)}


def test_a_path_as_windows_writes_it_is_found_and_written_plain(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    r"""``data\lc.tif`` is taken where ``data/lc.tif`` is meant, and the study says ``data/lc.tif``."""
    (tmp_path / "data").mkdir()
    raster(tmp_path / "data" / "lc.tif", cells((1, 2, 5)), *HERE)
    monkeypatch.chdir(tmp_path)
    planner.init(r"data\lc.tif", "study.toml", scheme="CLCD")
    assert tomllib.loads(Path("study.toml").read_text(encoding="utf-8"))["landcover"]["path"] == "data/lc.tif"


@pytest.mark.parametrize(("side", "least"), [(10.0, 1.0), (100.0, 2.0), (400.0, None)])
def test_new_land_comes_in_whole_pieces_of_cells(side: float, least: float | None, tmp_path: Path) -> None:
    """Pieces of a hectare, or of two cells where that is more; where cells have 10 ha nothing is asked."""
    codes = np.tile(np.array([[1, 2], [1, 1]], dtype=np.uint8), (40, 40))
    path = raster(tmp_path / "lc.tif", codes, HERE[0], Affine(side, 0, 5e5, 0, -side, 3.6e6))
    planner.init(path, tmp_path / "s.toml", scheme="CLCD")
    loaded = planner.load(tmp_path / "s.toml")
    assert [(rule.min_ha, rule.project) for rule in loaded.instance.patches] == (
        [(least, True)] if least else []
    )
