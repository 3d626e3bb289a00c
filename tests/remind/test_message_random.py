"""Random messages of random debtors; `make messages` renders 10,000."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from tasks.remind.creditor import Creditor
from tasks.remind.rendering import Renderer
from tasks.remind.samples import AS_OF
from tasks.remind.templates import Templates
from tests.remind.random_reminders import BYTES_ALLOWED, company, faults_of, mark_of, random_reminder, render_many


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_random_messages_are_whole_small_escaped_and_about_one_debtor(seed: int) -> None:
    found = render_many(100, seed)
    assert 0 < found.pop("largest") < BYTES_ALLOWED
    assert found == {}


def test_the_search_for_faults_finds_what_is_planted() -> None:
    renderer = Renderer(Creditor(company(), AS_OF), Templates(), copies_collector=False)
    reminder = random_reminder(Random(4), 7)  # noqa: S311 - test data, nothing secret
    message = renderer.render(reminder)
    mark = mark_of(7)
    assert faults_of(message, reminder, mark) == []
    planted = {
        "another debtor's data": replace(message, text=f"{message.text} {mark_of(8)}"),
        "unescaped HTML": replace(message, html=message.html.replace("</h1>", "</h1><script>x</script>")),
        "a missing variable": replace(message, text=f"{message.text} None"),
        "too large": replace(message, html=message.html.replace("</h1>", "</h1>" + " " * BYTES_ALLOWED)),
        "subject": replace(message, subject="a\nb"),
    }
    for fault, wrong in planted.items():
        assert faults_of(wrong, reminder, mark) == [fault]
