"""Ways to tamper with a folder of results: by file, by field of its proof, by figure in tables and layers.

Each changes a folder as somebody might who wants a plan to look otherwise. ``forge`` then writes list and
seal anew, as somebody might who knows of them: what is left is found only by counting again.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import rasterio

from instances.instance import Instance
from instances.study.findings import StudyError
from planner.recount.ledger import Ledger
from planner.runs import verify as verifying
from planner.runs.listed import by_hash, check_list
from planner.runs.manifest import PROOFS, files_in, listed_in, read_proof, seal
from planner.runs.verify import verify

Change = Callable[[Path], object]
PAGES = tuple(Path(__file__).parents[2] / "docs" / name for name in ("trust.md", "trust.zh.md"))
"""Where files that are compared by their hash alone are told."""


def told(folder: Path) -> str:
    """Everything that a verification says against a folder; empty where it says yes."""
    try:
        outcome = verify(folder)
    except StudyError as wrong:
        return str(wrong)
    inside = [one for _, each in outcome.inside for one in each.differences]
    return "\n".join(map(str, (*outcome.differences, *inside)))


def unlisted(folder: Path) -> str:
    """Everything that the list and the seal of a folder say against it."""
    check_list(folder, proof(folder), ledger := Ledger())
    return "\n".join(map(str, ledger.differences))


def proof(folder: Path) -> str:
    """The proof of a folder of results."""
    return next(name for name in PROOFS if (folder / name).is_file())


def forge(folder: Path) -> None:
    """List and seal a folder again as it is now, and the runs inside it."""
    tree = read_proof(folder / proof(folder)) or {}
    study = tree.get("study")
    for inner in sorted(folder.glob("*/*/certificate.json")):
        forge(inner.parent)
    seal(folder, proof(folder))
    if study is not None:  # what was asked is not rewritten with the list
        edit(folder, lambda now: now.update(study=study))


def edit(folder: Path, change: Callable[[dict[str, Any]], object], sealed: bool = True) -> None:
    """Change the proof of a folder; its seal is put right where ``sealed``."""
    from planner.runs.manifest import seal_of

    path = folder / proof(folder)
    tree = json.loads(path.read_text(encoding="utf-8"))
    change(tree)
    if sealed and "seal" in tree:
        tree["seal"] = seal_of(tree)
    path.write_text(json.dumps(tree, ensure_ascii=False, indent=2), encoding="utf-8")


def listed(folder: Path) -> list[str]:
    """Every file of a folder but its proof."""
    return [name for name in files_in(folder) if name != proof(folder)]


def beyond(folder: Path) -> set[str]:
    """Files of a folder that are not counted again, nor told as such on the page of trust."""
    missed = set()
    for name in PROOFS:
        if (folder / name).is_file():
            record = read_proof(folder / name) or {}
            for file in by_hash(name, listed_in(record)):
                if not all(_is_told(page, name, file) for page in PAGES):
                    missed.add(f"{name}: {file}")
    for inner in sorted(folder.glob("*/*/certificate.json")) + sorted(folder.glob("*/certificate.json")):
        missed |= beyond(inner.parent)
    return missed


def _is_told(page: Path, proof_name: str, file: str) -> bool:
    rows = [line for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    for row in rows:
        proofs, patterns = (re.findall("`([^`]+)`", cell) for cell in row.split("|")[1:3])
        if proof_name in proofs and any(fnmatch(file, pattern) for pattern in patterns):
            return True
    return False


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x15
    path.write_bytes(data)


def _replace_by_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _replace_by_link(path: Path) -> None:
    twin = path.with_name(f"twin of {path.name}")
    path.rename(twin)
    path.symlink_to(twin)


OF_A_FILE: dict[str, Change] = {
    "a byte is flipped": _flip,
    "it is cut in half": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "it is empty": lambda path: path.write_bytes(b""),
    "it is gone": lambda path: path.unlink(),
    "a byte is added": lambda path: path.write_bytes(path.read_bytes() + b" "),
    "it is another file": lambda path: path.write_bytes(b"not what was written"),
    "it is a folder": _replace_by_folder,
    "it is a link": _replace_by_link,
}
"""What may happen to any file that was written."""


def leaves(tree: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every single value of a tree by its place; empty lists and tables count as values."""
    if isinstance(tree, dict) and tree:
        for key, inner in tree.items():
            yield from leaves(inner, (*place, key))
    elif isinstance(tree, list) and tree:
        for position, inner in enumerate(tree):
            yield from leaves(inner, (*place, position))
    else:
        yield place, tree


def otherwise(value: Any) -> Any:
    """Another value of the same kind."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1 if isinstance(value, int) else value * 1.01 + 0.37
    if isinstance(value, str):
        return f"{value}x"
    return 1.0 if value is None else ["x"] if isinstance(value, list) else {"x": 1}


def put(tree: Any, place: tuple[Any, ...], value: Any) -> None:
    """Put a value in its place of a tree."""
    for part in place[:-1]:
        tree = tree[part]
    tree[place[-1]] = value


def raster(
    folder: Path, change: Callable[[np.ndarray[Any, Any], dict[str, Any]], Any], name: str = "plan.tif"
) -> None:
    """Write a raster anew: ``change`` takes its codes and profile and gives the codes."""
    beside = folder / f"{name}.aux.xml"
    text = beside.read_bytes() if beside.exists() else None
    with rasterio.open(folder / name) as source:
        codes, profile, colours = source.read(1), dict(source.profile), source.colormap(1)
    profile["driver"] = "GTiff"
    codes = change(codes, profile)
    with rasterio.open(folder / name, "w", **profile) as target:
        target.write(codes.astype(profile["dtype"]), 1)
        if profile["dtype"] == "uint8":
            target.write_colormap(1, profile.pop("colours", colours))
    if text is not None:
        beside.write_bytes(text)


def sql(folder: Path, *statements: str, name: str = "plan.gpkg") -> None:
    """Change a GeoPackage by SQL, its triggers left out."""
    with closing(sqlite3.connect(folder / name)) as database, database:
        for (trigger,) in database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            database.execute(f'DROP TRIGGER "{trigger}"')
        for statement in statements:
            assert database.execute(statement).rowcount, statement


def table(folder: Path, name: str, change: Callable[[pd.DataFrame], object]) -> None:
    """Change a table of the folder."""
    path = folder / name
    frame = pd.read_csv(path, encoding="utf-8-sig", keep_default_na=False)
    kept = change(frame)
    frame = kept if isinstance(kept, pd.DataFrame) else frame
    frame.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n")


def text(folder: Path, name: str, old: str, new: str) -> None:
    """Change a text in a file of the folder."""
    path = folder / name
    before = path.read_text(encoding="utf-8")
    assert old in before, old
    path.write_text(before.replace(old, new, 1), encoding="utf-8")


def columns_of(path: Path) -> Iterator[tuple[str, Callable[[pd.DataFrame], pd.DataFrame]]]:
    """Every change of a column or row of a table: its name, and the change."""
    frame = pd.read_csv(path, encoding="utf-8-sig", keep_default_na=False)
    assert len(frame), path

    def changed(column: str) -> Callable[[pd.DataFrame], pd.DataFrame]:
        def change(rows: pd.DataFrame) -> pd.DataFrame:
            values = rows[column].astype(object)
            place = next((n for n, value in enumerate(values) if value != ""), 0)
            value = values.iloc[place]
            values.iloc[place] = otherwise(value.item() if isinstance(value, np.generic) else value)
            return rows.assign(**{column: values})

        return change

    yield from ((name, changed(name)) for name in frame.columns)
    yield "a row left out", lambda rows: rows.iloc[1:]
    yield "a row twice", lambda rows: pd.concat([rows, rows.iloc[:1]])


def fields_of(path: Path, layer: str) -> Iterator[tuple[str, str]]:
    """Every change of a field, row or outline of a layer: its name, and the change as SQL."""
    with closing(sqlite3.connect(path)) as database:
        columns = database.execute(f'PRAGMA table_info("{layer}")').fetchall()
        (count,) = database.execute(f'SELECT count(*) FROM "{layer}"').fetchone()
    assert count, layer
    for _, name, kind, *_ in columns:
        if name not in ("fid", "geom"):
            new = (
                f"coalesce({name}, '') || 'x'"
                if kind.startswith("TEXT")
                else f"coalesce({name}, 0) * 1.01 + 1"
            )
            new = f"1 - {name}" if kind == "BOOLEAN" else new
            yield name, f'UPDATE "{layer}" SET {name} = {new} WHERE fid = 1'
    yield "a row", f'DELETE FROM "{layer}" WHERE fid = 1'
    if count > 1:
        yield (
            "an outline",
            f'UPDATE "{layer}" SET geom = (SELECT geom FROM "{layer}" WHERE fid = 2) WHERE fid = 1',
        )


def look_only_at(patch: pytest.MonkeyPatch, without: tuple[str, ...]) -> None:
    """Let verifications read study and inputs of a folder once, and go ``without`` some checks."""
    kept: dict[str, Instance] = {}
    reading = verifying._reread

    def reread(folder: Path, ledger: Ledger) -> Instance:
        return kept.setdefault(str(folder), reading(folder, ledger))

    patch.setattr(verifying, "_reread", reread)
    for name in without:
        patch.setattr(verifying, name, lambda *_: None)
