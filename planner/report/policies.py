"""The policies that a study includes, in the report: what each asks, its parameters, its source."""

from __future__ import annotations

from pathlib import Path

from instances.study.including import included
from planner.policies.told import ReadyPolicy, told_of
from planner.report.subject import Subject


def policy_chapter(subject: Subject) -> tuple[ReadyPolicy, ...]:
    """What is told of every policy of the study, in its order; empty where it includes none."""
    folder = Path() if subject.plan.source is None else subject.plan.source.folder
    named = included(subject.study, folder)
    return tuple(told_of(policy, given, subject.words) for policy, given in named)
