"""What a study file may hold: its numbers, names and forms."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from instances.study.file import parse_study
from instances.study.findings import StudyError
from instances.study.keys import Key, keys_of, tables
from instances.study.schema import Study, named
from words.said import numbered

TREE: dict[str, Any] = {
    "title": "a study",
    "landcover": {"path": "c.tif"},
    "layers": {"yield": {"path": "y.tif"}},
    "redlines": {"a": {"path": "a.gpkg", "keep": ["cropland"]}},
    "patches": {"a": {"classes": ["forest"], "min_ha": 1}},
    "whole": {"a": {"classes": ["forest"]}},
    "classes": {"tea": {"like": "orchard"}},
    "indicators": {
        "ways": {"corridors": {"path": "w.gpkg"}},
        "people": {"per_class": {"urban": 110}},
        "spare": {"sum": {"people": 1.0}},
    },
    "limits": [{"indicator": "area.cropland", "at_least": 1}],
    "objective": {"minimise": {"net_emissions": 1}},
    "stages": {"years": [2025, 2030]},
    "life_cycle": {},
    "solver": {},
    "carbon": {"energy_tco2e": {}},
    "districts": {"units": {"make": "hex", "side_m": 1000}},
    "models": {
        "a": {"kind": "cycle", "villages": "v", "supplies": "s.csv", "sites": {"path": "p.gpkg"}},
    },
}
NUMBERS = [
    ("landcover", "band"), ("landcover", "resolution"), ("landcover", "snap_m"), ("layers", "yield", "band"),
    ("layers", "yield", "fill"), ("redlines", "a", "band"), ("redlines", "a", "buffer_m"),
    ("redlines", "a", "share"), ("indicators", "ways", "width_m"), ("limits", 0, "at_least"),
    ("limits", 0, "at_most"), ("objective", "minimise", "net_emissions"),
    ("objective", "maximise", "changed_area"), ("solver", "gap"), ("solver", "room"),
    ("solver", "time_limit"), ("network", "source_ha"), ("network", "corridor_width_m"),
    ("patches", "a", "min_ha"), ("patches", "a", "within_m"),
    ("whole", "a", "most_ha"), ("whole", "a", "band"), ("whole", "a", "buffer_m"), ("whole", "a", "share"),
    ("solver", "threads"), ("solver", "seed"), ("carbon", "years"), ("carbon", "built_total_tco2e"),
    ("classes", "tea", "floor_ratio"), ("indicators", "people", "calibrate"),
    ("indicators", "people", "per_class", "urban"), ("indicators", "spare", "sum", "people"),
    ("carbon", "new_built_tco2e_ha"), ("carbon", "energy_tco2e", "urban"),
    ("network", "distance_m"), ("districts", "units", "side_m"), ("network", "resistance", "water"),
    ("models", "a", "reach_km"), ("models", "a", "nitrogen_kg_ha"), ("models", "a", "budget"),
    ("models", "a", "buffer_homes_m"), ("models", "a", "area_per_year"),
    ("models", "a", "area_per_district"),
    ("models", "a", "budgets", "power"), ("models", "a", "shares", "power"),
    ("stages", "until"), ("stages", "peak"), ("limits", 0, "year"),
    ("life_cycle", "base_year"), ("life_cycle", "target_year"), ("life_cycle", "last_year"),
    ("life_cycle", "energy_shares", "grid"),
]  # fmt: skip


def with_value(place: tuple[str | int, ...], value: object) -> dict[str, Any]:
    """The study with one value of it set."""
    tree = copy.deepcopy(TREE)
    inner: Any = tree
    for part in place[:-1]:
        inner = inner[part] if isinstance(inner, list) else inner.setdefault(part, {})
    inner[place[-1]] = value
    return tree


def faults(tree: dict[str, Any], lang: str = "en") -> list[str]:
    """What is said of a wrong study."""
    with pytest.raises(StudyError) as wrong:
        parse_study(tree, "study.toml")
    return [finding.told(lang) for finding in wrong.value.findings]


@pytest.mark.parametrize("place", NUMBERS, ids=str)
@pytest.mark.parametrize(
    "value",
    [float("inf"), -float("inf"), float("nan"), 1e308, -1e308, 10**400, -(10**40), True, [1], {}],
    ids=lambda value: repr(value)[:12],
)
def test_every_number_has_a_range_with_a_sentence(place: tuple[str | int, ...], value: object) -> None:
    """Infinities, 400 digits, truths and lists give one short sentence each, in both languages."""
    for lang in ("en", "zh"):
        [told] = faults(with_value(place, value), lang)
        dotted = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).lstrip(".")
        assert numbered(dotted, lang) in told
        assert len(told) < 250
        assert "pydantic" not in told
        assert "Input" not in told


def test_the_numbers_of_the_test_are_all_there_are() -> None:
    """No key that takes a number is left without its range."""
    models = [Study, *(key.tables for _, key in tables() if key.tables)]
    ranged = {key.name for model in models for key in keys_of(model) if key.range is not None}
    amounts = {"at_least", "at_most"}
    by_name = {
        "minimise", "maximise", "resistance", "per_class", "sum", "energy_tco2e", "budgets", "shares",
            "energy_shares",
    }  # fmt: skip
    named = {str(place[-1]) for place in NUMBERS if by_name.isdisjoint(place)}
    assert ranged | amounts == named | by_name
    for model in models:
        for key in keys_of(model):
            assert key.range is None or key.range.told is not None, key.name


@pytest.mark.parametrize(
    ("place", "value", "en", "zh"),
    [
        (("solver", "seed"), -1, "is -1, but takes a number from 0 to 2147483647", "不大于 2147483647 的数"),
        (("solver", "threads"), 10**9, "a number from 1 to 256. Correct the value.", "256 的数。请更正"),
        (("solver", "gap"), 1, "takes a number above 0 and below 1", "应为大于 0 且小于 1 的数"),
        (("solver", "threads"), 2.5, "should be a whole number, but it is 2.5", "应为整数"),
        (("solver", "method"), "magic", "one of `auto`, `exact`, `decompose`", "`exact`、`decompose` 之一"),
        (("landcover", "resolution"), "wide", "should be a number, but it is", "应为数字"),
        (("landcover", "resolution"), 1e300, "from 0.01 to 1000000", "不小于 0.01 且不大于 1000000"),
        (("landcover", "nodata"), [1.5], "should be a code of the data", "应为数据中的编码"),
        (("landcover", "classes"), {"1": "耕地"}, "lower-case letters", "小写字母"),
        (("title",), " ", "title: is empty. Write a text.", "title：为空。请填写文字。"),
        (("title",), "x" * 2000, "more than 1000 letters", "超过 1000 个字符"),
        (("title",), 2035, "should be text in quotes, but it is 2035", "应为加引号的文字"),
        (("limits", 0, "at_least"), True, 'text such as "95%", but it is true', "但这里是 true"),
        (("limits",), {}, "tables in a list have [[two]]", "双方括号"),
        (("layers", "yield"), 7, "should be a table", "应为表"),
        (("layers", "yield", "kind"), "categry", "Write one of `number`, `category`", "请填写"),
        (("classes", "tea"), {"colour": "green"}, "a colour is written #rrggbb", "颜色应写成 #rrggbb"),
        (("scenarios", "base"), {}, "has a scenario called base", "base 就是研究本身"),
        (("indicators", "x"), {"sum": []}, "its `sum` names nothing", "`sum` 是空的"),
        (("indicators", "x"), {"sum": ["forest"], "layer": "yield"}, "not just one of", "应只写一个"),
        (("indicators", "x"), {"sum": ["forest"], "unit": "km2"}, "beside `sum`", "`sum` 之外"),
        (
            ("layers", "soil"), {"path": "s.tif", "kind": "category", "distance": True},
            "are categories", "其值是类别",
        ),
        (("redline",), {}, "unknown key. Did you mean `redlines`?", "未知的键。是否应为 `redlines`？"),
        (("carbon", "zzz"), 1, "Known here: coefficients, built_total_tco2e", "此处可用：coefficients、"),
        (("landcover", "path"), None, "landcover.path: should be text", "landcover.path：应为"),
    ],
)  # fmt: skip
def test_wrong_values_are_told_in_the_words_of_a_study_file(
    place: tuple[str | int, ...], value: object, en: str, zh: str
) -> None:
    """Each kind of wrong value has its sentence, in English and in Chinese."""
    tree = with_value(place, value)
    assert en in "\n".join(faults(tree))
    assert zh in "\n".join(faults(tree, "zh"))


def test_all_faults_of_a_study_are_told_together() -> None:
    """Three wrong values, three sentences."""
    tree = with_value(("solver", "seed"), -1)
    tree["solver"]["gap"] = 7
    tree["titel"] = "?"
    assert len(faults(tree)) == 3


def test_a_label_is_one_text_or_one_a_language() -> None:
    """Readers of either language find a name; without any the table's name stands."""
    study = parse_study(with_value(("indicators", "ways", "label"), {"zh": "绿道", "en": "Greenways"}), "s")
    label = study.indicators["ways"].label
    assert [named(label, lang, "ways") for lang in ("zh", "en", "fr")] == ["绿道", "Greenways", "绿道"]
    assert named("Ways", "zh", "ways") == "Ways"
    assert named(None, "zh", "ways") == "ways"


@pytest.mark.parametrize("model", [Study, *(key.tables for _, key in tables() if key.tables)])
def test_examples_of_keys_are_values_that_they_take(model: type) -> None:
    """What a planner copies from the reference is accepted."""
    for key in keys_of(model):
        if key.tables is None:
            assert accepts(key), key.name


def accepts(key: Key) -> bool:
    """Whether a key takes its own example."""
    from pydantic import TypeAdapter, ValidationError

    for example in key.info.examples or []:
        try:
            TypeAdapter(key.model.model_fields[field_of(key)].rebuild_annotation()).validate_python(example)
        except ValidationError:
            return False
    return True


def field_of(key: Key) -> str:
    """The field of the model that a key is read into."""
    return next(name for name, info in key.model.model_fields.items() if (info.alias or name) == key.name)
