"""Conditions over layers, such as ``slope > 25 and dem < 100``: read, checked and evaluated without ``eval``.

A condition is parsed into a tree of which only these parts are let through: names of layers, numbers,
``+ - * / // % **``, comparisons (also chained), ``in`` a list of numbers, ``and or not``, parentheses
and the functions ``abs min max sqrt``. Every part is a number or a condition, and where one is needed
the other is refused. A unit where a number is missing, infinite or the result of dividing by zero
makes what depends on it unknown; a condition that stays unknown does not hold there.
"""

from __future__ import annotations

import ast
import difflib
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from instances.study.findings import Findings
from instances.units.grid import FloatArray
from words.said import Said, say

MAX_CHARACTERS = 2_000
MAX_DEPTH = 60
MAX_EXPONENT = 16.0

ARITHMETIC: dict[type[ast.operator], Callable[..., FloatArray]] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
    ast.FloorDiv: np.floor_divide,
    ast.Mod: np.mod,
    ast.Pow: np.power,
}
COMPARISONS: dict[type[ast.cmpop], Callable[..., NDArray[np.bool_]]] = {
    ast.Lt: np.less,
    ast.LtE: np.less_equal,
    ast.Gt: np.greater,
    ast.GtE: np.greater_equal,
    ast.Eq: np.equal,
    ast.NotEq: np.not_equal,
}
FUNCTIONS: dict[str, Callable[..., FloatArray]] = {
    "abs": np.absolute,
    "sqrt": np.sqrt,
    "min": np.minimum,
    "max": np.maximum,
}
ARGUMENTS = {"abs": (1, 1), "sqrt": (1, 1), "min": (2, 99), "max": (2, 99)}

HELP = "vector_condition.help"
WORDS_NOT_SIGNS = "vector_condition.words_not_signs"
"""Keys of remedies given in several places."""


class _RefusedError(Exception):
    """A part of a condition that is not let through."""

    def __init__(self, node: ast.AST, fault: Said, remedy: Said) -> None:
        super().__init__(fault)
        self.node, self.fault, self.remedy = node, fault, remedy


@dataclass(frozen=True)
class Condition:
    """A checked condition: its text, its tree and the layers it names."""

    text: str
    tree: ast.expr
    layers: tuple[str, ...]

    def holds(self, layers: Mapping[str, FloatArray]) -> NDArray[np.bool_]:
        """(units,) True where the condition holds; ``layers`` are (units,) float arrays by name."""
        values = {_plain(name): layers[name] for name in self.layers}
        with np.errstate(all="ignore"):
            return _truth(self.tree, values)[0]


def read_condition(text: str, known: Collection[str], place: str, findings: Findings) -> Condition | None:
    """The condition in ``text`` over the layers ``known``; None, with findings, where it is not one."""
    line = " ".join(text.split())
    if len(line) > MAX_CHARACTERS:
        fault = say("vector_condition.too_long", characters=len(line))
        findings.error(place, fault, say("vector_condition.keep_below", most=MAX_CHARACTERS))
        return None
    try:
        tree = ast.parse(line, mode="eval").body
    except SyntaxError as error:
        findings.error(place, *_syntax(line, error))
        return None
    except (ValueError, RecursionError, MemoryError):
        findings.error(place, say("vector_condition.unreadable"), say(HELP))
        return None
    names = {_plain(name): name for name in known}
    used = _names(tree)
    for name in used:
        if name not in names:
            findings.error(place, say("vector_condition.no_layer", name=name), _instead(name, known))
    try:
        _check_depth(tree)
        _check_condition(tree)
    except _RefusedError as refused:
        findings.error(place, _at(line, refused.node, refused.fault), refused.remedy)
        return None
    if any(name not in names for name in used):
        return None
    if not used:
        findings.error(place, say("vector_condition.names_none", condition=line), say(HELP))
        return None
    return Condition(line, tree, tuple(names[name] for name in used))


def _plain(name: str) -> str:
    """A name as Python's parser sees it (it normalises, so that full-width letters equal plain ones)."""
    return unicodedata.normalize("NFKC", name)


def _names(tree: ast.expr) -> tuple[str, ...]:
    """The names used as values, each once, in order of the tree; names of functions are not among them."""
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return tuple(
        dict.fromkeys(
            node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and id(node) not in called
        )
    )


def _instead(name: str, known: Collection[str]) -> Said:
    unwritable = [layer for layer in known if not layer.isidentifier() and layer.startswith(name)]
    close = unwritable or difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    if close and not close[0].isidentifier():
        return say("vector_condition.give_plain_name", layer=close[0])
    if close:
        return say("finding.did_you_mean", close=close[0])
    return (
        say("vector_condition.layers", layers=sorted(known)) if known else say("vector_condition.add_layer")
    )


def _syntax(line: str, fault: SyntaxError) -> tuple[Said, Said]:
    """Fault and remedy of text that does not parse."""
    at = max(1, min(fault.offset or 1, len(line) + 1))
    rest = line[at - 1 : at + 19]
    where = (
        say("vector_condition.unreadable_at", at=at, rest=rest)
        if rest
        else say("vector_condition.ends_early")
    )
    if "Maybe you meant '=='" in str(fault.msg) or rest.startswith("= "):
        return where, say("vector_condition.write_equal")
    if "&&" in line or "||" in line or "!" in line.replace("!=", ""):
        return where, say(WORDS_NOT_SIGNS)
    return where, say(HELP)


def _at(line: str, node: ast.AST, fault: Said) -> Said:
    """A fault with where its part stands, in characters (the parser counts bytes)."""
    raw, start = line.encode(), getattr(node, "col_offset", 0)
    stop = getattr(node, "end_col_offset", None) or len(raw)
    piece = raw[start:stop].decode(errors="ignore")
    piece = piece if len(piece) <= 40 else piece[:37] + "..."
    at = len(raw[:start].decode(errors="ignore")) + 1
    return say("vector_condition.at", at=at, piece=piece, fault=fault)


def _check_depth(tree: ast.expr) -> None:
    level: list[ast.AST] = [tree]
    for _ in range(MAX_DEPTH):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if not level:
            return
    raise _RefusedError(tree, say("vector_condition.too_deep", most=MAX_DEPTH), say("vector_condition.split"))


def _check_condition(node: ast.expr) -> None:
    """Refuse what is not a condition."""
    match node:
        case ast.BoolOp(values=values):
            for value in values:
                _check_condition(value)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            _check_condition(operand)
        case ast.Compare():
            for left, operator, right in _links(node):
                _check_number(left)
                if isinstance(operator, ast.In | ast.NotIn):
                    for item in _items(right):
                        _check_number(item)
                elif type(operator) in COMPARISONS:
                    _check_number(right)
                else:
                    raise _RefusedError(
                        node, say("vector_condition.is"), say("vector_condition.write_comparison")
                    )
        case ast.BinOp(op=ast.BitAnd() | ast.BitOr() | ast.BitXor()):
            raise _RefusedError(node, say("vector_condition.signs"), say(WORDS_NOT_SIGNS))
        case _:
            _check_number(node)
            raise _RefusedError(
                node, say("vector_condition.number_not_condition"), say("vector_condition.compare")
            )


def _check_number(node: ast.expr) -> None:
    """Refuse what is not a number."""
    match node:
        case ast.Constant(value=value) if type(value) in (int, float):
            pass
        case ast.Name():
            pass
        case ast.UnaryOp(op=ast.UAdd() | ast.USub(), operand=operand):
            _check_number(operand)
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in ARITHMETIC:
            _check_number(left)
            _check_number(right)
            if isinstance(operator, ast.Pow):
                _check_exponent(right)
        case ast.Call():
            _check_call(node)
        case ast.Compare() | ast.BoolOp() | ast.UnaryOp(op=ast.Not()):
            raise _RefusedError(
                node, say("vector_condition.condition_not_number"), say("vector_condition.join")
            )
        case ast.BinOp(op=ast.BitAnd() | ast.BitOr() | ast.BitXor()):
            raise _RefusedError(node, say("vector_condition.signs"), say(WORDS_NOT_SIGNS))
        case _:
            raise _RefusedError(node, say("vector_condition.neither"), say(HELP))


def _check_call(node: ast.Call) -> None:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if name not in FUNCTIONS or node.keywords or any(isinstance(part, ast.Starred) for part in node.args):
        known = say("vector_condition.functions", functions=list(FUNCTIONS))
        raise _RefusedError(node, say("vector_condition.no_function"), known)
    least, most = ARGUMENTS[name]
    if not least <= len(node.args) <= most:
        key = "vector_condition.takes_one" if most == 1 else "vector_condition.takes_several"
        fault = say(key, function=name, given=len(node.args))
        raise _RefusedError(node, fault, say("vector_condition.correct_call"))
    for argument in node.args:
        _check_number(argument)


def _check_exponent(node: ast.expr) -> None:
    number = node.operand if isinstance(node, ast.UnaryOp) else node
    if not isinstance(number, ast.Constant) or abs(number.value) > MAX_EXPONENT:  # type: ignore[arg-type]
        fault = say("vector_condition.exponent", most=MAX_EXPONENT)
        raise _RefusedError(node, fault, say("vector_condition.write_small"))


def _links(node: ast.Compare) -> Iterator[tuple[ast.expr, ast.cmpop, ast.expr]]:
    """The single comparisons of a chain ``a < b < c``."""
    return zip([node.left, *node.comparators], node.ops, node.comparators, strict=False)


def _items(node: ast.expr) -> list[ast.expr]:
    """The members of a list of numbers."""
    if isinstance(node, ast.Tuple | ast.List | ast.Set) and node.elts:
        return node.elts
    raise _RefusedError(node, say("vector_condition.in_list"), say("vector_condition.write_list"))


Truth = tuple[NDArray[np.bool_], NDArray[np.bool_]]
"""Where a condition holds, and where it is known not to hold; neither where it is unknown."""


def _truth(node: ast.expr, values: Mapping[str, FloatArray]) -> Truth:
    if isinstance(node, ast.BoolOp):
        holds, fails = _truth(node.values[0], values)
        for value in node.values[1:]:
            more_holds, more_fails = _truth(value, values)
            if isinstance(node.op, ast.And):
                holds, fails = holds & more_holds, fails | more_fails
            else:
                holds, fails = holds | more_holds, fails & more_fails
        return holds, fails
    if isinstance(node, ast.UnaryOp):
        holds, fails = _truth(node.operand, values)
        return fails, holds
    assert isinstance(node, ast.Compare)
    links = [_link(left, operator, right, values) for left, operator, right in _links(node)]
    holds, fails = links[0]
    for more_holds, more_fails in links[1:]:
        holds, fails = holds & more_holds, fails | more_fails
    return holds, fails


def _link(left: ast.expr, operator: ast.cmpop, right: ast.expr, values: Mapping[str, FloatArray]) -> Truth:
    number = _number(left, values)
    if isinstance(operator, ast.In | ast.NotIn):
        holds, fails = np.zeros_like(number, dtype=bool), np.ones_like(number, dtype=bool)
        for item in _items(right):
            same, other = _compare(np.equal, number, _number(item, values))
            holds, fails = holds | same, fails & other
        return (holds, fails) if isinstance(operator, ast.In) else (fails, holds)
    return _compare(COMPARISONS[type(operator)], number, _number(right, values))


def _compare(test: Callable[..., NDArray[np.bool_]], left: FloatArray, right: FloatArray) -> Truth:
    known = np.isfinite(left) & np.isfinite(right)
    answer = test(left, right)
    return answer & known, ~answer & known


def _number(node: ast.expr, values: Mapping[str, FloatArray]) -> FloatArray:
    match node:
        case ast.Constant(value=value):
            return np.asarray(_as_float(value), dtype=np.float64)
        case ast.Name(id=name):
            return np.asarray(values[name], dtype=np.float64)
        case ast.UnaryOp(op=operator, operand=operand):
            number = _number(operand, values)
            return np.negative(number) if isinstance(operator, ast.USub) else number
        case ast.BinOp(left=left, op=arithmetic, right=right):
            return ARITHMETIC[type(arithmetic)](_number(left, values), _number(right, values))
        case ast.Call(func=ast.Name(id=name), args=arguments):
            result = FUNCTIONS[name](*[_number(argument, values) for argument in arguments[:2]])
            for argument in arguments[2:]:
                result = FUNCTIONS[name](result, _number(argument, values))
            return result
    raise AssertionError(f"unchecked part {ast.dump(node)}")


def _as_float(value: object) -> float:
    """A literal as a float; whole numbers beyond its range are infinite, hence unknown."""
    assert isinstance(value, int | float)
    try:
        return float(value)
    except OverflowError:
        return float("inf")
