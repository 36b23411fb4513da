from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from words.catalogue import LANGS

ROOT = Path(__file__).resolve().parents[2]
CHINESE = re.compile("[\u3000-\u303f\u3400-\u9fff\uff00-\uff04\uff06-\uffef]")
"""Chinese characters and punctuation; not the wide per cent sign, which studies may write."""
BRANCHED = re.compile(rf"""["'](?:{"|".join(LANGS)})["']""")


def files(*suffixes: str) -> list[Path]:
    """Every file of the product with one of the suffixes, the catalogue's own room left out."""
    found = [
        path
        for folder in ("planner", "formulations", "instances")
        for suffix in suffixes
        for path in (ROOT / folder).rglob(f"*{suffix}")
    ]
    return [path for path in found if not path.is_relative_to(ROOT / "words")]


def faults(text: str) -> Iterator[str]:
    """Every word for readers and every branch on the language in a program, as its line and what it is."""
    tree = ast.parse(text)
    documented = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if id(node) not in documented and (fault := fault_of(node)):
            yield f"{getattr(node, 'lineno', 0)}: {fault}"


def fault_of(node: ast.AST) -> str:
    """What is wrong with one part of a program; empty where nothing is."""
    match node:
        case ast.Constant(value=str(text)) if CHINESE.search(text):
            return f"says {text!r}"
        case ast.Compare() if any(is_language(part) for part in (node.left, *node.comparators)):
            return "compares the language"
        case ast.MatchValue(value=value) if is_language(value):
            return "compares the language"
        case ast.Subscript(value=ast.Name(id="Literal")):
            return ""
        case ast.Subscript(slice=key) if is_language(key) or names_language(key):
            return "picks by the language"
        case ast.Dict(keys=keys) if any(is_language(key) for key in keys if key is not None):
            return "holds a text a language"
        case ast.Name(id=name) if name.isupper() and name.lower().rpartition("_")[2] in LANGS:
            return f"{name} is of one language"
    return ""


def is_language(node: ast.expr) -> bool:
    """Whether an expression is a language, or a set of them."""
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        return any(is_language(part) for part in node.elts)
    return isinstance(node, ast.Constant) and node.value in LANGS


def names_language(node: ast.expr) -> bool:
    """Whether an expression is a variable with the language in it."""
    name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
    return name in {"lang", "language"}


@pytest.mark.parametrize("path", files(".py"), ids=lambda path: str(path.relative_to(ROOT)))
def test_what_readers_see_stands_in_the_catalogue(path: Path) -> None:
    """No program holds a Chinese word or asks which language is read; docstrings and comments may."""
    assert list(faults(path.read_text(encoding="utf-8"))) == []


def test_pages_hold_no_words_of_their_own() -> None:
    """Templates, scripts and style sheets take their words from the catalogue."""
    for path in files(".html", ".js", ".css"):
        text = path.read_text(encoding="utf-8")
        assert not CHINESE.search(text), path.name
        marked = re.sub(r"""\blang=["']\w+["']""", "", text)  # of an element: which language its text has
        assert not BRANCHED.search(marked), path.name
        if path.suffix == ".html":
            plain = re.sub(r"\{[{%#].*?[}%#]\}", " ", text, flags=re.DOTALL)
            plain = re.sub(r"<(style|script).*?</\1>|<[^>]*>", " ", plain, flags=re.DOTALL)
            assert set(re.findall(r"[^\W\d_]{2,}", plain)) <= {"km"}, path.name


@pytest.mark.parametrize(
    "program",
    [
        "words = ('红线', 'Red lines')",
        "f'{name}。'",
        "stop = '.' if lang == 'en' else ''",
        "chinese = lang in ('zh', 'zh-CN')",
        "text = TEXTS[lang]",
        "text = TEXTS[study.lang]",
        "text = TEXTS['en']",
        "TEXTS = {'zh': zh, 'en': en}",
        "words = _ZH",
        "match lang:\n    case 'zh': pass",
    ],
)
def test_every_way_around_the_catalogue_is_seen(program: str) -> None:
    """Each habit of old is found."""
    assert list(faults(program))


def test_documentation_may_be_in_any_language() -> None:
    """A docstring, the note under a constant, and the setting's own values are no words for readers."""
    program = '"""The audit (多规合一)."""\nA = 1\n"""地类"""\nlang: Literal["zh", "en"] = "en"\n'
    assert list(faults(program)) == []
