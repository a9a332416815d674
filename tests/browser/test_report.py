"""Opens reports in a real browser: what a reader sees, clicks and types.

    UNDERTONE_REPORTS="RUN/report.html ..." UNDERTONE_SCREENSHOTS=DIR pytest tests/browser

Needs Chromium (`CHROMIUM`, else `chromium` on the path). Screenshots at both widths, light and dark, are left in
UNDERTONE_SCREENSHOTS for people to look at. With UNDERTONE_WRITE_PICTURES=1 the README's pictures of the report
are made anew, of the first report that is named: that of examples/harbour.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright

REPORTS = [Path(p).resolve() for p in os.environ.get("UNDERTONE_REPORTS", "").split()]
SCREENSHOTS = os.environ.get("UNDERTONE_SCREENSHOTS")
PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"
WIDTHS = (390, 1400)
SCHEMES = ("light", "dark")


@pytest.fixture(scope="session")
def browser():
    assert REPORTS, "name the reports in UNDERTONE_REPORTS"
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    assert path, "no chromium on the path"
    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(params=REPORTS, ids=lambda p: p.parent.name)
def report(request):
    return request.param


class Opened:
    """A page, and everything it complained about or asked for."""

    def __init__(self, browser, report: Path, width=1400, scheme="light", javascript=True):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=javascript
        )
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda m: self.complaints.append(f"{m.type}: {m.text}"))
        self.page.on("pageerror", lambda e: self.complaints.append(str(e)))
        self.page.on("request", lambda r: self.requests.append(r.url))
        self.page.goto(report.as_uri())
        self.own = report.as_uri()

    def close(self):
        self.page.context.close()

    def texts(self, selector: str) -> list[str]:
        return [t.strip() for t in self.page.locator(selector).all_inner_texts()]

    def visible(self, selector: str) -> int:
        return self.page.locator(selector).evaluate_all("all => all.filter(e => e.offsetParent !== null).length")


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_it_opens_in_silence_fits_and_can_be_read_by_all(browser, report, width, scheme):
    opened = Opened(browser, report, width, scheme)
    page = opened.page
    assert opened.requests == [opened.own], "a report loads nothing"
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "it scrolls sideways"
    if SCREENSHOTS:
        folder = Path(SCREENSHOTS)
        folder.mkdir(parents=True, exist_ok=True)
        name = f"{report.parent.name}-{width}-{scheme}"
        page.screenshot(path=folder / f"{name}.png")
        for section in page.locator("main > section[id]").all():
            anchor = section.get_attribute("id")
            box = section.bounding_box()
            page.evaluate("y => scrollTo(0, y)", box["y"] + page.evaluate("scrollY"))
            page.screenshot(path=folder / f"{name}-{anchor}.png")
    result = Axe().run(page)
    grave = [v for v in result.response["violations"] if v["impact"] in ("serious", "critical")]
    assert not grave, "\n".join(f"{v['id']}: {v['help']} {v['nodes'][0]['html'][:200]}" for v in grave)
    assert opened.complaints == []
    opened.close()


def test_the_readme_shows_the_report(browser):
    root = PICTURES.parents[1]
    readme = (root / "README.md").read_text()
    for name, section in (("report", "glance"), ("report-outlets", "outlets")):
        picture = PICTURES / f"{name}.png"
        if os.environ.get("UNDERTONE_WRITE_PICTURES"):
            opened = Opened(browser, REPORTS[0])
            if section != "glance":
                opened.page.evaluate("id => document.getElementById(id).scrollIntoView()", section)
            opened.page.screenshot(path=picture)
            opened.close()
        assert picture.read_bytes().startswith(b"\x89PNG")
        assert picture.relative_to(root).as_posix() in readme


def test_tables_sort_by_number_and_by_name_and_back(browser, report):
    opened = Opened(browser, report)
    head = opened.page.locator("#outlets thead button")
    names = "#outlets table.sortable tbody th"
    before = opened.texts(names)
    head.nth(0).click()
    by_name = opened.texts(names)
    assert sorted(by_name) == sorted(before)
    assert by_name == opened.page.evaluate("all => all.sort((a, b) => a.localeCompare(b))", by_name)
    head.nth(1).click()
    numbers = [float(n) for n in opened.page.locator("#outlets table.sortable tbody td.n").evaluate_all("all => all.map(e => e.dataset.v)")]
    assert numbers == sorted(numbers, reverse=True)
    head.nth(1).press("Enter")
    numbers = [float(n) for n in opened.page.locator("#outlets table.sortable tbody td.n").evaluate_all("all => all.map(e => e.dataset.v)")]
    assert numbers == sorted(numbers)
    assert opened.page.locator("#outlets th[aria-sort=ascending]").count() == 1
    opened.close()


def test_filters_leave_what_was_asked_for(browser, report):
    opened = Opened(browser, report)
    page = opened.page
    name = opened.texts("#actor-rows tr th bdi")[0]
    page.locator("#actors input").fill(name)
    assert 1 <= opened.visible("#actor-rows > tr") <= len(opened.texts("#actor-rows tr"))
    assert all(name.lower() in t.lower() for t in opened.page.locator("#actor-rows > tr:not([hidden])").all_inner_texts())
    page.locator("#actors input").fill("no such actor anywhere")
    assert opened.visible("#actor-rows > tr") == 0

    everything = page.locator("#articles details.article").count()
    title = opened.texts("#articles details.article .title")[0]
    page.locator("#articles input").fill(title)
    shown = page.locator("#articles details.article:not([hidden])")
    assert 1 <= shown.count() <= everything
    page.locator("#articles input").fill("")
    page.locator("#articles button", has_text="Open all").click()
    assert page.locator("#articles details.article[open]").count() == everything
    opened.close()


def test_the_sentences_answer_who_wrote_what_about_whom(browser, report):
    opened = Opened(browser, report)
    page = opened.page
    items = "#evidence li[data-outlet]"
    everything = page.locator(items).count()
    outlet = page.locator(items).first.get_attribute("data-outlet")
    page.locator("#evidence select").nth(0).select_option(outlet)
    left = page.locator(f"{items}:not([hidden])")
    assert 1 <= left.count() <= everything
    assert set(left.evaluate_all("all => all.map(e => e.dataset.outlet)")) == {outlet}
    assert page.locator("#evidence output").inner_text() == f"{left.count()} of {everything}"
    page.locator("#evidence select").nth(0).select_option("")
    actor = page.locator("#evidence select").nth(1).locator("option").nth(1).inner_text()
    page.locator("#evidence select").nth(1).select_option(actor)
    for item in page.locator(f"{items}:not([hidden])").all():
        assert actor in item.locator("[data-actor]").all_inner_texts()
    opened.close()


def test_a_link_to_a_sentence_opens_its_article(browser, report):
    opened = Opened(browser, report)
    link = opened.page.locator("#glance .worst a").first
    target = link.get_attribute("href")
    link.click()
    sentence = opened.page.locator(target)
    assert sentence.is_visible()
    assert sentence.evaluate("e => e.closest('details').open")
    opened.close()


def test_it_reads_without_javascript(browser, report):
    opened = Opened(browser, report, javascript=False)
    assert opened.page.locator("#outlets tbody tr").count() >= 1
    assert opened.visible("#evidence li") >= 1
    assert opened.visible(".tools") == 0, "controls that do nothing"
    opened.close()


def test_it_prints_everything(browser, report):
    opened = Opened(browser, report)
    pdf = opened.page.pdf()
    assert pdf.startswith(b"%PDF") and len(pdf) > 20_000
    opened.close()
