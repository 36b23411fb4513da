"""What readers are told of a policy: its claims and source, and every parameter with its range."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from instances.study.policies import Parameter, Policy
from words.catalogue import Words


@dataclass(frozen=True, slots=True)
class ParameterRow:
    """A parameter as readers see it; ``given`` where the study sets it."""

    name: str
    meaning: str
    value: str
    range: str
    source: str
    given: bool


@dataclass(frozen=True, slots=True)
class ReadyPolicy:
    """A policy as readers see it: sentences on what it asks, what it leaves out and where it comes from, and
    its parameters."""

    name: str
    title: str
    year: int
    confidence: str
    sentences: tuple[str, ...]
    rows: tuple[ParameterRow, ...]
    text: str
    """Its tables as a study would write them, ``$NAME`` for parameters."""


def told_of(policy: Policy, given: Mapping[str, Any], words: Words) -> ReadyPolicy:
    """What is told of a policy whose parameters a study sets as ``given``."""
    lang, head = words.lang, policy.head
    sure = words.text(f"policies.{head.confidence}")
    sentences = (
        words.text("policies.claims", text=policy.claims(lang)),
        words.text("policies.leaves", text=policy.leaves(lang)),
        words.text("policies.source", text=_unended(policy.source(lang), words), year=head.year, sure=sure),
    )
    values = policy.values(given)
    rows = tuple(
        ParameterRow(
            name,
            parameter.told(lang),
            _value(parameter, values[name], words),
            _range(parameter, words),
            parameter.source(lang),
            name in given,
        )
        for name, parameter in policy.parameters.items()
    )
    return ReadyPolicy(policy.name, policy.title(lang), head.year, sure, sentences, rows, policy.text)


def _unended(text: str, words: Words) -> str:
    """A text without its full stop, which the sentence around it has."""
    return text.removesuffix(words.text("series.stop"))


def _value(parameter: Parameter, value: Any, words: Words) -> str:
    """The value of a parameter with its unit."""
    if value is None:
        return words.text("policies.left_to_study")
    if parameter.kind == "number":
        amount = f"{value:,.6g}"
        if parameter.unit == "%":
            return words.per_cent(amount).replace("\u00a0", " ")
        return f"{amount} {words.unit(parameter.unit)}".rstrip()
    return ", ".join(value) if isinstance(value, list | tuple) else str(value)


def _range(parameter: Parameter, words: Words) -> str:
    """The range of a parameter; empty for names."""
    if parameter.low is None or parameter.high is None:
        return ""
    return words.text("terminal_check.range", low=f"{parameter.low:,.6g}", high=f"{parameter.high:,.6g}")
