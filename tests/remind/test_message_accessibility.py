"""What a reader with a screen reader, little sight, a narrow screen or a dark one needs of a message (WCAG 2.1 AA), from its HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from html.parser import HTMLParser
from typing import Literal

import pytest

from tasks.paths import TEMPLATES
from tasks.remind.rendering import Renderer
from tasks.remind.samples import charged, mixed, sample_reminder, samples
from tasks.remind.vocabulary import LANGUAGES
from tasks.segment.ladders import PURPOSES, Purpose

Look = Literal["light", "dark"]
CONTRAST_AA = 4.5
SMALLEST_TEXT_PX = 12
_SHEET = re.sub(r"/\*.*?\*/", "", (TEMPLATES / "layout" / "styles.css").read_text(encoding="utf-8"), flags=re.DOTALL)
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_HEX = re.compile(r"#([0-9a-f]{6})")


@dataclass
class Element:
    """One element with its text and what is in it."""

    tag: str
    attributes: dict[str, str | None]
    parent: Element | None = None
    children: list[Element] = field(default_factory=list)
    text: str = ""

    def walk(self) -> Iterator[Element]:
        yield self
        for child in self.children:
            yield from child.walk()

    def all_text(self) -> str:
        return "".join(element.text for element in self.walk())


class _Tree(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Element("", {})
        self._open = self.root

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs), self._open)
        self._open.children.append(element)
        if tag not in ("meta", "br", "img"):
            self._open = element

    def handle_endtag(self, tag: str) -> None:
        assert self._open.tag == tag
        assert self._open.parent is not None
        self._open = self._open.parent

    def handle_data(self, data: str) -> None:
        self._open.text += data.strip()


def _tree(html: str) -> Element:
    parser = _Tree()
    parser.feed(html)
    return parser.root


@pytest.fixture(scope="module")
def looks() -> dict[Look, dict[str, dict[str, str]]]:
    """The declarations of each class, in light and in dark."""
    dark_at = _SHEET.index("@media (prefers-color-scheme: dark)")
    light = _declarations(_SHEET[: _SHEET.index("@media")])
    dark = {name: dict(rules) for name, rules in light.items()}
    block = _SHEET[_SHEET.index("{", dark_at) + 1 :]
    for name, rules in _declarations(block).items():
        dark.setdefault(name, {}).update(rules)
    return {"light": light, "dark": dark}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("purpose", PURPOSES)
def test_screen_readers_find_language_headings_tables_and_links(
    renderer: Renderer, purpose: Purpose, language: str
) -> None:
    page = _tree(renderer.render(sample_reminder(purpose=purpose, language=language)).html)
    elements = list(page.walk())
    (html,) = [element for element in elements if element.tag == "html"]
    assert str(html.attributes["lang"]).startswith(language)
    assert [element.all_text() for element in elements if element.tag == "title"] != [""]
    headings = [element.tag for element in elements if re.fullmatch(r"h\d", element.tag)]
    assert headings[0] == "h1"
    assert headings.count("h1") == 1
    assert set(headings) <= {"h1", "h2"}
    for table in (element for element in elements if element.tag == "table"):
        heads = [element for element in table.walk() if element.tag == "th"]
        own = [head for head in heads if _table_of(head) is table]
        if table.attributes.get("role") == "presentation":
            assert own == []
        else:
            assert own
            assert all(head.attributes.get("scope") in ("row", "col") for head in own)
    assert all(element.all_text() for element in elements if element.tag == "a")
    assert all(element.attributes.get("alt") for element in elements if element.tag == "img")


def test_a_narrow_screen_keeps_its_width_and_everybody_his_zoom(renderer: Renderer) -> None:
    html = renderer.render(sample_reminder(purpose="overdue", language="es")).html
    assert 'name="viewport" content="width=device-width, initial-scale=1"' in html
    assert "user-scalable" not in html
    assert "maximum-scale" not in html
    assert not re.search(r"[;\"](min-)?width:\s*\d+px", html), "a fixed width would make phones scroll sideways"


def test_mail_readers_are_told_that_dark_is_provided_for(renderer: Renderer) -> None:
    html = renderer.render(sample_reminder(purpose="due", language="en")).html
    assert '<meta name="color-scheme" content="light dark">' in html
    assert "@media (prefers-color-scheme: dark)" in html


@pytest.mark.parametrize("look", ["light", "dark"])
def test_every_text_can_be_told_from_its_background(
    renderer: Renderer, looks: dict[Look, dict[str, dict[str, str]]], look: Look
) -> None:
    classes = looks[look]
    seen = set()
    for sample in (*samples(), mixed(charged(sample_reminder(purpose="legal_deadline", language="es")))):
        total = sum((item.said_amount for item in sample.items), Decimal(0))
        for element in _tree(renderer.render(replace(sample, total_amount=total)).html).walk():
            if element.text and element.tag not in ("style", "title") and not _is_hidden(element, classes):
                name = str(element.attributes.get("class"))
                ratio = _contrast(_value(element, "color", classes), _value(element, "background", classes))
                seen.add(name)
                assert ratio >= CONTRAST_AA, f"{name}: {ratio:.1f} in {look}"
    assert {"late", "detail", "foot", "link", "notice", "summary-value"} <= seen


def test_no_text_is_smaller_than_can_be_read(looks: dict[Look, dict[str, dict[str, str]]]) -> None:
    for name, rules in looks["light"].items():
        if "font-size" in rules and name != "preheader":
            assert int(rules["font-size"].removesuffix("px")) >= SMALLEST_TEXT_PX, name


def test_every_class_that_sets_a_colour_sets_one_for_the_dark_too() -> None:
    light, dark = _SHEET.split("@media (prefers-color-scheme: dark)")
    named = set(re.findall(r"\.([a-z-]+)", dark))
    coloured = {name for name, rules in _declarations(light[: light.index("@media")]).items() if "color" in rules}
    assert coloured <= named | {"account", "answer-button"}


def _declarations(css: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for selectors, body in _RULE.findall(css):
        pairs = (pair.partition(":") for pair in body.split(";") if pair.strip())
        rules = {name.strip(): value.replace("!important", "").strip() for name, _, value in pairs}
        for selector in selectors.split(","):
            found.setdefault(selector.strip().removeprefix("."), {}).update(rules)
    return found


def _table_of(element: Element) -> Element | None:
    above = element.parent
    while above is not None and above.tag != "table":
        above = above.parent
    return above


def _is_hidden(element: Element, classes: dict[str, dict[str, str]]) -> bool:
    above: Element | None = element
    while above is not None:
        name = str(above.attributes.get("class"))
        # Labels of the table are hidden on wide screens only.
        if name != "label" and classes.get(name, {}).get("display") == "none":
            return True
        above = above.parent
    return False


def _value(element: Element, name: str, classes: dict[str, dict[str, str]]) -> str:
    above: Element | None = element
    while above is not None:
        value = classes.get(str(above.attributes.get("class")), {}).get(name, "")
        if found := _HEX.search(value.lower()):
            return found.group(1)
        above = above.parent
    raise AssertionError(f"nothing says the {name} of {element.tag}")


def _contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2.1, 1.4.3."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
