from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from instances.carbon.interval import GRADES
from planner.plans.plan import CarbonRecord
from planner.terminal.carbon_summary import print_carbon
from planner.terminal.speech import speak


def told(capsys: pytest.CaptureFixture[str], lang: str, **rests: float) -> str:
    """What is printed of a change of +43,202 that lies between -1,691 and +75,634."""
    record = CarbonRecord(
        years=20.0, change=43_202.0, low=-1_691.0, high=75_634.0, rests_on=dict.fromkeys(GRADES, 0.0) | rests
    )
    plan: Any = SimpleNamespace(certificate=SimpleNamespace(carbon=record if rests else None))
    speak(lang)
    print_carbon(plan)
    return capsys.readouterr().out


def test_the_range_of_the_change_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """With its ends, its horizon, and what it rests on, the least sure first."""
    said = told(capsys, "en", sure=0.25, elsewhere=0.6, memory=0.149, placeholder=0.001)
    for part in ("+43,202", "-1,691", "+75,634", "20 years", "75 %", "60 %", "14.9 %"):
        assert part in said.replace("75.00 %", "75 %").replace("60.00 %", "60 %").replace("14.90 %", "14.9 %")
    assert said.index("memory") < said.index("one other place")
    assert "placeholder" not in said


def test_a_change_that_rests_on_checked_figures_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    """In the language that is spoken."""
    assert "已核对来源" in told(capsys, "zh", sure=1.0)


def test_nothing_is_printed_where_nothing_is_decided(capsys: pytest.CaptureFixture[str]) -> None:
    """A plan without a range of carbon has no such sentence."""
    assert told(capsys, "en") == ""
