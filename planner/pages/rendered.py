"""A page from its template: words, the fonts for the characters on it, and maps as it shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from planner.pages.map_images import Line
from planner.pages.page_font import page_fonts
from planner.plans.versions import own_version
from words.catalogue import Words

_FONT = "font-{}-goes-here"


@dataclass(frozen=True, slots=True)
class MapPicture:
    """One map of the page."""

    key: str
    title: str
    address: str
    lines: tuple[Line, ...]
    lines_of: str = "change"
    """The map whose red lines are shown over this one in the swipe."""
    told: str = ""
    """What it shows, in a sentence."""


def render(template: str, words: Words, context: Mapping[str, Any]) -> str:
    """A page from its template, with the fonts for the characters on it."""
    places = {weight: _FONT.format(weight) for weight in ("regular", "bold")}
    page = (
        environment()
        .get_template(template)
        .render(w=words, lang=words.lang, version=own_version(), **places, **context)
    )
    for weight, address in page_fonts(page + words.text("page.numeral_signs")).items():
        page = page.replace(places[weight], address)
    return page


def compile_templates() -> None:
    """Load every template ahead of the first page, which takes a quarter of a second."""
    for name in environment().list_templates(extensions=["html"]):
        environment().get_template(name)


@cache
def environment() -> Environment:
    """The templates of this package; a name that a page lacks is a fault."""
    return Environment(
        loader=PackageLoader("planner.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
