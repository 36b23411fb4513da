"""Hostile names: of red lines, districts, layers, indicators, scenarios, classes, in studies and in files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.support.attack.case import EITHER, REFUSED, Attack, Tree
from tests.support.attack.keys import TEXTS
from tests.support.small_study import box, write_polygons

TABLES = {
    "classes": "tea",
    "districts": "townships",
    "layers": "slope",
    "redlines": "farmland",
    "indicators": "yield",
    "scenarios": "loose",
}


def attacks() -> Iterator[Attack]:
    """Every odd text as the name of a table, as a class of a code, as a district and as the title."""
    for table, old in TABLES.items():
        for sort, name in TEXTS.items():
            answer = REFUSED if table == "classes" else EITHER
            yield Attack(
                f"{table} named {sort}",
                answer,
                (table,) if answer == REFUSED else (),
                _renamed(table, old, name),
            )
            if table == "scenarios":
                yield Attack(
                    f"{table} named {sort}, read", EITHER, (), _renamed(table, old, name), scenario=name
                )
    for sort, name in TEXTS.items():
        yield Attack(f"a township named {sort}", EITHER, (), files=_township(name))
        yield Attack(f"a code named {sort}", EITHER, (), _coded(name))
        yield Attack(
            f"a weight on {sort}",
            EITHER,
            (),
            lambda tree, name=name: tree["objective"]["maximise"].update({name: 1.0}),
        )
    yield Attack("two townships of one name", EITHER, (), files=_township("东镇"))


def _renamed(table: str, old: str, new: str) -> Callable[[Tree], object]:
    def change(tree: Tree) -> None:
        tree[table] = {new if name == old else name: value for name, value in tree[table].items()}
        if table == "districts":
            tree["limits"][0]["by"] = new
        if table == "layers":
            tree["redlines"]["steep"]["where"] = f"{new} > 25"

    return change


def _township(name: str) -> Callable[[Path], object]:
    def change(folder: Path) -> None:
        (folder / "townships.gpkg").unlink()
        halves: dict[Any, Any] = {"东镇": box(8, 0, 16, 12)}
        if name in halves:
            write_polygons(folder / "townships.gpkg", "townships", halves)
        else:
            write_polygons(
                folder / "townships.gpkg", "townships", {**halves, name.replace("\0", ""): box(0, 0, 8, 12)}
            )

    return change


def _coded(name: str) -> Callable[[Tree], object]:
    def change(tree: Tree) -> None:
        tree["landcover"].pop("scheme")
        tree["landcover"]["classes"] = {
            "1": "cropland",
            "2": "forest",
            "4": "grassland",
            "5": "water",
            "7": "bare",
            "8": "urban",
            name: "forest",
        }

    return change
