"""`puntual.yaml`: the company, how it sends, and its sources."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import Field, field_validator, model_validator

from tasks.settings.answers import Answers
from tasks.settings.payment_page import PaymentPage
from tasks.settings.score import ScoreSettings
from tasks.settings.sending import Sending
from tasks.settings.sources import Source
from tasks.settings.strict import Strict

CurrencyCode = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


class Person(Strict):
    """Someone at the creditor: the collector who answers, or the sender a debtor sees."""

    name: str
    email: str
    phone: str = ""


class BankDetails(Strict):
    """Where a debtor pays, per currency. `account` is an IBAN, a CLABE or a national account number."""

    bank: str
    account: str
    bic: str = ""
    holder: str = ""


class Company(Strict):
    """The creditor."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")
    name: str
    country: str = Field(pattern=r"^[A-Z]{2}$")
    tax_id: str = ""
    language: Literal["es", "en", "pt"] = "es"
    currency: CurrencyCode = "EUR"
    time_zone: str = "Europe/Madrid"
    address: str = ""
    bank_details: dict[CurrencyCode, BankDetails] = Field(default_factory=dict)
    payment_page: PaymentPage | None = None
    sender: Person
    collector: Person

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            near = get_close_matches(value, available_timezones(), n=1)
            meant = f"did you mean {near[0]}?" if near else "write one such as Europe/Madrid or America/Santiago"
            raise ValueError(f"is not a known time zone; {meant}") from None
        return value


class LedgerSettings(Strict):
    """Where the ledger lives: a SQLite file in the workspace, or PostgreSQL by URL from the environment."""

    url_env: str | None = None


class WarehouseSettings(Strict):
    """What DuckDB may use while a run builds the warehouse."""

    memory_limit: str = Field("3GB", pattern=r"^[0-9]+(\.[0-9]+)?\s?(MB|GB|MiB|GiB)$")
    threads: int | None = Field(None, ge=1, description="All processors when absent.")
    keep_runs: int = Field(10, ge=1, description="Published warehouses that stay on disk.")


class ContactSettings(Strict):
    """How well contacts must be known."""

    verify_every_days: int = Field(
        365, ge=1, le=3650, description="Days after which somebody asks again whether a contact's data work."
    )


class PrivacySettings(Strict):
    """How long personal data stay; `docs/privacy.md` says what is deleted then."""

    keep_files_days: int = Field(
        365,
        ge=1,
        le=3650,
        description="`puntual prune` deletes runs' folders, the outbox and old warehouses after so many days.",
    )
    keep_blocked_days: int = Field(
        1095,
        ge=0,
        le=7300,
        description="Days that an erased customer's or contact's data stay blocked before they are deleted.",
    )


class WorkspaceSettings(Strict):
    """All of `puntual.yaml`."""

    company: Company
    sources: tuple[Source, ...] = Field(min_length=1)
    sending: Sending = Sending()
    ledger: LedgerSettings = LedgerSettings()
    warehouse: WarehouseSettings = WarehouseSettings()
    contacts: ContactSettings = ContactSettings()
    answers: Answers | None = None
    score: ScoreSettings = ScoreSettings()
    privacy: PrivacySettings = PrivacySettings()
    demo_as_of: date | None = None
    control_totals: str | None = Field(
        None, description="CSV (source,currency,rows,amount) that the files must tie to."
    )
    control_account: str | None = Field(
        None,
        description="CSV (account,currency,balance,date) with the balance of the customers' control account, which what is "
        "open must tie to.",
    )
    control_tolerance: Decimal = Decimal("0.00")

    @model_validator(mode="after")
    def _usable_sources(self) -> WorkspaceSettings:
        names = [source.name for source in self.sources]
        if len(set(names)) != len(names):
            raise ValueError("two sources have the same name")
        if not any(source.contract == "receivables" for source in self.sources):
            raise ValueError("no source fulfils the contract 'receivables'")
        return self
