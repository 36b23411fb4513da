"""The transition diagram with its words, drawn once for a desk or paper and once for a phone."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from planner.maps.sheet import columns_of, shorten
from planner.pages.sankey import LINE, Diagram, Node, diagram
from planner.report.land import flows, swatch
from planner.report.subject import Subject
from words.catalogue import figure

WIDE, SLIM = 900.0, 348.0
"""Widths in pixels."""
LETTER, MARGIN = 7.0, 14.0
"""Width of a Latin letter of a label, and the room around it."""
SLIM_LETTERS, SLIM_LINE = 15, 33.0
MOST_LETTERS = 40
BETWEEN = "  "
"""Between the name of a class and its area."""


@dataclass(frozen=True, slots=True)
class Label:
    """What stands beside a class's bar, in one line or two."""

    node: Node
    lines: tuple[str, ...]
    fill: str
    edge: str


@dataclass(frozen=True, slots=True)
class Ribbon:
    """A band with its colour and what it tells."""

    path: str
    fill: str
    text: Markup


@dataclass(frozen=True, slots=True)
class Drawing:
    """A diagram with its words; ``kind`` is wide or slim."""

    kind: str
    diagram: Diagram
    today: tuple[Label, ...]
    planned: tuple[Label, ...]
    ribbons: tuple[Ribbon, ...]


def diagrams(subject: Subject) -> tuple[Drawing, ...]:
    """The diagram in both widths; nothing where no land changes class."""
    found = flows(subject)
    if not found:
        return ()
    texts = [f"{subject.land(item)}{BETWEEN}0,000,000.00" for item in subject.instance.classes]
    letters = min(MOST_LETTERS, max(columns_of(text) for text in texts))
    wide = diagram(found, WIDE, letters * LETTER + MARGIN, LINE)
    slim = diagram(found, SLIM, SLIM_LETTERS * LETTER + 4, SLIM_LINE)
    return _drawing("wide", wide, subject), _drawing("slim", slim, subject)


def _drawing(kind: str, drawn: Diagram, subject: Subject) -> Drawing:
    classes = subject.instance.classes
    ribbons = [
        Ribbon(
            band.path,
            swatch(classes[band.flow.planned])[0],
            subject.words(
                "land.band",
                today=subject.land(classes[band.flow.today]),
                planned=subject.land(classes[band.flow.planned]),
                area=f"{figure(band.flow.area_ha)} {subject.words.unit('ha')}",
            ),
        )
        for band in drawn.bands
    ]
    return Drawing(
        kind,
        drawn,
        tuple(_label(kind, node, subject) for node in drawn.today),
        tuple(_label(kind, node, subject) for node in drawn.planned),
        tuple(ribbons),
    )


def _label(kind: str, node: Node, subject: Subject) -> Label:
    item = subject.instance.classes[node.item]
    name, area = subject.land(item), figure(node.area_ha)
    if kind == "wide":
        lines: tuple[str, ...] = (
            f"{shorten(name, MOST_LETTERS - columns_of(BETWEEN + area))}{BETWEEN}{area}",
        )
    else:
        lines = shorten(name, SLIM_LETTERS), area
    return Label(node, lines, *swatch(item))
