"""Writes the style sheet into template sources, once when a template is loaded: mail readers ignore most of a `<style>` element.

The style sheet is a flat list of classes, so an element's style depends on its class attribute alone. That is what makes it
possible to inline per template and not per message, and to keep debtors' data away from an HTML parser.
"""

from __future__ import annotations

import re
from functools import lru_cache

import css_inline

STYLESHEET = "layout/styles.css"
_CLASS = re.compile(r'class="([A-Za-z0-9_ -]+)"(?! style=)')
_STYLE = re.compile(r'style="([^"]*)"')
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def with_styles(source: str, css: str) -> str:
    """The template `source` with a style attribute beside every literal class attribute that does not have one already.

    A class that is computed by the template gets no style: the sheet cannot know it.
    """
    return _CLASS.sub(lambda found: _styled(found.group(1), css), source)


def rules_for_the_head(css: str) -> str:
    """The part of the sheet that cannot be inlined: its `@media` rules, without comments and superfluous blanks."""
    text = _COMMENT.sub("", css)
    rules = []
    position = text.find("@media")
    while position >= 0:
        end = _end_of_block(text, position)
        rules.append(" ".join(text[position:end].split()))
        position = text.find("@media", end)
    return "\n".join(rules)


@lru_cache(maxsize=512)
def _styled(classes: str, css: str) -> str:
    element = f'<p class="{classes}"></p>'
    inlined = css_inline.inline_fragment(element, css, load_remote_stylesheets=False, minify_css=True)
    style = _STYLE.search(inlined)
    return f'class="{classes}"' + (f' style="{style.group(1)}"' if style else "")


def _end_of_block(text: str, start: int) -> int:
    depth = 0
    for position in range(text.index("{", start), len(text)):
        depth += {"{": 1, "}": -1}.get(text[position], 0)
        if depth == 0:
            return position + 1
    return len(text)
