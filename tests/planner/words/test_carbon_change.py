from __future__ import annotations

from instances.carbon.interval import GRADES
from planner.words.carbon_change import carbon_change
from words.catalogue import Words


def told(lang: str, **rests: float) -> str:
    """What is said of a change of +43,202 that lies between -1,691 and +75,634."""
    change = (43_202.0, -1_691.0, 75_634.0)
    shares = dict.fromkeys(GRADES, 0.0) | rests if rests else {}
    return "\n".join(carbon_change(change, 20.0, shares, Words(lang)))


def test_the_range_of_the_change_is_said() -> None:
    """With its ends, its horizon, and what it rests on, the least sure first."""
    said = told("en", sure=0.25, elsewhere=0.6, memory=0.149, placeholder=0.001)
    for part in ("+43,202", "-1,691", "+75,634", "20 years", "75.00 %", "60.00 %", "14.90 %"):
        assert part in said
    assert said.index("memory") < said.index("one other place")
    assert "placeholder" not in said


def test_a_change_that_rests_on_checked_figures_says_so() -> None:
    """In the language that is asked for."""
    assert "已核对来源" in told("zh", sure=1.0)


def test_nothing_is_said_where_nothing_is_decided() -> None:
    """A plan that no coefficient decides has no such sentence."""
    assert told("en") == ""
