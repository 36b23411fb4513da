from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from instances.study.findings import StudyError
from planner.start.guess import field_codes, raster_codes, reading
from tests.support.made_covers import cells, metres, parcels, raster

HERE = "EPSG:4547", metres(30, 5e5, 3.6e6)
LEGEND = """<PAMDataset><PAMRasterBand band="1"><CategoryNames><Category/>{}</CategoryNames></PAMRasterBand>
</PAMDataset>"""


def read(path: Path, scheme: str | None = None) -> tuple[str | None, str]:
    """The scheme that a file is read by, and why."""
    codes, evidence = raster_codes(path)
    found = reading(path.name, codes, scheme, {}, evidence)
    return found.scheme, found.how


def test_a_legend_beside_the_raster_decides(tmp_path: Path) -> None:
    """Codes 1 to 9 may be many lists; the names of a legend say which."""
    path = raster(tmp_path / "lc.tif", cells(range(1, 10)), *HERE)
    with pytest.raises(StudyError, match="several class schemes know"):
        read(path)
    names = ("耕地", "森林", "灌木", "草地", "水体", "冰雪", "荒地", "不透水面", "湿地")
    told = LEGEND.format("".join(f"<Category>{name}</Category>" for name in names))
    Path(f"{path}.aux.xml").write_text(told, encoding="utf-8")
    assert read(path) == ("CLCD", "by_legend")


def test_a_legend_with_one_other_name_decides_nothing(tmp_path: Path) -> None:
    """A list that is almost a scheme's has a class that would be read wrong: it is asked about."""
    path = raster(tmp_path / "CLCD_mine.tif", cells(range(1, 6)), *HERE)
    for last, how in (("水体", "by_legend"), ("建设用地", None)):
        names = ("耕地", "森林", "灌木", "草地", last)
        told = LEGEND.format("".join(f"<Category>{name}</Category>" for name in names))
        Path(f"{path}.aux.xml").write_text(told, encoding="utf-8")
        if how is not None:
            assert read(path) == ("CLCD", how)
    plain = path.rename(path.with_name("mine.tif"))
    Path(f"{path}.aux.xml").rename(f"{plain}.aux.xml")
    with pytest.raises(StudyError, match="several class schemes know"):
        read(plain)


def test_a_survey_numbered_anew_is_no_survey(tmp_path: Path) -> None:
    """Codes 1 to 9 in a file named after the third survey, or in its field, are somebody's own numbers."""
    path = raster(tmp_path / "三调_重分类.tif", cells(range(1, 10)), *HERE)
    with pytest.raises(StudyError, match="several class schemes know"):
        read(path)
    layer = parcels(tmp_path / "三调.gpkg", HERE[0], 5e5, 3.6e6, 50.0, DLBM=["1", "2", "3", "4"])
    _, codes, evidence = field_codes(layer, None, None)
    with pytest.raises(StudyError, match="several class schemes know"):
        reading(layer.name, codes, None, {}, evidence)


def test_pieces_that_contradict_each_other_decide_nothing(tmp_path: Path) -> None:
    """A file named after one scheme with the colours of another is asked about, not guessed."""
    colours = {1: (250, 227, 156), 2: (68, 111, 51), 4: (171, 211, 123), 5: (30, 105, 180), 8: (226, 66, 144)}
    values = cells((1, 2, 4, 5, 8))
    assert read(raster(tmp_path / "lc.tif", values, *HERE, None, colours)) == ("CLCD", "by_colours")
    odd = raster(tmp_path / "MCD12Q1_2020.tif", values, *HERE, None, colours)
    with pytest.raises(StudyError, match="several class schemes know"):
        read(odd)


def test_what_is_asked_for_goes_before_what_is_told(tmp_path: Path) -> None:
    """--scheme decides, whatever names and colours say."""
    path = raster(tmp_path / "CLCD_2020.tif", cells((1, 2, 4, 5, 8)), *HERE)
    assert read(path) == ("CLCD", "by_name")
    assert read(path, "MODIS") == ("MODIS", "asked")


@pytest.mark.parametrize("codes", [range(1, 45), (2, 3, 12, 18, 23, 40), range(1, 10), (3, 15, 21, 62)])
def test_a_count_is_never_taken_for_a_scheme(codes: tuple[int, ...], tmp_path: Path) -> None:
    """No dense list of codes has a scheme of its own, whoever knows it; the schemes that fit are named."""
    path = raster(tmp_path / "lc.tif", cells(codes), *HERE)
    with pytest.raises(StudyError, match="--scheme") as refused:
        read(path)
    assert '--classes "' in str(refused.value)


def test_names_of_parcels_are_evidence(tmp_path: Path) -> None:
    """DLMC beside DLBM says whether 1101 is a river or a store."""
    codes = ["0101", "0301", "1101", "0101"]
    for names, scheme in (("河流水面", "GB/T 21010-2017"), ("物流仓储用地", "MNR-2023")):
        called = ["水田", "乔木林地", names, "水田"]
        path = parcels(tmp_path / f"{scheme[:2]}.gpkg", HERE[0], 5e5, 3.6e6, 50.0, DLBM=codes, DLMC=called)
        field, found, evidence = field_codes(path, None, None)
        assert (field, evidence.names) == ("DLBM", {"0101": "水田", "0301": "乔木林地", "1101": names})
        assert reading(path.name, found, None, {}, evidence).scheme == scheme


@pytest.mark.parametrize(
    ("values", "says"),
    [
        (np.full((3, 3), 2.5, dtype=np.float32), "its values are no whole numbers"),
        (np.zeros((3, 3), dtype=np.uint8), "all is nodata"),
    ],
)
def test_a_raster_without_codes_is_told_in_either_language(
    values: np.ndarray, says: str, tmp_path: Path
) -> None:
    """What lacks is said with the file's name."""
    with pytest.raises(StudyError, match=says) as refused:
        raster_codes(raster(tmp_path / "no.tif", values, *HERE, 0))
    assert "no.tif 中没有地类代码" in refused.value.told("zh")
