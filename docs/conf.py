"""How the pages of docs/ become a site that needs no network: Sphinx with MyST, its formulas as MathML.

`make docs` builds it into out/docs, warnings as errors.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

DOCS = Path(__file__).resolve().parent
PROJECT = tomllib.loads((DOCS.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CHINESE = ".zh"
"""Ends the name of a page in Chinese: guide.zh.md beside guide.md."""

project = "Sansheng 三生"
release = version = PROJECT["version"]
html_title = f"{project} {release}"
language = "en"
extensions = ["myst_parser", "sphinx.ext.autodoc"]
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3
exclude_patterns = ["site"]

html_theme = "furo"
html_math_renderer = "mathml"
html_copy_source = False
html_show_sourcelink = False
templates_path = ["site/templates"]
html_static_path = ["site/static"]
html_css_files = ["site.css"]
html_sidebars = {
    "**": [
        "sidebar/brand.html",
        "language.html",
        "sidebar/search.html",
        "sidebar/scroll-start.html",
        "sidebar/navigation.html",
        "sidebar/scroll-end.html",
    ]
}
autodoc_member_order = "bysource"
autodoc_typehints = "description"


def inline_formula(writer: HTML5Translator, node: nodes.math) -> None:
    """A formula in a line of text."""
    writer.body.append(convert(node.astext()))
    raise nodes.SkipNode


def displayed_formula(writer: HTML5Translator, node: nodes.math_block) -> None:
    """A formula on a line of its own."""
    writer.body.append(f'<div class="math">{convert(node.astext(), display="block")}</div>')
    raise nodes.SkipNode


def translation(page: str, pages: set[str]) -> str | None:
    """The page that says the same in the other language, where there is one."""
    other = page.removesuffix(CHINESE) if page.endswith(CHINESE) else page + CHINESE
    return other if other in pages else None


def tell_language(
    app: Sphinx, page: str, template: str, context: dict[str, Any], tree: nodes.document | None
) -> None:
    """What a page's template knows of languages: its own, and the page in the other one."""
    context["chinese"] = page.endswith(CHINESE)
    context["language"] = "zh-CN" if context["chinese"] else "en"
    context["other_language"] = translation(page, app.env.found_docs)


def leave_to_page(
    app: Sphinx, what: str, name: str, thing: object, options: object, lines: list[str]
) -> None:
    """The package's own docstring gives way to the page that is about it; those of its members stay."""
    if what == "module":
        lines.clear()


def setup(app: Sphinx) -> None:
    """Formulas as MathML, which browsers draw themselves, and a link to the other language on each page."""
    app.add_html_math_renderer("mathml", (inline_formula, None), (displayed_formula, None))
    app.connect("html-page-context", tell_language)
    app.connect("autodoc-process-docstring", leave_to_page)
