"""The species list of a study as a sheet of the workbook."""

from __future__ import annotations

from instances.study.labels import named
from planner.export.sheets import Column, Sheet
from planner.plans.plan import Plan
from words.catalogue import Words


def species_sheet(plan: Plan, lang: str, notes: tuple[str, ...]) -> Sheet:
    """A row a species, in the order of the study; texts are the user's own."""
    words, classes = Words(lang), plan.instance.classes
    marks = {True: words.text("vegetation.native"), False: words.text("vegetation.other"), None: ""}
    rows = [
        [
            classes[classes.index(one.land)].label(lang),
            one.name,
            named(dict(one.called), lang, ""),
            marks[one.native],
            one.form,
            one.sites,
            one.source,
        ]
        for one in plan.instance.species
    ]
    keys = ("land", "name", "called", "mark", "form", "sites", "source")
    columns = tuple(Column(words.text(f"vegetation.{key}")) for key in keys)
    title = words.text("vegetation.title")
    about = (*notes, words.text("vegetation.species_lead"))
    return Sheet(words.text("vegetation.sheet"), title, about, columns, rows, wrapped=frozenset({5, 6}))
