"""Names of indicators (指标名) for readers."""

from __future__ import annotations

from instances.land.classes import Classes, class_table
from instances.study.labels import named
from words.catalogue import Words


def label(name: str, lang: str, classes: Classes | None = None) -> str:
    """An indicator's name in a language.

    ``classes`` are the study's: they name the land in ``area.<class>`` before the project's table does, and
    the study's own indicators where it labels them; otherwise those keep their names, begun as names are in
    that language.
    """
    words = Words(lang)
    known = words.find(f"indicator_names.{name}")
    if known is not None:
        return known
    own = dict(classes.indicators).get(name) if classes is not None else None
    if own is not None:
        return named(dict(own), lang, name)
    kind, _, of = name.partition(".")
    if kind == "area" and of:
        return words.text("indicators_of.area", land=_land(of, lang, classes))
    if kind == "models" and of:
        return words.text("cycle.indicator", name=of)
    if kind == "distance" and of:
        return words.text("indicators_of.distance", layer=_layer(of, lang, classes))
    return words.outside(name)


def limit_label(text: str, lang: str, classes: Classes | None = None) -> str:
    """A limit's name in a language, of its ``indicator (district)``."""
    indicator, _, district = text.partition(" (")
    name = label(indicator, lang, classes)
    if not district:
        return name
    return Words(lang).text("comparison.limit", name=name, district=district.removesuffix(")"))


def _layer(name: str, lang: str, classes: Classes | None) -> str:
    """A layer's name within a phrase: the study's label, else its own."""
    labels = dict(classes.indicators).get(f"layers.{name}") if classes is not None else None
    return named(dict(labels), lang, name) if labels is not None else name


def _land(name: str, lang: str, classes: Classes | None) -> str:
    """A land class's name within a phrase."""
    if classes is not None and name in classes:
        land = classes[classes.index(name)].label(lang)
    else:
        known = class_table().get(name)
        land = known.label(lang) if known is not None else name.replace("_", " ")
    return land[:1].lower() + land[1:]
