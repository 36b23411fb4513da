"""The report of a plan replanned: what the delay costs, indicators side by side, limits left, and maps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from markupsafe import Markup

from planner.pages.map_images import DIFFERS, Mapper
from planner.pages.picture_texts import land_told, marked_told
from planner.pages.rendered import MapPicture, render
from planner.replan.ask import Replanned
from planner.replan.tables import indicator_table, left_table
from planner.report.land import swatch
from planner.report.subject import Subject
from planner.styles.layer_styles import hexadecimal
from planner.words.crs_names import crs_label
from words.catalogue import Words, difference, figure
from words.numbers import change_of, not_below, room_between


def write_page(found: Replanned, path: Path, lang: str) -> None:
    """Write the report to ``path``."""
    path.write_text(page(found, lang), encoding="utf-8")


def page(found: Replanned, lang: str) -> str:
    """The text of the report."""
    words, old = Words(lang), found.old
    subject, mapper = Subject(old, words), Mapper(old.instance)
    context: dict[str, Any] = {
        "title": old.certificate.title,
        "about": words(
            "monitor.about", year=str(found.monitored.times.year), file=found.monitored.other.path.name
        ),
        "area": words.amount(old.instance.grid.total_ha, "ha"),
        "found": replan_in_words(found, words),
        "indicators": _indicators(found, subject),
        "left": _left(found, subject),
        "ground": mapper.ground,
        "border": mapper.border(),
        "maps": _maps(found, mapper, words),
        "shown": (1, 2),
        "lines": mapper.lines(),
        "crs": crs_label(old.instance.grid.crs.name, words),
        "legend": [(*swatch(item), subject.land(item)) for item in old.instance.classes],
        "extras": [(hexadecimal(DIFFERS), hexadecimal(DIFFERS), words("replan.differ_here"))],
        "marks": subject.marks,
    }
    return render("replan.html", words, context)


def replan_in_words(found: Replanned, words: Words) -> list[Markup]:
    """What is done, what the delay costs and what is proven of that, and how far the new plan is from the
    best that can still be reached."""
    seen, new = found.monitored.sightings, found.plan.certificate
    whole, done = float(seen.area_ha.sum()), float(seen.done_ha.sum())
    told = [
        words(
            "replan.done",
            done=words.amount(done, "ha"),
            whole=words.amount(whole, "ha"),
            share=words.share(done, whole),
        )
    ]
    if found.locked_ha:
        told.append(words("replan.locked_area", area=words.amount(found.locked_ha, "ha")))
    cost = change_of(found.costs, 0.0)
    key = "replan.same" if cost == 0 else "replan.worse" if cost > 0 else "replan.better"
    told.append(words(key, cost=words.amount(abs(cost), "tCO2e/yr")))
    if found.from_best is not None:
        told.append(words("replan.from_best", room=words.amount_text(not_below(found.from_best), "tCO2e/yr")))
    elif not found.keeps:
        told.append(words("replan.breaks_old"))
    if found.undone > 0:
        told.append(words("replan.undone", cost=words.amount(found.undone, "tCO2e/yr")))
    if new.bound is not None and new.objective is not None:
        room = words.amount_text(room_between(new.objective, new.bound), "tCO2e/yr")
        told.append(words("replan.proven", room=room))
    return told


def _indicators(found: Replanned, subject: Subject) -> list[tuple[str, ...]]:
    """Indicators that the study weighs or limits, then those that change."""
    table = indicator_table(found, subject.words.lang)
    certificate = found.old.certificate
    asked = {*certificate.objective_weights, *(limit.indicator for limit in certificate.limits)}
    moves = (
        table["indicator"].isin(asked) | (table["then"] != table["replanned"]) | (table["difference"] != 0)
    )
    return [
        (
            row["label"],
            subject.words.unit(row["unit"]),
            *(figure(row[name]) for name in ("then", "now", "planned", "replanned")),
            difference(change_of(row["replanned"], row["planned"])),
        )
        for row in table[moves].to_dict("records")
    ]


def _left(found: Replanned, subject: Subject) -> list[tuple[str, ...]]:
    """What is left of every limit."""
    words = subject.words
    units = found.old.certificate.indicators
    rows: list[tuple[str, ...]] = []
    for one, row in zip(found.left, left_table(found, words.lang).to_dict("records"), strict=True):
        name = row["label"]
        if one.district:
            name = words.text("score.in_district", name=name, district=subject.district(one.by, one.district))
        bounds = [
            " ".join(
                f"{sign} {figure(bound)}"
                for sign, bound in zip("≥≤", sides, strict=True)
                if bound is not None
            )
            for sides in (one.stated, one.left)
        ]
        rows.append((name, words.unit(units[one.indicator].unit), bounds[0], figure(one.spent), bounds[1]))
    return rows


def _maps(found: Replanned, mapper: Mapper, words: Words) -> list[MapPicture]:
    old, land = found.old, found.monitored.sightings.settled
    return [
        MapPicture(
            "now",
            words.text("replan.map_now"),
            mapper.layout(land),
            (),
            "differ",
            land_told(old.instance, land, words),
        ),
        MapPicture(
            "planned",
            words.text("replan.map_planned"),
            mapper.layout(old.layout),
            (),
            "differ",
            land_told(old.instance, old.layout, words),
        ),
        MapPicture(
            "replanned",
            words.text("replan.map_replanned"),
            mapper.layout(found.before),
            (),
            "differ",
            land_told(old.instance, found.before, words),
        ),
        MapPicture(
            "differ",
            words.text("replan.map_differ"),
            mapper.marked(found.before != old.layout),
            mapper.lines(),
            told=marked_told(old.instance, found.before != old.layout, words),
        ),
    ]
