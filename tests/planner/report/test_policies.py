"""The policies of a study in its report."""

from __future__ import annotations

from dataclasses import replace

import pytest

from planner.report.page import report_page
from planner.report.policies import policy_chapter
from planner.report.subject import Subject
from tests.support.made_reports import page, solved
from words.catalogue import Words


@pytest.mark.parametrize(
    ("lang", "claim", "set_share"),
    [("en", "Two fifths of every unit", "35 %"), ("zh", "每个单元蓝绿空间占 40%", "35%")],
)
def test_the_report_says_what_every_policy_asks_and_leaves_out(lang, claim, set_share):
    """Claims, what is left out, source and confidence, and every parameter; one that the study sets is told
    so."""
    plan = solved()
    entry = {"policy": "uk-green", "green_share": 35.0, "applied": True}
    study = plan.instance.study.model_copy(update={"include": (entry,)})
    plan = replace(plan, instance=replace(plan.instance, study=study))
    [told] = policy_chapter(Subject(plan, Words(lang)))
    assert claim in told.sentences[0]
    assert len(told.sentences) == 3
    share = next(row for row in told.rows if row.name == "green_share")
    assert (share.value, share.given) == (set_share, True)
    assert not next(row for row in told.rows if row.name == "public_share").given
    text = report_page(plan, lang)
    assert 'id="policies"' in text
    assert told.title.replace("'", "&#39;") in text
    assert Words(lang).text("policies.set_by_study") in text


def test_a_report_without_policies_has_no_such_chapter():
    """Nothing is said of policies where a study includes none."""
    assert 'id="policies"' not in page("en")
