"""The ready policies, listed and shown."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

import planner
from planner.cli import app


def test_policies_are_told_in_a_language() -> None:
    """Every policy has a title, sentences and its tables; one by its name is alone."""
    every = planner.policies(lang="zh")
    assert len(every) == 13
    assert [policy.confidence in ("高", "中", "低") for policy in every] == [True] * 13
    [one] = planner.policies("uk-green")
    assert one.title == "Green infrastructure of England's eco-towns"
    assert one.text.startswith('[districts."$units"]')


def test_an_unknown_policy_is_told_with_the_nearest() -> None:
    """A slip of the pen is named."""
    with pytest.raises(planner.StudyError, match="there is no policy japan. Did you mean `japan-caps`"):
        planner.policies("japan")


def test_the_command_lists_and_shows() -> None:
    """Without a name it lists; with one it shows claims, parameters and tables, brackets and all."""
    listed = CliRunner().invoke(app, ["policies"])
    assert listed.exit_code == 0
    assert "greenprint" in listed.stdout
    shown = CliRunner().invoke(app, ["policies", "show", "nanxun", "--lang", "zh"])
    assert "对用地的要求" in shown.stdout
    assert '[districts."$units"]' in shown.stdout
    assert "[[limits]]" in shown.stdout
