from __future__ import annotations

import html
import re
from dataclasses import replace

from planner.plans.plan import LimitRecord
from planner.report.brief import brief
from planner.report.subject import Subject
from tests.support.made_reports import made_subject, page, solved, subject
from words.catalogue import Words


def plain(text: str) -> str:
    """A sentence without markup and with plain spaces."""
    return html.unescape(re.sub(r"<[^>]+>", "", text)).replace("\u00a0", " ")


def limit(indicator: str, price: float, **others: object) -> LimitRecord:
    """A limit that binds at 10 ha, at a price a hectare."""
    stated = {"district": None, "at_least": 10.0, "at_most": None, "value": 10.0, "slack": 0.0}
    return LimitRecord(indicator=indicator, price=price, price_unit="tCO2e/yr per ha", **{**stated, **others})  # type: ignore[arg-type]


def with_certificate(subject: Subject, **update: object) -> Subject:
    """The same plan with another certificate."""
    certificate = subject.certificate.model_copy(update=update)
    return Subject(replace(subject.plan, certificate=certificate), subject.words)


def test_the_dearest_limits_by_the_hectare_are_the_decisions() -> None:
    """Three limits with a price a hectare, the dearest first; those of districts come after the whole area's,
    and what has no price, no hectares, or no next hectare is no decision."""
    limits = (
        limit("area.forest", 2.0),
        limit("area.cropland", 50.0, district="东镇", by="townships"),
        limit("area.urban", 9.0),
        limit("area.water", 70.0, edge="at_least"),
        limit("green_share", 99.0).model_copy(update={"price_unit": "tCO2e/yr per %"}),
        limit("changed_area", -3.0, at_least=None, at_most=10.0),
    )
    told = brief(with_certificate(subject(), limits=limits)).decisions
    names = [subject().indicator(name) for name in ("area.urban", "changed_area", "area.forest")]
    assert [plain(each.what) for each in told] == [
        f"{name} {sign} 10.00 ha" for name, sign in zip(names, "≥≤≥", strict=True)
    ]
    assert plain(told[0].cost) == "each further hectare costs 9.00 tCO₂e/yr"
    assert plain(told[1].cost) == "each further hectare allowed would save 3.00 tCO₂e/yr"
    assert {plain(each.area) for each in told} == {"in the plan 10.00 ha"}


def test_without_priced_limits_the_changes_that_move_most_carbon_are_the_decisions() -> None:
    """Where no limit costs anything by the hectare, a director reads what each hectare changed does."""
    told = brief(with_certificate(made_subject(), limits=())).decisions
    assert 1 <= len(told) <= 3
    assert all(" becomes " in plain(each.what) and "each hectare: " in plain(each.cost) for each in told)


def test_what_to_worry_about_is_told_with_its_figure() -> None:
    """Limits missed, a gap not reached, figures no source was checked for, and limits at their edge."""
    carbon = solved().certificate.carbon
    assert carbon is not None
    doubtful = carbon.model_copy(
        update={"rests_on": {"sure": 0.25, "memory": 0.5, "assumed": 0.25}, "low": -1.0, "high": 2.0}
    )
    limits = (limit("area.forest", 2.0, slack=-5.0), limit("area.urban", 9.0, edge="at_least"))
    told = [
        plain(text)
        for text in brief(
            with_certificate(subject(), carbon=doubtful, limits=limits, gap=0.2, status="feasible")
        ).worries
    ]
    assert "One limit is missed." in told
    assert any("up to 20 %" in text for text in told)
    assert any(text.startswith("75.00 % of what the plan changes") for text in told)
    assert any("between −1.00 and +2.00 tCO₂e/yr" in text for text in told)
    urban = subject().words.inside(subject().indicator("area.urban"))
    assert f"One limit is at the edge of what can be reached: {urban}." in told


def test_the_directors_page_comes_first_and_alone_on_paper() -> None:
    """One map, the figures and the decisions stand before everything else, and annexes begin a new page."""
    text = page("zh")
    assert 0 < text.index('id="brief"') < text.index('id="map-brief"') < text.index('id="found"')
    assert ".brief { break-after: page; }" in text
    assert "decisions" in text
    assert Words("zh").text("brief.annexes") in text
