"""What a verification calls limits, and how it tells what a file should have been."""

from __future__ import annotations

from planner.recount.figures.limit_names import limit_figure, limit_named
from planner.recount.figures.recount import Counted
from planner.recount.ledger import Difference
from tests.support.made_plans import CLASSES
from words.catalogue import Words
from words.said import say

ROW = Counted("area.cropland", "东镇", "townships", None, 5.0, 5.0, 0)


def test_a_limit_has_its_keys_in_english_and_its_name_in_chinese() -> None:
    """`area.cropland (东镇)` of the files reads as a name to whoever reads no keys."""
    told = Difference(limit_figure(ROW, CLASSES, "slack"), "1.0", "2.0")
    assert told.text(Words("en")) == (
        "limits, area.cropland (东镇), slack: the certificate says 1.0, the files say 2.0"
    )
    assert told.text(Words("zh")) == "约束，耕地面积（东镇），slack：证书为 1.0，文件为 2.0"
    assert limit_figure(ROW, CLASSES) == "limits, area.cropland (东镇)"
    assert limit_named(ROW, CLASSES).inside("zh") == "耕地面积（东镇）"


def test_what_a_file_should_have_been_is_told_beside_what_it_is() -> None:
    """A folder has no figures of its own that it could say."""
    told = Difference(
        "plan.tif", say("runs_verify.a_raster"), say("runs_verify.unreadable", fault="x"), "the folder"
    )
    assert told.text(Words("zh")) == "plan.tif：应为：地类代码栅格；实际：无法读取（x）"
    assert told.text(Words("en")).startswith("plan.tif: expected: ")
