from __future__ import annotations

import html
import re
from dataclasses import replace

import numpy as np
import pytest

from instances.study.schema import Stages
from planner.plans.plan import PatchesRecord
from planner.report.carbon_account import effects
from planner.report.subject import Subject
from planner.report.summary import asked, cards, found, limit_text, proof_sentence
from tests.support.made_reports import solved, subject
from words.catalogue import Words, difference, figure

YEARS = Stages(years=(2030, 2035))


def plain(text: str) -> str:
    """A sentence without markup and with plain spaces."""
    return html.unescape(re.sub(r"<[^>]+>", "", text)).replace("\u00a0", " ")


def with_certificate(**update: object) -> Subject:
    """The solved plan with another certificate."""
    plan = solved()
    return Subject(replace(plan, certificate=plan.certificate.model_copy(update=update)), Words("en"))


def test_what_was_asked_is_told_whole() -> None:
    """Area and units, goal, red lines and limits each have their sentence."""
    sentences = [plain(text) for text in asked(subject())]
    assert sentences[0] == "Choose one of 6 land classes for each of 192 cells, 192.00 ha in all."
    assert "lowest net carbon emissions and highest blue-green compactness" in sentences[1]
    assert "(one km is worth 0.50 tCO₂e/yr)" in sentences[1]
    assert sentences[2] == "Keep to 3 red lines: farmland, ecology and steep."
    assert "Area of cropland at least 80 % of today's, in each of the 2 townships" in sentences[3]
    assert "Area that changes at most 40.00 ha" in sentences[3]


def test_a_limit_of_one_district_names_it() -> None:
    """A limit for one township says which."""
    limit = solved().instance.study.limits[0].model_copy(update={"district": "东镇"})
    assert plain(limit_text(limit, subject("en"))).endswith("(东镇)")


def test_a_limit_of_a_study_with_stages_tells_its_years() -> None:
    """The year it names, every year, what every stage adds, or the last year where it names none."""
    given = solved().instance.study
    study = given.model_copy(update={"stages": YEARS})
    subject = Subject(replace(solved(), instance=replace(solved().instance, study=study)), Words("en"))
    told = {}
    for key, update in {
        "last": {}, "year": {"year": 2030}, "every": {"every_year": True}, "adds": {"counts": "stage"},
        "sum": {"counts": "sum", "year": 2030},
    }.items():  # fmt: skip
        told[key] = plain(limit_text(given.limits[1].model_copy(update=update), subject))
    name, bound = "Area that changes", " at most 40.00 ha"
    assert told["last"] == f"{name}, 2035{bound}"
    assert told["year"] == f"{name}, 2030{bound}"
    assert told["every"] == f"{name}, in every year of the stages{bound}"
    assert told["adds"] == f"{name}, added by every stage{bound}"
    assert told["sum"] == f"{name}, summed until the end of the stage of 2030{bound}"


def test_what_was_found_begins_with_what_changes() -> None:
    """The first sentences tell the area that changes, then net emissions from today to the plan, then why."""
    sentences = [plain(text) for text in found(subject())]
    assert sentences[0].startswith("The plan changes 40.00 ha of 192.00 ha, or 20.83 %")
    record = solved().certificate.indicators["net_emissions"]
    net, today = figure(record.value), figure(record.baseline)
    assert sentences[1].startswith(f"Net carbon emissions: {net} tCO₂e/yr, down from {today} tCO₂e/yr today")
    classes, saved = subject().instance.classes, effects(subject())
    before, after = np.unravel_index(saved.argmin(), saved.shape)
    names = [classes[int(k)].label("en").lower() for k in (before, after)]
    assert sentences[2].startswith(f"Most is saved where {names[0]} becomes {names[1]} (")
    assert f"{difference(saved.min())} tCO₂e/yr" in sentences[2]
    assert "In the plan all 3 limits hold, and no land breaks any of the 3 red lines." in sentences


def test_a_plan_that_breaks_its_limits_says_so() -> None:
    """The page never claims that limits hold when they do not."""
    limits = tuple(limit.model_copy(update={"slack": -5.0}) for limit in solved().certificate.limits)
    assert any("3 of 3 limits are missed" in text for text in found(with_certificate(limits=limits)))


@pytest.mark.parametrize(
    ("update", "expected"),
    [
        ({"gap": None}, "is not known"),
        ({"gap": 0.0}, "is better than this plan."),
        ({"gap": 0.00123}, "or 0.13 % of what the plan decides."),
        ({"gap": 0.2, "status": "feasible"}, "The 0.10 % asked for was not reached"),
        (
            {"gap": 0.2, "status": "feasible", "settings": {"gap": 0.001, "room": 5.0}},
            "The 5.00 tCO₂e/yr asked for was not reached",
        ),
    ],
)
def test_the_proof_is_told_as_it_is(update: dict[str, object], expected: str) -> None:
    """Whether the gap is known, nothing, small, or larger than asked, the sentence says so, rounded up."""
    assert expected in plain(proof_sentence(with_certificate(**update)))


def test_four_figures_are_seen_first() -> None:
    """Emissions, the next aim, the area that changes and the gap stand at the top."""
    assert [card.name for card in cards(subject())] == [
        "Net carbon emissions",
        "Blue-green compactness",
        "Area that changes",
        "Furthest from the best possible",
    ]


def test_an_indicator_that_stays_is_told_to_stay() -> None:
    """No change is not told as a rise or a fall."""
    records = dict(solved().certificate.indicators)
    name = "blue_green_compactness"
    records[name] = records[name].model_copy(update={"baseline": records[name].value})
    stays = f"{figure(records[name].value)} km, as today."
    assert any(stays in plain(text) for text in found(with_certificate(indicators=records)))


def test_what_whole_pieces_cost_is_told_apart() -> None:
    """Of 12 t/yr that a plan may be off, 10 came with least sizes and 2 were left without them."""
    sizes = PatchesRecord(sizes=(), new_ha=5.0, below_ha=0.0, cost=10.0, floor=88.0)
    told = with_certificate(objective=100.0, bound=88.0, gap=0.5, status="feasible", patches=sizes)
    sentence = plain(proof_sentence(told))
    assert "Of that, 10.00 tCO₂e/yr came with new land in whole pieces" in sentence
    assert "without that rule 2.00 tCO₂e/yr was left" in sentence
    assert "ended before" not in sentence
