"""Mutated bank files and e-invoices of every standard."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import get_args

from tasks.settings.formats import BankStandard, EInvoiceStandard
from tests.fuzz.campaign import Campaign
from tests.fuzz.message_checks import bank_check, invoice_check, seeds_of
from tests.fuzz.mutations import mutated


def mutated_messages(campaign: Campaign, *, standard: str) -> None:
    """Files of one standard: refused, or every value in them as they have it."""
    seeds = seeds_of(standard)
    checks = {
        **dict.fromkeys(get_args(BankStandard), bank_check),
        **dict.fromkeys(get_args(EInvoiceStandard), invoice_check),
    }
    check = checks[standard](standard)
    while campaign.goes_on:
        data = mutated(campaign.random, seeds)
        with campaign.input(data):
            for kind, sign, told in check(data):
                campaign.finding(kind, sign, data, told)
            campaign.values += 1


MESSAGES: dict[str, Callable[[Campaign], None]] = {
    standard: partial(mutated_messages, standard=standard)
    for standard in (*get_args(BankStandard), *get_args(EInvoiceStandard))
}
