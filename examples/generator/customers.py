"""The creditor's customers and whom to reach there."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

from examples.generator.addresses import Address, draw_address
from examples.generator.behaviour import Kind, Payer, draw_payer
from examples.generator.days import AS_OF, FIRST_INVOICE, on_or_after
from examples.generator.identifiers import LANDLINE, MOBILE, TAX_ID
from examples.generator.names import COUNTRIES, TRADES, Country, company_name, domain, person

UNITS_PER_EURO = {"EUR": 100, "MXN": 1950, "CLP": 1050}
"""Smallest units (cents, centavos, whole pesos) that buy about one euro: sets the size of amounts, converts nothing."""
KEY_ACCOUNTS = frozenset({58, 211, 377, 502})
"""Places of the few customers on whom the creditor depends."""
CONTACT_MAILBOXES = {"Facturación": "facturas", "Tesorería": "tesoreria", "Dirección": "direccion", "Jurídico": "legal"}


@dataclass(frozen=True)
class Contact:
    """A person or mailbox at a customer."""

    contact_id: str
    customer_id: str
    role: str
    name: str
    email: str
    phone: str
    mobile: str
    verified_on: date | None
    address: Address


@dataclass(frozen=True)
class Customer:
    """A customer, with what only the generator knows: how he pays and how much he buys (`usual_amount` in smallest units)."""

    customer_id: str
    name: str
    country: Country
    tax_id: str
    sector: str
    zone: str
    customer_class: str
    financial_situation: str
    method: str
    terms: int
    credit_limit: int
    since: date
    first_invoice: date
    weight: float
    usual_amount: int
    has_projects: bool
    wants_entry_sheet: bool
    payer: Payer
    contacts: tuple[Contact, ...]


def draw_customers(rng: random.Random) -> list[Customer]:
    """All customers, in the order of their codes (which says nothing about country or behaviour)."""
    countries = [country for country in COUNTRIES for _ in range(country.customers)]
    rng.shuffle(countries)
    names: set[str] = set()
    return [_draw(place, country, names, rng) for place, country in enumerate(countries)]


def _draw(place: int, country: Country, names: set[str], rng: random.Random) -> Customer:
    sector = rng.choice(list(TRADES))
    name = company_name(country, sector, rng)
    while name.split(",", maxsplit=1)[0] in names:
        name = company_name(country, sector, rng)
    names.add(name.split(",", maxsplit=1)[0])
    payer = draw_payer(rng)
    size = min(rng.lognormvariate(0, 1.0), 7.0) * (3.5 if place in KEY_ACCOUNTS else 1.0)
    is_new = rng.random() < 0.09
    if payer.kind is Kind.FAILED:
        size, is_new = min(size, 1.2), False
    since = date(2026, 3, 2) + timedelta(days=rng.randint(0, 85)) if is_new else _old_since(rng)
    usual = round(size * rng.uniform(330, 900) * UNITS_PER_EURO[country.currency])
    code = f"{4017 + 7 * place:06d}"
    has_watch = payer.kind in {Kind.FAILED, Kind.DETERIORATING} and rng.random() < 0.4
    return Customer(
        customer_id=code,
        name=name,
        country=country,
        tax_id=TAX_ID[country.code](place + 1),
        sector=sector,
        zone=rng.choice(country.zones),
        customer_class="A" if size > 3 else "B" if size > 0.8 else "C",
        financial_situation="En vigilancia" if has_watch or rng.random() < 0.01 else "Normal",
        method=rng.choice(country.methods),
        terms=0 if rng.random() < 0.03 else rng.choice(country.terms),
        credit_limit=round(usual * rng.uniform(6, 30)) // 100_000 * 100_000,
        since=since,
        first_invoice=on_or_after(max(since, FIRST_INVOICE)),
        weight=size**0.6 * rng.uniform(0.4, 1.6),
        usual_amount=usual,
        has_projects=rng.random() < (0.8 if sector in {"construction", "mining", "energy"} else 0.2),
        wants_entry_sheet=size > 1 and country.code in {"CL", "MX", "CO"} and rng.random() < 0.6,
        payer=payer,
        contacts=_draw_contacts(code, name, country, place, rng),
    )


def _old_since(rng: random.Random) -> date:
    return date(2025, 6, 1) - timedelta(days=round(rng.expovariate(1 / 1500)))


def _draw_contacts(code: str, name: str, country: Country, place: int, rng: random.Random) -> tuple[Contact, ...]:
    """No contact at all (3 %), one general one, or several by role; some without e-mail, some never verified."""
    fate = rng.random()
    if fate < 0.03:
        return ()
    roles = ["Tesorería"] if fate < 0.55 else ["Facturación", "Tesorería"]
    roles += ["Dirección"] if rng.random() < 0.18 else []
    roles += ["Jurídico"] if rng.random() < 0.03 else []
    contacts = []
    for number, role in enumerate(roles, start=1):
        has_email = rng.random() > 0.06
        line = 4 * place + number
        contacts.append(
            Contact(
                contact_id=f"{code}-{number}",
                customer_id=code,
                role=role,
                name=person(rng),
                email=f"{CONTACT_MAILBOXES[role]}@{domain(name, country.code)}" if has_email else "",
                phone=LANDLINE[country.code].format(line % 1000) if rng.random() < 0.6 or not has_email else "",
                mobile=MOBILE[country.code].format(line % 1000) if rng.random() < 0.3 else "",
                verified_on=AS_OF - timedelta(days=rng.randint(5, 900)) if rng.random() < 0.75 else None,
                address=draw_address(f"{code}-{number}", country.code),
            )
        )
    return tuple(contacts)
