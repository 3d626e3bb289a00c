"""A real browser against a real server, at the width of a desk and of a telephone: by keyboard alone, without a script.

Skipped where the machine has no Chromium; `PUNTUAL_CHROMIUM` names one that is not on the path.
"""

from __future__ import annotations

import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright

from tasks.answers.links import AnswerLinks
from tasks.ledger.ledger import Ledger
from tasks.serve.app import Surroundings, make_site
from tasks.settings.load import Workspace

DAY = date(2026, 6, 16)
WIDTHS = {"desk": 1280, "telephone": 390}
LONGEST_WALK = 40


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = os.environ.get("PUNTUAL_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    path = path or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--lang=en-US"], env={**os.environ, "LANGUAGE": "en_US"}
        )
        yield opened
        opened.close()


@pytest.fixture
def address(workspace: Workspace, clock, seconds: list[float]) -> Iterator[str]:
    """A server on loopback."""
    environment = {"ANSWERS_SECRET": "a-secret-of-more-than-32-characters"}
    site = make_site(workspace, Surroundings(clock=clock, seconds=lambda: seconds[0], environment=environment))
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(site.app, log_config=None, access_log=False, lifespan="on"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        deadline = time.monotonic() + 20
        while not server.started and time.monotonic() < deadline:
            time.sleep(0.02)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join(timeout=10)


@pytest.fixture(params=list(WIDTHS))
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A page without scripts, which fails the test when the browser refuses or misses anything."""
    context = browser.new_context(
        viewport={"width": WIDTHS[request.param], "height": 900}, locale="es-ES", java_script_enabled=False
    )
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    opened.on("requestfailed", lambda failed: complaints.append(failed.url))
    yield opened
    context.close()
    # A form with mistakes is answered with 422, which browsers call an error.
    assert [text for text in complaints if "422" not in text] == []


def walk_to(page: Page, selector: str) -> int:
    """Presses Tab until the element has the focus; gives how often."""
    for steps in range(LONGEST_WALK):
        if page.locator(f"{selector}:focus").count():
            return steps
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} is not reached by keyboard")


def type_day(page: Page, day: date) -> None:
    """Types a day into the field for dates that has the focus: its parts in the order of the browser's own language."""
    page.keyboard.type(f"{day:%m%d%Y}")


def fits(page: Page) -> bool:
    """Whether nothing sticks out at the side: then the page cannot be moved sideways."""
    box = page.locator("html").bounding_box()
    widest = max((one.bounding_box() or {"x": 0, "width": 0})["x"] + (one.bounding_box() or {"width": 0})["width"]
                 for one in page.locator("main, main table, main form, main input, main li, footer p").all())  # fmt: skip
    return box is not None and widest <= box["width"] + 1


def test_a_date_is_promised_by_keyboard_alone(
    *, page: Page, address: str, ledger: Ledger, links: AnswerLinks, plan: Callable[..., str]
) -> None:
    token = links.url(plan(ledger), as_of=DAY).rpartition("/")[2]
    page.goto(f"{address}/a/{token}")
    assert fits(page)
    page.keyboard.press("Tab")
    assert page.locator(".skip:focus").count() == 1, "the first stop skips to the content"
    walk_to(page, f'a[href="{token}/promise"]')
    page.keyboard.press("Enter")
    page.wait_for_url("**/promise")
    walk_to(page, "#send")
    page.keyboard.press("Enter")
    page.wait_for_selector(".summary")
    assert page.locator(".summary:focus").count() == 1, "the summary of mistakes has the focus"
    assert fits(page)
    walk_to(page, '.summary a[href="#day"]')
    page.keyboard.press("Enter")
    walk_to(page, "#day")
    type_day(page, date(2026, 6, 30))
    assert page.locator("#day").input_value() == "2026-06-30"
    walk_to(page, "#receivable-1")
    page.keyboard.press("Space")
    walk_to(page, "#send")
    page.keyboard.press("Enter")
    page.wait_for_selector(".thanks")
    assert "Fecha de pago propuesta: 30 de junio de 2026" in page.inner_text("main")
    (promise,) = ledger.facts(DAY)["ledger.promises"].to_pylist()
    assert (promise["receivable_id"], promise["promised_for"]) == ("F-1", date(2026, 6, 30))


def test_a_problem_is_reported_by_keyboard_alone(
    *, page: Page, address: str, ledger: Ledger, links: AnswerLinks, plan: Callable[..., str]
) -> None:
    token = links.url(plan(ledger), as_of=DAY).rpartition("/")[2]
    page.goto(f"{address}/a/{token}/dispute")
    assert fits(page)
    walk_to(page, "#why-0")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    walk_to(page, "#text")
    page.keyboard.type("Faltan tres cajas")
    walk_to(page, "#send")
    page.keyboard.press("Enter")
    page.wait_for_selector(".thanks")
    found = ledger.facts(DAY)["ledger.disputes"].to_pylist()
    assert sorted((row["receivable_id"], row["kind"], row["reason"]) for row in found) == [
        ("F-1", "wrong_quantity", "Faltan tres cajas"),
        ("F-2", "wrong_quantity", "Faltan tres cajas"),
    ]


def test_every_field_has_a_name_and_every_heading_its_place(
    *, page: Page, address: str, ledger: Ledger, links: AnswerLinks, plan: Callable[..., str]
) -> None:
    token = links.url(plan(ledger), as_of=DAY).rpartition("/")[2]
    for kind in ("", "/confirm", "/paid", "/promise", "/dispute", "/copy", "/contact"):
        page.goto(f"{address}/a/{token}{kind}")
        assert page.locator("h1").count() == 1
        assert fits(page), kind
        for field in page.locator("input:not([type=hidden]), textarea").all():
            label = page.locator(f'label[for="{field.get_attribute("id")}"]')
            assert label.count() == 1
            assert label.inner_text().strip()
        for target in page.locator("main a, main button, main .choice").all():
            box = target.bounding_box()
            assert box is not None
            assert box["height"] >= 24, "a target that a thumb can hit (WCAG 2.5.8)"


def test_a_page_asks_for_nothing_but_itself(
    *, page: Page, address: str, ledger: Ledger, links: AnswerLinks, plan: Callable[..., str]
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    token = links.url(plan(ledger), as_of=DAY).rpartition("/")[2]
    page.goto(f"{address}/a/{token}")
    assert asked == [f"{address}/a/{token}"]


@pytest.mark.skipif("PUNTUAL_PICTURES" not in os.environ, reason="PUNTUAL_PICTURES names no folder for pictures")
def test_pictures_to_look_at(
    *, page: Page, address: str, ledger: Ledger, links: AnswerLinks, plan: Callable[..., str]
) -> None:
    folder = Path(os.environ["PUNTUAL_PICTURES"])
    width = (page.viewport_size or {"width": 0})["width"]
    for language in ("es", "en", "pt"):
        token = links.url(plan(ledger, language=language), as_of=DAY).rpartition("/")[2]
        for name, kind in {"statement": "", "promise": "/promise", "dispute": "/dispute"}.items():
            page.goto(f"{address}/a/{token}{kind}")
            _picture(page, folder, f"{name}-{language}-{width}")
    for name in ("confirm", "paid", "copy", "contact"):
        page.goto(f"{address}/a/{token}/{name}")
        _picture(page, folder, f"{name}-{language}-{width}")
    page.goto(f"{address}/a/{token}/dispute")
    page.locator("#amount").fill("99999")
    page.locator("#send").click()
    page.wait_for_selector(".summary")
    _picture(page, folder, f"mistakes-{language}-{width}")
    page.goto(f"{address}/a/{token}/promise")
    page.locator("#day").fill("2026-06-30")
    page.locator("#send").click()
    page.wait_for_selector(".thanks")
    _picture(page, folder, f"thanks-{language}-{width}")
    page.emulate_media(color_scheme="dark")
    page.goto(f"{address}/a/{token}/paid")
    _picture(page, folder, f"dark-{language}-{width}")


def _picture(page: Page, folder: Path, name: str) -> None:
    page.screenshot(path=folder / f"{name}.png", full_page=True)
