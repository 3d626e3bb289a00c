"""Hours of the debtor's clock: over midnight, over zones, by the law of his country, and what waits stays planned."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tasks.remind.claims import HoursFirst
from tasks.remind.contact_hours import ContactHours, profiles
from tasks.remind.delivery.outcomes import Claims
from tasks.segment.quiet_hours import QuietHours

EVENING = QuietHours.model_validate({"from": "19:00", "until": "08:00"})


def _utc(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 6, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("country", "now", "opens"),
    [
        ("CL", _utc(15, 16), _utc(15, 16)),  # noon in Santiago, but 10 on Easter Island: open in both
        ("CL", _utc(15, 13), _utc(15, 14)),  # 9 in Santiago, 7 on Easter Island
        ("PT", _utc(15, 18, 30), _utc(16, 8)),  # 19:30 in Lisbon; until it is 8 on the Azores
        (None, _utc(15, 6), _utc(15, 6)),  # 8 in Madrid, the company's
        (None, _utc(15, 17), _utc(16, 6)),
    ],
)
def test_nothing_is_sent_in_the_evening_or_night_of_any_zone_of_the_country(country, now, opens) -> None:
    assert ContactHours(EVENING, company_zone="Europe/Madrid").opens_at(country, now) == opens


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        (_utc(15, 15), _utc(16, 12)),  # Monday 15 June 2026 is a holiday in Colombia
        (_utc(16, 11, 59), _utc(16, 12)),  # 7 in Bogota
        (_utc(20, 19, 59), _utc(20, 19, 59)),  # Saturday 14:59
        (_utc(20, 20), _utc(22, 12)),  # Saturday 15:00: Sunday has no hours
    ],
)
def test_colombian_customers_have_the_hours_of_their_law_without_a_word_in_the_strategy(now, opens) -> None:
    hours = ContactHours(QuietHours(), company_zone="Europe/Madrid")
    assert hours.opens_at("CO", now) == opens
    assert hours.opens_at("ES", now) == now


def test_a_profile_is_taken_for_all_or_for_none() -> None:
    sunday = _utc(21, 15)
    assert ContactHours(QuietHours(profile="none"), company_zone="UTC").opens_at("CO", sunday) == sunday
    everybody = ContactHours(QuietHours(profile="colombia_ley_2300"), company_zone="UTC")
    assert everybody.opens_at(None, sunday) == _utc(22, 7)


def test_a_profile_holds_from_its_day_and_names_its_source() -> None:
    before = datetime(2023, 10, 8, 15, tzinfo=UTC)  # a Sunday
    assert ContactHours(QuietHours(), company_zone="UTC").opens_at("CO", before) == before
    assert all(profile.source for profile in profiles().values())


class _Book:
    def claim(self, keys, *, settling=()):
        return Claims(claimed=tuple(keys))

    def begin(self, reminder_key):
        raise AssertionError(reminder_key)

    def end(self, attempt):
        raise AssertionError(attempt)

    def settle(self, outcomes):
        raise AssertionError(outcomes)


def test_what_is_outside_its_hours_is_not_claimed_and_says_when_it_can_be_sent() -> None:
    book = HoursFirst(
        _Book(),
        ContactHours(EVENING, company_zone="Europe/Madrid"),
        countries={"madrid": None, "bogota": "CO"},
        clock=lambda: _utc(16, 8),
    )
    assert book.claim(["madrid", "bogota"]) == Claims(claimed=("madrid",), quiet=1)
    assert book.opens_at == {"bogota": _utc(16, 13)}


@pytest.mark.parametrize(
    "wrong", [{"from": "19:00"}, {"from": "08:00", "until": "08:00"}, {"from": "25:00", "until": "08:00"}]
)
def test_hours_that_make_no_sense_are_refused(wrong) -> None:
    with pytest.raises(ValueError, match=r"from|pattern"):
        QuietHours.model_validate(wrong)
