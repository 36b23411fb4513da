from __future__ import annotations

import copy
import json
import pickle

import pytest

from instances.study.findings import Finding, StudyError
from words.catalogue import texts
from words.said import Said, as_data, inside, numbered, say, told_again


def test_a_sentence_is_english_as_text_and_of_any_language_on_asking() -> None:
    """What reads a study needs not know who will read its sentences."""
    said = say("finding.did_you_mean", close="slope")
    assert said == "Did you mean `slope`?"
    assert said.inside("zh") == "是否应为 `slope`？"
    assert inside("a name", "zh") == "a name"


def test_values_may_be_sentences_and_lists() -> None:
    """A sentence within a sentence is told in the same language; things are named one after another."""
    one = say("finding.did_you_mean", close=["dem", say("notices.between")])
    assert one == f"Did you mean `dem, {texts('en')['notices.between']}`?"
    assert one.inside("zh") == f"是否应为 `dem、{texts('zh')['notices.between']}`？"


def test_a_sentence_is_sent_to_workers_whole() -> None:
    """A copy is the same sentence, and still of any language."""
    said = say("finding.did_you_mean", close="slope")
    sent = pickle.loads(pickle.dumps(said))  # noqa: S301 - our own bytes
    for copied in (sent, copy.deepcopy(said)):
        assert isinstance(copied, Said)
        assert copied == said
        assert copied.inside("zh") == said.inside("zh")


def test_a_sentence_is_kept_as_plain_data() -> None:
    """Written as JSON and read again it is the same sentence, its inner ones too; other text is itself."""
    said = say("methods.outside", fault=say("methods.many_sets", sets=3))
    again = told_again(json.loads(json.dumps(as_data(said))))
    assert (again, again.inside("zh")) == (said, said.inside("zh"))
    assert told_again(as_data("as written")) == "as written"


def test_what_lacks_in_the_catalogue_is_heard_at_once() -> None:
    """A key or a value that lacks is a fault of the program, found where the sentence is said."""
    with pytest.raises(KeyError):
        say("finding.no_such_sentence")
    with pytest.raises(KeyError):
        say("finding.did_you_mean")


def test_findings_are_told_in_the_language_of_the_reader() -> None:
    """Place, fault and remedy as one sentence each, with the stops of the language and no second one."""
    finding = Finding("redlines.a", "no layer `slop`", say("finding.did_you_mean", close="slope"))
    assert str(finding) == "redlines.a: no layer `slop`. Did you mean `slope`?"
    assert finding.told("zh") == "redlines.a：no layer `slop`。是否应为 `slope`？"
    assert StudyError([finding, finding]).told("zh").count("\n") == 1
    assert str(StudyError([finding])) == str(finding)


def test_a_text_of_others_is_cut_where_it_is_long() -> None:
    """A name of 100,000 characters, or a list of as many names, leaves a sentence that can be read."""
    name = "a" * 100_000
    sentence = say("finding.did_you_mean", close=name)
    assert 300 < len(sentence) < 600
    assert sentence.count("...") == 1
    assert len(say("study_remedies.known", names=["x"] * 100_000)) < 2_000
    assert say("finding.did_you_mean", close=sentence).count("...") == 1


@pytest.mark.parametrize(
    ("lang", "told"), [("en", "limits (no. 3).at_least"), ("zh", "limits（第 3 项）.at_least")]
)
def test_entries_are_counted_from_one(lang: str, told: str) -> None:
    """Planners count the entries of a list from one; what is no such list stays."""
    assert numbered("limits[2].at_least", lang) == told
    assert numbered("x[2]", lang) == "x[2]"


def test_findings_of_python_count_as_a_planner_does() -> None:
    """The text of a finding names the third limit as the third; its place stays what programs look up."""
    found = Finding("limits[2].at_least", say("finding.did_you_mean", close="a"), "")
    assert str(found) == "limits (no. 3).at_least: Did you mean `a`?"
    assert found.place == "limits[2].at_least"
