from __future__ import annotations

import re

import pytest

from planner.pages.rendered import environment
from planner.report.page import report_page, write_report
from tests.support.made_reports import page, solved
from tests.support.report_page import Page
from words.catalogue import difference, figure


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_figure_of_the_indicator_table_is_the_certificates(lang: str) -> None:
    """Today, plan and change of each indicator on the page are those of certificate.json."""
    rows = [row for row in Page(page(lang)).rows["indicators"] if "data-indicator" in row.attributes]
    assert len(rows) >= 5
    for row in rows:
        record = solved().certificate.indicators[str(row.attributes["data-indicator"])]
        assert row.cells[3] == figure(record.baseline)
        assert row.cells[5] == figure(record.value)
        assert row.cells[6] == difference(record.value - record.baseline)


def test_every_limit_is_on_the_page_with_its_price() -> None:
    """Bound, value, room and price of each limit are the certificate's, of the area or of a district."""
    rows = [row.cells for row in Page(page()).rows["limits"]]
    for limit in solved().certificate.limits:
        found = next(cells for cells in rows if cells[0] == (limit.district or "Area that changes"))
        assert figure(limit.at_least if limit.at_least is not None else limit.at_most or 0.0) in found[1]
        assert found[2] == figure(limit.value)
        assert figure(limit.price or 0.0) in found
        rows.remove(found)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_report_names_no_address_outside_itself(lang: str) -> None:
    """Pictures and fonts are held in the page; nothing is fetched when it is opened."""
    text = page(lang)
    assert all(address.startswith(("data:", "#")) for address in Page(text).addresses)
    assert not re.search(r"https?://|url\((?!data:)|@import|//cdn", text)
    assert "default-src 'none'" in text


def test_a_report_is_small() -> None:
    """A report goes through any mail: here it is below half a megabyte."""
    assert len(page("zh").encode()) < 500_000


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_report_has_every_part(lang: str) -> None:
    """Findings, task, maps, indicators, land, carbon, red lines, limits and certificate have their part."""
    parts = ("found", "asked", "maps", "indicators", "land", "carbon", "redlines", "limits", "proof")
    assert [part for part in Page(page(lang)).text if part in parts] == list(parts)


def test_a_chinese_report_is_chinese() -> None:
    """A Chinese report holds no English words but what the study names and keys of it."""
    text = Page(page("zh")).text
    for part in ("brief", "found", "why", "indicators", "land", "zones", "carbon"):
        told = re.sub("farmland|ecology|steep|plan.gpkg", " ", text[part])  # names of the study, and a file
        words = set(re.findall(r"[A-Za-z]{4,}", told))
        assert words <= {"townships", "china", "default", "slope", "carbon", "built", "total"}, (part, words)


def test_what_a_study_says_is_text_and_not_markup() -> None:
    """A title with markup in it is shown as it was written and runs nothing."""
    plan = solved()
    title = '<script>alert("1")</script> & 三生'
    certificate = plan.certificate.model_copy(update={"title": title})
    text = report_page(type(plan)(**{**vars(plan), "certificate": certificate}), "en")
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text


def test_the_language_is_the_studys_unless_said(tmp_path) -> None:
    """Without a language the report has the study's."""
    write_report(solved(), tmp_path / "report.html")
    assert '<html lang="en">' in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_a_page_that_lacks_a_name_is_a_fault() -> None:
    """Templates never print nothing in place of a figure."""
    with pytest.raises(Exception, match="undefined"):
        environment().from_string("{{ missing }}").render()
