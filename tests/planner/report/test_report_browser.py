from __future__ import annotations

import base64
import io
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from planner.report.page import write_report
from tests.support.made_reports import solved

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(
    not (CHROMIUM and DRIVER), reason="Chromium and its driver are not installed (chromium, chromium-driver)"
)
DESK, PHONE = (1280, 900), (390, 844)


class Browser:
    """A headless browser that keeps what its console says and what its pages ask for."""

    def __init__(self) -> None:
        from selenium.webdriver import Chrome
        from selenium.webdriver.chrome.options import Options
        from selenium.webdriver.chrome.service import Service

        options = Options()
        options.binary_location = str(CHROMIUM)
        for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = Chrome(options=options, service=Service(str(DRIVER)))

    def open(self, path: Path, size: tuple[int, int] = DESK) -> None:
        """Show a page in a window of that size, with nothing kept from the one before."""
        self.driver.get("about:blank")
        self.driver.get_log("browser")
        self.driver.get_log("performance")
        metrics = {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": size[0] < 500}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        self.driver.get(path.as_uri())

    def run(self, script: str) -> Any:
        """What a script on the page returns."""
        return self.driver.execute_script(f"return {script}")

    def requests(self) -> list[str]:
        """The addresses that the page asked for, itself and those that hold their content left out."""
        import json

        entries = (json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance"))
        asked = [
            entry["params"]["request"]["url"]
            for entry in entries
            if entry["method"] == "Network.requestWillBeSent"
        ]
        return [address for address in asked if not address.startswith(("data:", "file:", "about:"))]

    def picture(self, selector: str) -> np.ndarray:
        """The pixels of a part of the page."""
        corner = (
            "({x: box.left + scrollX, y: box.top + scrollY, width: box.width, height: box.height, scale: 1})"
        )
        clip = self.run(f"(box => {corner})(document.querySelector('{selector}').getBoundingClientRect())")
        # the driver's own screenshot of an element waits for a frame that a still page may never draw
        taken = self.driver.execute_cdp_cmd(
            "Page.captureScreenshot", {"clip": clip, "captureBeyondViewport": True}
        )
        content = base64.b64decode(taken["data"])
        return np.asarray(Image.open(io.BytesIO(content)).convert("RGB")).astype(int)

    def keys(self, *keys: str) -> None:
        """Press keys on the divider of the swipe."""
        from selenium.webdriver.common.by import By

        self.driver.find_element(By.CSS_SELECTOR, ".divider").send_keys(*keys)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all pages."""
    opened = Browser()
    yield opened
    opened.driver.quit()


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The report of the small study in both languages."""
    folder = tmp_path_factory.mktemp("reports")
    paths = {lang: folder / f"{lang}.html" for lang in ("zh", "en")}
    for lang, path in paths.items():
        write_report(solved(), path, lang)
    return paths


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_report_opens_whole_and_alone(
    browser: Browser, reports: dict[str, Path], lang: str, size: tuple[int, int]
) -> None:
    """No error on the console, no request to any address, every picture there, nothing wider than the
    window."""
    browser.open(reports[lang], size)
    assert browser.driver.get_log("browser") == []
    assert browser.requests() == []
    assert browser.run("[...document.images].length") >= 5
    assert browser.run("[...document.images].every(image => image.complete && image.naturalWidth > 0)")
    assert browser.run("document.documentElement.scrollWidth") <= size[0]
    wide = "[...document.querySelectorAll('p, li, h1, h2, h3, .card, figure')]"
    assert browser.run(f"{wide}.every(each => each.getBoundingClientRect().right <= innerWidth + 1)")


def test_chinese_is_drawn_and_not_boxes(browser: Browser, reports: dict[str, Path]) -> None:
    """Every Chinese character has a shape of its own from the page's own fonts, in both weights."""
    browser.open(reports["zh"])
    script = """(() => document.fonts.ready.then(() =>
        [...document.fonts].filter(font => font.status === 'loaded').map(font => font.weight)))()"""
    assert sorted(browser.run(script)) == ["400", "700"]
    draw = """((text) => { const canvas = document.createElement('canvas'); canvas.width = canvas.height = 40;
        const pen = canvas.getContext('2d', {willReadFrequently: true}); pen.font = '30px "Sansheng Sans"';
        return [...text].map(one => { pen.clearRect(0, 0, 40, 40); pen.fillText(one, 2, 32);
        return pen.getImageData(0, 0, 40, 40).data.join(); }); })('%s')"""
    shapes = browser.run(draw % "结论现状规划变化红线约束")
    assert len(set(shapes)) == len(shapes)


def drawn_at(browser: Browser) -> dict[str, float]:
    """Where the divider stands, and how far the maps are enlarged and moved."""
    found: dict[str, float] = browser.run(
        """(() => { const moved = new DOMMatrix(document.querySelector('.right .moved').style.transform);
        return {split: Number(document.querySelector('.divider').getAttribute('aria-valuenow')),
                scale: moved.a, x: moved.e, y: moved.f}; })()"""
    )
    return found


def test_the_swipe_shows_today_on_one_side_and_the_plan_on_the_other(
    browser: Browser, reports: dict[str, Path]
) -> None:
    """All the way right the stage shows today, all the way left the plan; in the middle half of each."""
    from selenium.webdriver.common.keys import Keys

    browser.open(reports["en"])
    pictures = {}
    for key in (Keys.END, Keys.HOME):
        browser.keys(key)
        pictures[key] = browser.picture(".stage")
    changed = (np.abs(pictures[Keys.END] - pictures[Keys.HOME]).sum(axis=2) > 60).mean()
    assert changed > 0.1  # 40 of 192 cells change
    browser.run("document.querySelector('[data-do=reset]').click()")
    assert drawn_at(browser)["split"] == 50


def test_the_swipe_obeys_keys(browser: Browser, reports: dict[str, Path]) -> None:
    """Arrows move the divider, + zooms, Shift and arrows move the map, 0 resets."""
    from selenium.webdriver.common.keys import Keys

    browser.open(reports["en"])
    browser.keys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
    assert drawn_at(browser)["split"] == 54
    browser.keys("+")
    zoomed = drawn_at(browser)
    assert zoomed["scale"] == 1.5
    browser.keys(Keys.SHIFT + Keys.ARROW_RIGHT)
    assert drawn_at(browser)["x"] < zoomed["x"]
    browser.keys("0")
    assert drawn_at(browser) == {"split": 50, "scale": 1, "x": 0, "y": 0}


def test_the_swipe_obeys_the_mouse(browser: Browser, reports: dict[str, Path]) -> None:
    """Dragging the handle moves the divider; double-clicking zooms, and dragging then moves the map."""
    from selenium.webdriver import ActionChains
    from selenium.webdriver.common.by import By

    browser.open(reports["en"])
    handle = browser.driver.find_element(By.CSS_SELECTOR, ".divider span")
    browser.run("document.querySelector('.stage').scrollIntoView({block: 'center', behavior: 'instant'})")
    ActionChains(browser.driver).drag_and_drop_by_offset(handle, -200, 0).perform()
    assert drawn_at(browser)["split"] < 40
    stage = browser.driver.find_element(By.CSS_SELECTOR, ".stage")
    ActionChains(browser.driver).move_to_element_with_offset(stage, 150, 60).double_click().perform()
    before = drawn_at(browser)
    assert before["scale"] == 2
    ActionChains(browser.driver).move_to_element_with_offset(stage, 150, 60).click_and_hold().move_by_offset(
        -40, -30
    ).release().perform()
    after = drawn_at(browser)
    assert (after["x"] - before["x"], after["y"] - before["y"]) == (-40, -30)


def test_the_map_names_the_land_below_the_pointer(browser: Browser, reports: dict[str, Path]) -> None:
    """The name is one of the legend beside the map; the wheel zooms once the map was clicked, not before."""
    from selenium.webdriver import ActionChains
    from selenium.webdriver.common.actions.wheel_input import ScrollOrigin
    from selenium.webdriver.common.by import By

    browser.open(reports["en"])
    stage = browser.driver.find_element(By.CSS_SELECTOR, ".stage")
    browser.run("document.querySelector('.stage').scrollIntoView({block: 'center', behavior: 'instant'})")
    wheel = ScrollOrigin.from_element(stage, 150, 60)
    ActionChains(browser.driver).move_to_element_with_offset(stage, 150, 60).perform()
    told = browser.run("document.querySelector('.stage .tip').textContent")
    legend = browser.run("[...document.querySelectorAll('#swipe-keys li')].map((each) => each.textContent)")
    assert told in legend
    assert drawn_at(browser)["scale"] == 1
    ActionChains(browser.driver).move_to_element_with_offset(stage, 150, 60).click().perform()
    ActionChains(browser.driver).scroll_from_origin(wheel, 0, -200).perform()
    assert drawn_at(browser)["scale"] > 1


def test_two_fingers_zoom_the_map(browser: Browser, reports: dict[str, Path]) -> None:
    """On a phone, spreading two fingers enlarges the map between them, and one finger then moves it."""
    browser.open(reports["en"], PHONE)
    browser.run("document.querySelector('.stage').scrollIntoView({block: 'center', behavior: 'instant'})")
    box = browser.run("document.querySelector('.stage').getBoundingClientRect().toJSON()")
    x, y = box["x"] + box["width"] * 0.25, box["y"] + box["height"] / 2

    def touch(kind: str, *places: tuple[float, float]) -> None:
        points = [{"x": at[0], "y": at[1], "id": number} for number, at in enumerate(places)]
        browser.driver.execute_cdp_cmd("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    browser.driver.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": True})
    touch("touchStart", (x - 10, y))
    touch("touchStart", (x - 10, y), (x + 10, y))
    for step in range(1, 7):
        touch("touchMove", (x - 10 - 5 * step, y), (x + 10 + 5 * step, y))
    touch("touchEnd")
    before = drawn_at(browser)
    assert before["scale"] > 1.8
    touch("touchStart", (x, y))
    touch("touchMove", (x - 25, y))
    touch("touchEnd")
    assert drawn_at(browser)["x"] < before["x"]
    browser.driver.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": False})


def test_red_lines_are_shown_when_asked_for(browser: Browser, reports: dict[str, Path]) -> None:
    """The box above the swipe lays the red lines over both maps."""
    browser.open(reports["en"])
    before = browser.picture(".stage")
    browser.run("document.getElementById('swipe-lines').click()")
    assert (browser.picture(".stage") != before).any()


def test_paper_shows_everything(browser: Browser, reports: dict[str, Path]) -> None:
    """In print what is folded is open, the swipe is left out, and the pages are A4."""
    browser.open(reports["zh"])
    printed = browser.driver.execute_cdp_cmd(
        "Page.printToPDF", {"preferCSSPageSize": True, "printBackground": True}
    )
    document = base64.b64decode(printed["data"])
    assert document.startswith(b"%PDF")
    assert b"/MediaBox [0 0 594.95" in document or b"/MediaBox [0 0 595" in document
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    assert browser.run("getComputedStyle(document.querySelector('.swipe')).display") == "none"
    folded = "[...document.querySelectorAll('details table, details dl')]"
    assert browser.run(f"{folded}.every(each => each.getClientRects().length)")
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def test_without_scripts_all_but_the_swipe_is_there(browser: Browser, reports: dict[str, Path]) -> None:
    """Where scripts are not allowed, as in some mail programs, the maps show all the same."""
    browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    browser.open(reports["en"])
    pixels = browser.picture("#map-plan .frame")
    assert len(np.unique(pixels.reshape(-1, 3), axis=0)) >= 4
    browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
