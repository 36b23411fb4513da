"""How mathematics asks for solves: an oracle answers questions that do not depend on one another.

Who solves them, where, in which order and what is kept for next time is the oracle's own affair; an answer
must depend on nothing but the question, what its solve begins from, and the gap asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from formulations.sampling.questions import Answer, Asked, Question

Oracle = Callable[[Sequence[Asked]], list[Answer]]
"""Gives the answers in the order of the questions."""


class NoLayout(Exception):
    """A question on whose plan everything rests was answered without one."""

    def __init__(self, question: Question, answer: Answer) -> None:
        super().__init__(f"no layout answers the question {question.name!r}")
        self.question = question
        self.answer = answer
