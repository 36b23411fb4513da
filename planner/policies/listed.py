"""The ready policies of the project: all of them, or one by its name."""

from __future__ import annotations

from instances.study.faults import did_you_mean
from instances.study.findings import Findings
from instances.study.policies import policy, policy_names
from planner.policies.told import ReadyPolicy, told_of
from words.catalogue import Words
from words.said import say


def policies(name: str | None = None, *, lang: str = "en") -> tuple[ReadyPolicy, ...]:
    """Every ready policy in alphabetical order, or the one of a name, told in a language (zh or en).

    ``StudyError`` with the nearest name where no policy has it.

    >>> [one.name for one in planner.policies()][:3]
    ['blue-green-sink', 'chicago-2008', 'chongming']
    >>> [(row.name, row.value) for row in planner.policies("chicago-2008")[0].rows]
    [('remaining', '98 %'), ('uptake', '100 %')]
    """
    names = policy_names()
    if name is None:
        return tuple(told_of(policy(each), {}, Words(lang)) for each in names)
    if name not in names:
        findings = Findings()
        remedy = did_you_mean(name, names) or say("policies.name_it", names=list(names))
        findings.error("policies", say("policies.unknown", name=name), remedy)
        findings.raise_errors()
    return (told_of(policy(name), {}, Words(lang)),)
