"""What every result must say of its carbon coefficients, in words, and the names of carbon pools."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import PureWindowsPath

from instances.carbon.coefficient_csv import is_file
from instances.carbon.coefficients import ENERGY, Mark
from instances.carbon.notes import Notice
from words.catalogue import Words
from words.numbers import nearest


def told(notices: Iterable[Notice], lang: str) -> tuple[str, ...]:
    """The sentence of each notice."""
    words = Words(lang)
    return tuple(_sentence(notice, words) for notice in notices)


def pool_name(pool: str, words: Words) -> str:
    """The name of a carbon pool; one of the user's own as it is."""
    return words.find(f"pools.{pool}") or pool


def _sentence(notice: Notice, words: Words) -> str:
    land = [words.text("notices.class", label=words.inside(item.label(words.lang))) for item in notice.items]
    # Of a file its name alone: its path is another from every folder.
    name = PureWindowsPath(notice.set_name).name if is_file(notice.set_name) else notice.set_name
    values = {"land": _series(land, words), "set": name}
    if notice.mark is Mark.MEMORY:
        return words.text("notices.from_memory", **values)
    if notice.mark is Mark.ASSUMED:
        return words.text("notices.assumed", **values)
    figures = dict.fromkeys(nearest(value) for value in notice.figures)
    return words.text(
        "notices.placeholder",
        land=values["land"],
        pools=_series([pool_name(pool, words) for pool in notice.pools], words),
        figures=words.text("notices.between").join(figures),
        remedy=words.text("notices.remedy") if ENERGY in notice.pools else "",
    )


def _series(names: Sequence[str], words: Words) -> str:
    """Names one after another, the last after a word of its own."""
    before = words.text("series.comma").join(names[:-1])
    return f"{before}{words.text('notices.last')}{names[-1]}" if before else names[0]
