"""The reference of the study file: current, complete, in both languages."""

from __future__ import annotations

import importlib.util
import tomllib
from pathlib import Path

import numpy as np
import pytest

from formulations.indicators.catalogue import RESERVED, indicators
from formulations.network.functional_mesh import NAME, UNIT
from instances.carbon.coefficient_csv import set_names
from instances.land.classes import class_table
from instances.land.schemes import scheme_names
from instances.study.keys import keys_of, tables
from instances.study.schema import Study
from planner.start.reference import UNITS, example, reference
from tests.support.hand_instance import hand_instance
from words.catalogue import LANGS, Words, texts

DOCS = Path(__file__).resolve().parents[2] / "docs"
MODELS = [Study, *(key.tables for _, key in tables() if key.tables)]


def pages() -> dict[Path, str]:
    """The pages and their languages, as the script that writes them has it."""
    spec = importlib.util.spec_from_file_location("study_pages", DOCS / "study.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: dict[Path, str] = module.PAGES
    return found


def test_the_reference_is_current() -> None:
    """The pages in docs/ are what the program says today: python docs/study.py writes them again."""
    assert set(pages().values()) == set(LANGS)
    for page, lang in pages().items():
        assert page.read_text(encoding="utf-8") == reference(lang), f"python docs/study.py ({page.name})"


@pytest.mark.parametrize("lang", LANGS)
def test_every_key_is_described_with_an_example(lang: str) -> None:
    """No key is without its sentence and an example, and every example is TOML."""
    page, words = reference(lang), Words(lang)
    for model in MODELS:
        for key in keys_of(model):
            if key.tables is not None:
                continue
            assert f"study_keys.{key.says}" in texts(lang), f"describe {key.says} in words/{lang}/study.toml"
            line = example(key, words)
            assert key.name in tomllib.loads(line), key.says
            assert f"| `{line}` |" in page
    for header, _ in tables():
        assert f"## `{header}`" in page


@pytest.mark.parametrize("lang", LANGS)
def test_every_name_that_a_study_may_use_is_on_the_page(lang: str) -> None:
    """Classes, schemes, coefficient sets and indicators, each by the name that a study writes."""
    page = reference(lang)
    for name in (*class_table(), *scheme_names(), *set_names(), *UNITS):
        assert f"`{name}`" in page


def test_the_indicators_of_the_page_are_those_of_the_program() -> None:
    """Names and units agree with the catalogue of indicators."""
    assert {*UNITS, "objective"} == RESERVED
    classes = {"classes": {"urban": {"floor_ratio": 1.0}, "forest": {"native": True}}}
    found = indicators(hand_instance(classes, stocks={"soil": np.ones(4)}))
    units = {NAME: UNIT, **{name: one.unit for name, one in found.items()}}
    assert {name: units[name] for name in UNITS} == UNITS


def test_no_description_is_left_over() -> None:
    """The catalogue describes no key that is gone."""
    known = {f"study_keys.{key.says}" for model in MODELS for key in keys_of(model)}
    assert {key for key in texts("en") if key.startswith("study_keys.")} <= known
