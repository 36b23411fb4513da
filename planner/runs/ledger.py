"""What a verification compared, and where the certificate and the files disagree."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from words.catalogue import Words

RELATIVE = 1e-9
"""Two figures agree when they differ by no more than this share of the larger one (or of 1)."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure on which the certificate and the files disagree, or a rule that the files break."""

    figure: str
    said: str
    found: str
    by: str = "the certificate"

    def __str__(self) -> str:
        return self.text(Words("en"))

    def text(self, words: Words) -> str:
        """The difference in a sentence."""
        by = words.find(f"verify.by_{self.by.replace(' ', '_')}") or self.by
        return words.text("verify.difference", figure=self.figure, by=by, said=self.said, found=self.found)


@dataclass(frozen=True)
class Checked:
    """Something that was checked, in the catalogue's words."""

    key: str
    values: Mapping[str, object]

    def __str__(self) -> str:
        return self.text(Words("en"))

    def text(self, words: Words) -> str:
        """What was checked."""
        return words.text(self.key, **self.values)


@dataclass(frozen=True)
class Verification:
    """The outcome of a verification: what was checked (``figures`` of them), and every difference."""

    checked: tuple[Checked, ...]
    figures: int
    differences: tuple[Difference, ...]

    @property
    def holds(self) -> bool:
        """True where nothing differs."""
        return not self.differences


@dataclass
class Ledger:
    """Collects what is compared while a run's folder is verified."""

    checked: list[Checked] = field(default_factory=list)
    figures: int = 0
    differences: list[Difference] = field(default_factory=list)

    def done(self, key: str, **values: object) -> None:
        """Keep that something was checked."""
        self.checked.append(Checked(key, values))

    def differ(self, figure: str, said: object, found: object, by: str = "the certificate") -> None:
        """Keep a difference."""
        self.differences.append(Difference(figure, str(said), str(found), by))

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
                self.differ(f"{what}.{name}", "it is there", "there is none")
        for name in found:
            if name not in said:
                self.differ(f"{what}.{name}", "nothing", "there is one")
        return [name for name in said if name in found]

    def outcome(self) -> Verification:
        """What was found."""
        return Verification(tuple(self.checked), self.figures, tuple(self.differences))


def _with_unit(value: float | None, unit: str) -> str:
    return "nothing" if value is None else f"{value!r} {unit}".rstrip()
