"""What a letter says differently from the e-mail of the same purpose: nobody replies to a message on paper."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tasks.paths import TEMPLATES
from tasks.remind.creditor import Creditor
from tasks.remind.local_words import ON_PAPER, local_words
from tasks.remind.samples import AS_OF, samples
from tasks.remind.templates import Templates
from tasks.segment.ladders import PURPOSES
from tests.letters.letter_samples import COMPANY

FORMS = sorted(path.parent.name for path in TEMPLATES.glob(f"layout/*/{ON_PAPER}"))
_MESSAGE = re.compile(r"este mensaje|this message|n?d?esta mensagem|respond(?:a|iendo) a este|repl(?:y|ying) to", re.I)
_OURS = Templates()


@pytest.mark.parametrize("form", ["es", "en", "pt", "es-MX", "es-AR", "pt-BR"])
def test_a_letter_speaks_of_itself_as_a_letter_and_asks_nobody_to_reply_to_a_message(form: str) -> None:
    language, _, country = form.partition("-")
    creditor = Creditor(COMPANY, AS_OF)
    for sample in samples():
        if sample.language == language:
            _, text = _OURS.render_letter(creditor.words(replace(sample, customer_country=country or "ES")))
            assert not _MESSAGE.search(text), (sample.purpose, _MESSAGE.findall(text))


def test_the_email_still_says_what_it_said_after_the_letter_was_written() -> None:
    sample = next(one for one in samples() if (one.purpose, one.language) == ("overdue", "es"))
    words = Creditor(COMPANY, AS_OF).words(sample)
    _, letter = _OURS.render_letter(words)
    assert "respóndanos por correo electrónico o por teléfono y la atenderemos" in letter
    assert "responda a este mensaje y la atenderemos" in _OURS.render(words).text


def test_brazil_has_no_electronic_mail_of_portugal() -> None:
    sample = next(one for one in samples() if (one.purpose, one.language) == ("overdue", "pt"))
    creditor = Creditor(COMPANY, AS_OF)
    brazil, portugal = (
        _OURS.render_letter(creditor.words(replace(sample, customer_country=country)))[1] for country in ("BR", "PT")
    )
    assert "responda-nos por e-mail ou telefone" in brazil
    assert "responda-nos por correio eletrónico ou telefone" in portugal


@pytest.mark.parametrize("form", FORMS)
def test_no_phrase_of_paper_is_dead(form: str) -> None:
    language = form.partition("-")[0]
    sources = "\n".join(
        path.read_text(encoding="utf-8")
        for folder in (*PURPOSES, "layout")
        for path in (TEMPLATES / folder / language).glob("*.j2")
    )
    path = TEMPLATES / "layout" / form / ON_PAPER
    words = local_words(path.read_text(encoding="utf-8"), path.as_posix())
    assert [phrase for phrase in words.phrases if phrase not in sources] == []
    assert not words.labels
