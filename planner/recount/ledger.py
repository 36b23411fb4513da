"""What a verification compared, and where the certificate and the files disagree."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from words.catalogue import Words, texts
from words.said import FIRST, Said, inside, say

RELATIVE = 1e-9
"""Two figures agree when they differ by no more than this share of the larger one (or of 1)."""


FOLDER = "the folder"
"""Says what a file should be, where no proof has a figure of it."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure on which the certificate and the files disagree, or a rule that the files break."""

    figure: str
    said: str
    found: str
    by: str = "the certificate"

    def __str__(self) -> str:
        return self.text(Words("en"))

    @property
    def told_by(self) -> str:
        """Who says it: the certificate, the study, the folder, or a file by its name."""
        key = f"verify.by_{self.by.replace(' ', '_')}"
        return say(key) if key in texts(FIRST) else self.by

    def text(self, words: Words) -> str:
        """The difference in a sentence."""
        values = {"figure": self.figure, "by": self.told_by, "said": self.said, "found": self.found}
        key = "verify.expected" if self.by == FOLDER else "verify.difference"
        return words.text(key, **{k: inside(text, words.lang) for k, text in values.items()})


@dataclass(frozen=True)
class Checked:
    """Something that was checked, or could not be, in the catalogue's words."""

    key: str
    values: Mapping[str, object]

    def __str__(self) -> str:
        return self.text(Words("en"))

    def text(self, words: Words) -> str:
        """What was checked."""
        return Said(self.key, dict(self.values)).inside(words.lang)


@dataclass(frozen=True)
class Verification:
    """The outcome of a verification: what was checked (``figures`` of them), every difference, and what to
    know besides: what was not checked, and files that are none of the result's."""

    checked: tuple[Checked, ...]
    figures: int
    differences: tuple[Difference, ...]
    notes: tuple[Checked, ...] = ()
    inside: tuple[tuple[Path, Verification], ...] = ()
    """Of several plans: each by its folder."""

    @property
    def holds(self) -> bool:
        """True where nothing differs, here and inside."""
        return not self.differences and all(one.holds for _, one in self.inside)


@dataclass
class Ledger:
    """Collects what is compared while a run's folder is verified."""

    checked: list[Checked] = field(default_factory=list)
    figures: int = 0
    differences: list[Difference] = field(default_factory=list)
    notes: list[Checked] = field(default_factory=list)

    def note(self, key: str, **values: object) -> None:
        """Keep what a reader should know, though nothing differs."""
        self.notes.append(Checked(key, values))

    def done(self, key: str, **values: object) -> None:
        """Keep that something was checked."""
        self.checked.append(Checked(key, values))

    def differ(self, figure: str, said: object, found: object, by: str = "the certificate") -> None:
        """Keep a difference."""
        told, now = (one if isinstance(one, str) else str(one) for one in (said, found))
        self.differences.append(Difference(figure, told, now, by))

    def wrong(self, figure: str, said: str, count: int, by: str = "the plan") -> None:
        """Keep a difference where a number of things are not as they should be."""
        if count:
            self.differ(figure, said, say("runs_verify.do_not", n=f"{int(count):,}"), by=by)

    def number(
        self,
        figure: str,
        said: float | None,
        found: float | None,
        unit: str = "",
        by: str = "the certificate",
    ) -> None:
        """Compare two numbers; ``RELATIVE`` rounding is no difference."""
        self.figures += 1
        if said is None or found is None:
            agree = said is found
        else:
            agree = math.isclose(said, found, rel_tol=RELATIVE, abs_tol=RELATIVE)
        if not agree:
            self.differ(figure, _with_unit(said, unit), _with_unit(found, unit), by)

    def same(self, figure: str, said: object, found: object, by: str = "the certificate") -> None:
        """Compare two things that are equal or not."""
        self.figures += 1
        if said != found:
            self.differ(figure, said, found, by)

    def names(self, what: str, said: Mapping[str, object], found: Mapping[str, object]) -> list[str]:
        """The names that both sides have, in the order of ``said``; a difference for every other."""
        for name in said:
            if name not in found:
                self.differ(f"{what}.{name}", say("runs_verify.there"), say("runs_verify.none"))
        for name in found:
            if name not in said:
                self.differ(f"{what}.{name}", say("runs_verify.nothing"), say("runs_verify.one"))
        return [name for name in said if name in found]

    def outcome(self) -> Verification:
        """What was found."""
        return Verification(tuple(self.checked), self.figures, tuple(self.differences), tuple(self.notes))


def _with_unit(value: float | None, unit: str) -> str:
    return say("runs_verify.nothing") if value is None else f"{value!r} {unit}".rstrip()


def unreadable(fault: object) -> str:
    """That a file cannot be read, and why."""
    return say("runs_verify.unreadable", fault=fault)


def lacking(fields: Sequence[str], missing: Sequence[str]) -> tuple[str, str]:
    """Which fields a table should have, and which of them it lacks."""
    return say("runs_verify.fields", names=list(fields)), say("runs_verify.no_fields", names=list(missing))
