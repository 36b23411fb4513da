"""``planner`` holds no mathematics, whatever it calls what it does.

import-linter holds which modules planner may import (``pyproject.toml``). What an import list cannot see is
held here, first by reading the sources:

* names are bound openly: planner imports names out of ``formulations``, never a module (through which
  anything could be reached), and imports nothing by a string;
* it poses no question of a sweep: ``Asked`` and ``Bound``, of which questions with further bounds and
  starting points are made, are imported by nobody but ``sweeps``, which carries them;
* it computes no algebra: no matrix product, and of numpy nothing that solves, fits, transforms or draws;
* it iterates on no answer: no ``while`` loop calls anything that came from ``formulations``;

and then by running it: while fronts, regrets and alternatives are made, every question and every round comes
out of a frame that runs code of ``formulations``. That holds by whatever name, alias or detour it is called.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from formulations.sampling.questions import Answer, Asked, Base, Bound
from planner import load
from planner.alternatives.ask import alternatives
from planner.pareto.ask import front, read_axes
from planner.robust.ask import regrets
from planner.robust.draws import read_draws
from planner.sweeps.sweep import Sweep
from tests.support.small_study import write_quick_study
from tests.support.sweeping import sweep_over

ROOT = Path(__file__).resolve().parents[2]
POSING = {"Asked", "Bound"}
ALGEBRA = {
    "linalg", "fft", "random", "polynomial", "dot", "vdot", "inner", "outer", "matmul", "einsum", "tensordot",
    "cross", "trace", "convolve", "correlate", "corrcoef", "cov", "gradient", "interp", "polyfit", "polyval",
    "trapezoid", "lexsort", "partition", "argpartition", "percentile", "quantile", "accumulate",
}  # fmt: skip
BY_STRING = {"import_module", "__import__", "exec", "eval"}
FACE = "planner/__init__.py: import_module"
"""The face loads its rooms when they are used; its test holds them to those it imports openly."""


def sources() -> Iterator[tuple[str, ast.Module]]:
    """Every file of planner, parsed."""
    for path in sorted((ROOT / "planner").rglob("*.py")):
        yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def of_formulations(tree: ast.AST) -> Iterator[tuple[str, str, str]]:
    """(module, name, the name it is given) of all that a file imports from formulations."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "formulations":
            for alias in node.names:
                yield node.module or "", alias.name, alias.asname or alias.name


def running(tree: ast.Module) -> ast.Module:
    """A file without what is imported for its types alone: a type poses no question."""
    return ast.Module([node for node in tree.body if not is_for_types(node)], [])


def is_for_types(node: ast.stmt) -> bool:
    """True for the block of imports that only a type checker reads."""
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)


def is_module(module: str, name: str) -> bool:
    """True where an imported name is a module or a package, not something out of one."""
    path = ROOT.joinpath(*module.split("."), name)
    return path.is_dir() or path.with_suffix(".py").is_file()


def test_names_come_out_of_formulations_openly() -> None:
    """Nothing reaches a solver through a module that was let in whole, or by a string."""
    faults = []
    for place, tree in sources():
        faults += [
            f"{place}: {module}.{name}"
            for module, name, _ in of_formulations(tree)
            if name == "*" or is_module(module, name)
        ]
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):  # the package alone tells where the program's files are
                names = [one.name for one in node.names if one.name.startswith("formulations.")]
            else:
                called = node.func if isinstance(node, ast.Call) else None
                names = [getattr(called, "id", getattr(called, "attr", ""))]
                names = [name for name in names if name in BY_STRING]
            faults += [f"{place}: {name}" for name in names]
    assert [fault for fault in faults if fault != FACE] == []


def test_no_question_of_a_sweep_is_posed() -> None:
    """What is asked next is for those to say who know what an answer proves."""
    posed = [
        f"{place}: {name}"
        for place, tree in sources()
        for _, name, _ in of_formulations(running(tree))
        if name in POSING and not place.startswith("planner/sweeps/")
    ]
    assert not posed


def test_no_algebra_is_computed() -> None:
    """Planner counts, sums by group, sorts and picks; it neither multiplies matrices nor solves or fits."""
    found = []
    for place, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.MatMult):
                found.append(f"{place}:{node.lineno}: @")
            elif isinstance(node, ast.Attribute) and node.attr in ALGEBRA and _of_numpy(node, tree):
                found.append(f"{place}:{node.lineno}: {node.attr}")
            elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "numpy":
                inner = set((node.module or "").split(".")[1:]) | {alias.name for alias in node.names}
                found += [f"{place}:{node.lineno}: {name}" for name in sorted(inner & ALGEBRA)]
    assert not found


def _of_numpy(node: ast.Attribute, tree: ast.Module) -> bool:
    """True where an attribute hangs on numpy, under whatever name that was imported."""
    named = {
        alias.asname or alias.name.split(".")[0]
        for each in ast.walk(tree)
        if isinstance(each, ast.Import)
        for alias in each.names
        if alias.name.split(".")[0] == "numpy"
    }
    root: ast.expr = node
    while isinstance(root, ast.Attribute):
        root = root.value
    return isinstance(root, ast.Name) and root.id in named


def test_no_loop_goes_on_until_an_answer_is_good_enough() -> None:
    """A loop that ends by what a solve or an indicator says is a method, and methods live in formulations."""
    loops = []
    for place, tree in sources():
        given = {name for _, _, name in of_formulations(tree)}
        for loop in (node for node in ast.walk(tree) if isinstance(node, ast.While)):
            called = {ast.unparse(node.func) for node in ast.walk(loop) if isinstance(node, ast.Call)}
            if called & given or any(name.endswith((".ask", ".evaluate")) for name in called):
                loops.append(f"{place}:{loop.lineno}")
    assert not loops


def caller() -> str:
    """The module whose code called the function that calls this one; what a dataclass or a comprehension
    generates counts as part of where it was written."""
    return str(sys._getframe(2).f_globals.get("__name__", ""))


@pytest.fixture
def asking(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The modules that ask a sweep, or make what a sweep is asked, while a test runs."""
    seen: set[str] = set()
    ask, asked, bound = Sweep.ask, Asked.__init__, Bound.__init__

    def heard(self: Sweep, questions: Sequence[Asked]) -> list[Answer]:
        seen.add(caller())
        return ask(self, questions)

    def made_asked(self: Asked, *args: object, **named: object) -> None:
        seen.add(caller())
        asked(self, *args, **named)

    def made_bound(self: Bound, *args: object, **named: object) -> None:
        seen.add(caller())
        bound(self, *args, **named)

    monkeypatch.setattr(Sweep, "ask", heard)
    monkeypatch.setattr(Asked, "__init__", made_asked)
    monkeypatch.setattr(Bound, "__init__", made_bound)
    return seen


@pytest.mark.slow
def test_whoever_asks_a_sweep_is_mathematics(tmp_path: Path, asking: set[str]) -> None:
    """Fronts of two and three indicators, regrets and alternatives ask and pose from formulations alone."""
    loaded = load(write_quick_study(tmp_path / "study"))
    base = Base.of(loaded.instance, loaded.problem)
    sweep = sweep_over(base, tmp_path / "solves", gap=0.05)
    names = [("--x", "net_emissions"), ("--y", "area.cropland"), ("--z", "changed_area")]
    for count in (2, 3):
        front(sweep, loaded, read_axes(loaded, base, names[:count]), 4, 0.01)
    regrets(sweep, loaded, read_draws(loaded, 2, "all", 2, ()).draws)
    alternatives(sweep, loaded, "5%", 2)
    assert asking
    assert {module.split(".")[0] for module in asking} == {"formulations"}, sorted(asking)
