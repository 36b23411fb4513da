from __future__ import annotations

from pathlib import Path

import pytest

from formulations.sampling.oracle import NoLayout
from formulations.sampling.questions import Asked, Question
from tests.formulations.sampling.test_regret import GIVEN, plan
from tests.support.oracles import oracle_of, small_base


def test_an_oracle_answers_in_the_order_of_the_questions(tmp_path: Path) -> None:
    """The least and the most of an indicator, whichever is asked first; nothing asked is nothing answered."""
    _, base = small_base(tmp_path)
    least, most = (
        Asked(Question(name, (("area.forest", sign),))) for name, sign in (("a", 1.0), ("b", -1.0))
    )
    ask, forest = oracle_of(base), base.indicators["area.forest"]
    low, high = (forest.evaluate(one.layout) for one in ask([least, most]) if one.layout is not None)
    again = [forest.evaluate(one.layout) for one in ask([most, least]) if one.layout is not None]
    assert low < high
    assert again == pytest.approx([high, low])
    assert ask([]) == []


def test_an_answer_without_a_layout_is_handed_back_with_its_question() -> None:
    """Whoever asked can say why: question and answer are there, and the name of the question."""
    question, answer = Question("best plan"), plan(GIVEN, [0, 0], 0.0, 0.0).answer
    none = NoLayout(question, answer)
    assert (none.question, none.answer) == (question, answer)
    assert "best plan" in str(none)
