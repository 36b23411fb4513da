"""What can be wrong with a study: each fault as place, fault with its number, remedy.

All findings of one reading are collected and reported together; only errors stop the run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from words.catalogue import texts
from words.said import FIRST, Said, inside, numbered, short


class Severity(StrEnum):
    """Whether a finding stops the run (error), asks to be read (warning) or only informs (note)."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a planner should know: where it is, what is wrong (with its number), what to do.

    The texts are sentences of the catalogue (``words.said.say``), so that they can be told in any language.
    """

    place: str
    fault: str
    remedy: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        return self.told(FIRST)

    def told(self, lang: str) -> str:
        """The whole sentence in a language: place, fault and remedy; entries of lists counted from one."""
        parts = [_ended(inside(text, lang), lang) for text in (self.fault, self.remedy) if text]
        joined = texts(lang)["series.space"].join(parts)
        place = self.place.inside(lang) if isinstance(self.place, Said) else short(self.place)
        return numbered(texts(lang)["finding.sentence"].format(place=place, parts=joined), lang)


def _ended(text: str, lang: str) -> str:
    """A sentence with its full stop."""
    stop = texts(lang)["series.stop"]
    return text if text.endswith(tuple(texts(lang)["finding.ends"])) else f"{text.rstrip(stop)}{stop}"


class StudyError(Exception):
    """The input is wrong; ``findings`` says where, what and how to mend it."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(str(finding) for finding in self.findings))

    def __reduce__(self) -> tuple[type[StudyError], tuple[tuple[Finding, ...]]]:
        return type(self), (self.findings,)

    def told(self, lang: str) -> str:
        """The sentences of all findings in a language, each on a line."""
        return "\n".join(finding.told(lang) for finding in self.findings)


@dataclass(slots=True)
class Findings:
    """Collects findings while a study is read; ``raise_errors`` ends the reading if one is an error."""

    items: list[Finding] = field(default_factory=list)

    def add(self, finding: Finding) -> None:
        """Keep one finding; the same sentence is kept once."""
        if finding not in self.items:
            self.items.append(finding)

    def error(self, place: str, fault: str, remedy: str) -> None:
        """Keep a finding that stops the run."""
        self.add(Finding(place, fault, remedy, Severity.ERROR))

    def warn(self, place: str, fault: str, remedy: str) -> None:
        """Keep a finding that the planner should read before using the plan."""
        self.add(Finding(place, fault, remedy, Severity.WARNING))

    def note(self, place: str, fault: str, remedy: str = "") -> None:
        """Keep a finding that only informs."""
        self.add(Finding(place, fault, remedy, Severity.NOTE))

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.items)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that stop the run."""
        return tuple(item for item in self.items if item.severity is Severity.ERROR)

    def raise_errors(self) -> None:
        """Raise ``StudyError`` with every error collected so far, if there is one."""
        if self.errors:
            raise StudyError(self.errors)
