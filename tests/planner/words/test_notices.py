from __future__ import annotations

from instances.carbon.coefficients import Mark
from instances.carbon.notes import Notice
from instances.land.classes import LandClass, class_table
from planner.words.notices import pool_name, told
from words.catalogue import Words


def some(*names: str) -> tuple[LandClass, ...]:
    """Classes of the project's table."""
    return tuple(class_table()[name] for name in names)


FOUND = (
    Notice(Mark.PLACEHOLDER, "mine", some("urban", "road"), ("energy",), (183.33, 183.33)),
    Notice(Mark.PLACEHOLDER, "mine", some("urban", "road", "rural"), ("soil", "below"), (1.0, 2.5)),
    Notice(Mark.MEMORY, "mine", some("forest"), ("vegetation",), (1.0, 1.0)),
    Notice(Mark.ASSUMED, "mine", some("cropland"), ("vegetation",), (1.0, 1.0)),
)


def test_notices_are_sentences() -> None:
    """A placeholder, figures from memory and assumed ones each have their sentence, in both languages."""
    assert told(FOUND, "en") == (
        "The energy emissions of urban land and roads are a placeholder of 183.33 tCO2e/ha/yr, "
        "not a figure of this area. State carbon.built_total_tco2e.",
        "The soil and below ground emissions of urban land, roads and rural settlement are a placeholder of "
        "1.00 to 2.50 tCO2e/ha/yr, not a figure of this area.",
        "Coefficients of forest in mine are from memory and wait to be checked against their sources.",
        "Coefficients of cropland in mine are assumed for some carbon pools, without a source.",
    )
    assert told(FOUND, "zh") == (
        "城镇建设用地、道路用地的能源排放强度为占位值（183.33 tCO2e/(公顷·年)），并非本区域数据，"
        "请在 carbon.built_total_tco2e 中填写本区域总量。",
        "城镇建设用地、道路用地、农村居民点的土壤、地下生物量排放强度为占位值"
        "（1.00至2.50 tCO2e/(公顷·年)），并非本区域数据。",
        "系数集 mine 中林地的系数为凭记忆录入，尚未与原始文献核对。",
        "系数集 mine 中耕地的部分碳库系数为假定值，尚无文献来源。",
    )


def test_pools_have_names() -> None:
    """A pool is told in the reader's language; one of the user's own as it is."""
    assert (pool_name("soil", Words("zh")), pool_name("soil", Words("en"))) == ("土壤", "soil")
    assert pool_name("peat", Words("zh")) == "peat"
