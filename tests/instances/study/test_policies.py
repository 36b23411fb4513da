"""Ready policies as they stand in the project: their files and their parameters."""

from __future__ import annotations

import re

import pytest

from instances.study.policies import NAMED, policy, policy_names
from words.catalogue import LANGS

EVERY = [policy(name) for name in policy_names()]


@pytest.mark.parametrize("one", EVERY, ids=lambda one: one.name)
def test_a_policy_says_what_it_is_in_every_language(one: object) -> None:
    """Names, claims, what is left out and sources are told in both languages, as whole sentences."""
    for lang in LANGS:
        told = [policy(one.name).claims(lang), policy(one.name).leaves(lang)]  # type: ignore[attr-defined]
        assert all(text.endswith("。" if lang == "zh" else ".") for text in told)
        assert len(policy(one.name).title(lang)) > 2  # type: ignore[attr-defined]


@pytest.mark.parametrize("one", EVERY, ids=lambda one: one.name)
def test_every_number_of_a_policy_has_range_and_source(one: object) -> None:
    """A number lies in its own range, which has a source in both languages."""
    for name, parameter in policy(one.name).parameters.items():  # type: ignore[attr-defined]
        if parameter.kind != "number":
            continue
        assert parameter.low is not None, name
        assert parameter.high is not None, name
        assert parameter.value is None or parameter.low <= parameter.value <= parameter.high, name
        assert all(parameter.source(lang) for lang in LANGS), name


@pytest.mark.parametrize("one", EVERY, ids=lambda one: one.name)
def test_every_parameter_of_a_policy_stands_in_its_tables(one: object) -> None:
    """Tables name no parameter that is not there, and no parameter is idle."""
    found = policy(one.name)  # type: ignore[attr-defined]
    assert set(NAMED.findall(found.text)) == set(found.parameters)


def test_parameters_take_their_places() -> None:
    """A parameter alone keeps its sort, within a text it is written out, and lists of classes join."""
    filled = policy("uk-green").filled({"green_share": 35, "public": ["park", "forest"]})
    assert filled["limits"][0]["at_least"] == "35% of area"
    assert filled["limits"][1]["at_least"] == 0.5
    assert filled["indicators"]["uk_public"]["sum"] == ["park", "forest"]
    assert list(filled["districts"]) == ["units"]
    assert not re.search(r"\$", str(filled))
