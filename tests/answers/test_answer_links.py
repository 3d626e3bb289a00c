"""Links and forms: what we signed is known again, and nothing else is."""

from __future__ import annotations

import base64
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tasks.answers.form_tokens import LIFE, FormTokens
from tasks.answers.keys import Keys, keys_of
from tasks.answers.links import TOKEN_CHARACTERS, AnswerLinks
from tasks.problems import SettingsProblem
from tasks.settings.answers import Answers

DAY = date(2026, 6, 16)
NOW = datetime(2026, 6, 16, 10, 0, tzinfo=UTC)
KEYS = Keys("acme", 7, {7: b"s" * 32, 6: b"t" * 32})
LINKS = AnswerLinks("https://answers.acme.example", 60, KEYS)
REMINDER_IDS = st.binary(min_size=16, max_size=16).map(bytes.hex)
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@given(REMINDER_IDS, st.dates(date(2020, 1, 1), date(2100, 1, 1)))
def test_a_link_is_good_up_to_its_last_day_and_not_after(reminder_id: str, last_day: date) -> None:
    token = LINKS.token(reminder_id, last_day=last_day)
    assert len(token) == TOKEN_CHARACTERS
    assert LINKS.reminder_of(token, today=last_day) == reminder_id
    assert LINKS.reminder_of(token, today=last_day + timedelta(days=1)) is None


def test_any_change_of_any_character_is_refused() -> None:
    token = LINKS.token("0123456789abcdef" * 2, last_day=DAY)
    changed = [
        token[:place] + other + token[place + 1 :]
        for place in range(len(token))
        for other in ALPHABET + "=+/ é\n"
        if other != token[place]
    ]
    assert len(changed) > 3_000
    assert {LINKS.reminder_of(one, today=DAY) for one in changed} == {None}


@given(st.text(max_size=60) | st.text(ALPHABET, min_size=48, max_size=48))
def test_no_text_is_taken_for_a_link(text: str) -> None:
    assert LINKS.reminder_of(text, today=DAY) is None


@given(st.integers(0, 47), st.sampled_from(["", "A", "AA", "\n"]))
def test_what_is_cut_or_lengthened_is_refused(place: int, added: str) -> None:
    token = LINKS.token("a" * 32, last_day=DAY)
    assert LINKS.reminder_of(token[:place] + added, today=DAY) is None
    assert LINKS.reminder_of(token + (added or "A"), today=DAY) is None


def test_a_link_lives_as_long_as_its_key_is_known_and_no_longer() -> None:
    before = AnswerLinks(LINKS.base_url, 60, Keys("acme", 6, {6: b"t" * 32}))
    after = AnswerLinks(LINKS.base_url, 60, Keys("acme", 7, {7: b"s" * 32}))
    token = before.token("a" * 32, last_day=DAY)
    assert LINKS.reminder_of(token, today=DAY) == "a" * 32
    assert after.reminder_of(token, today=DAY) is None


def test_a_link_of_another_company_with_the_same_secret_is_refused() -> None:
    other = AnswerLinks(LINKS.base_url, 60, Keys("other", 7, KEYS.secrets))
    assert LINKS.reminder_of(other.token("a" * 32, last_day=DAY), today=DAY) is None


def test_an_address_is_short_and_holds_nothing_but_the_message_and_the_day() -> None:
    url = LINKS.url("a1" * 16, as_of=DAY)
    assert len(url) == len("https://answers.acme.example/a/") + 48
    content = base64.urlsafe_b64decode(url.rpartition("/")[2])
    assert content[:17] == bytes([7]) + bytes.fromhex("a1" * 16)
    assert date(2020, 1, 1) + timedelta(days=int.from_bytes(content[17:20], "big")) == DAY + timedelta(days=60)


def test_the_signature_of_a_form_is_worth_nothing_as_a_link_and_the_other_way_round() -> None:
    assert KEYS.mac("answer link", b"x") != KEYS.mac("answer form", b"x")


@given(st.text(max_size=50))
def test_no_text_is_taken_for_a_form_of_ours(text: str) -> None:
    assert not FormTokens(KEYS).is_good(text, "token", now=NOW)


def test_a_form_is_good_for_its_link_and_for_half_a_day() -> None:
    forms = FormTokens(KEYS)
    value = forms.make("token", now=NOW)
    assert forms.is_good(value, "token", now=NOW + LIFE)
    assert not forms.is_good(value, "token", now=NOW + LIFE + timedelta(seconds=1))
    assert not forms.is_good(value, "token", now=NOW - timedelta(hours=1)), "from the future"
    assert not forms.is_good(value, "other", now=NOW)
    changed = [
        value[:at] + other + value[at + 1 :] for at in range(len(value)) for other in "0f. é" if other != value[at]
    ]
    assert not any(forms.is_good(one, "token", now=NOW) for one in changed)


def test_secrets_are_never_shown() -> None:
    assert "ssss" not in repr(KEYS)


@pytest.mark.parametrize("secret", ["", "short", " " * 40])
def test_a_missing_or_short_secret_is_a_problem_that_says_how_to_make_one(workspace, secret: str) -> None:
    with pytest.raises(SettingsProblem, match="token_hex"):
        keys_of(workspace, workspace.settings.answers, {"ANSWERS_SECRET": secret})


def test_a_secret_may_stand_in_a_file(workspace, tmp_path: Path) -> None:
    (workspace.paths.root / "key").write_text("f" * 40 + "\n", encoding="utf-8")
    (workspace.paths.root / "key").chmod(0o600)
    answers = Answers(base_url="https://a.example", secret_file="key")
    assert keys_of(workspace, answers, {}).secrets == {1: b"f" * 40}
    (workspace.paths.root / "key").chmod(0o640)
    with pytest.raises(SettingsProblem, match="chmod 600 key"):
        keys_of(workspace, answers, {})
    with pytest.raises(SettingsProblem, match="cannot be read"):
        keys_of(workspace, Answers(base_url="https://a.example", secret_file="nowhere"), {})


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"base_url": "http://answers.acme.example"}, "not encrypted"),
        ({"base_url": "answers.acme.example"}, "address like"),
        ({"base_url": "https://a.example/?x=1"}, "address like"),
        ({"secret_env": None}, "secret_env or secret_file"),
        ({"secret_file": "x"}, "secret_env or secret_file"),
        ({"former_keys": [{"key_id": 1, "secret_env": "OLD"}]}, "same key_id"),
    ],
)
def test_settings_that_would_not_work_are_refused(wrong: dict[str, object], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        Answers.model_validate({"base_url": "https://a.example", "secret_env": "S", **wrong})
