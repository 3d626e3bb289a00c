"""Writes a draft as HTML, which Word and LibreOffice open and change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal, get_args

from babel import Locale

from tasks.consequences.check import RATES_FILE
from tasks.consequences.rates import load_rates
from tasks.drafts.case import Case, read_case, read_terms_days
from tasks.drafts.terms import instalments, terms_words, usual_terms_days
from tasks.problems import UserProblem
from tasks.remind.wording import date_long, date_short, locale_of, money
from tasks.report.rendering import environment
from tasks.segment.load import load_strategy
from tasks.settings.load import Workspace

Kind = Literal["terms", "notice", "demand", "plan"]
Trade = Literal["goods", "services", "works"]
DraftLanguage = Literal["es", "en", "pt"]
KINDS: tuple[Kind, ...] = get_args(Kind)
ABOUT_A_CUSTOMER: frozenset[Kind] = frozenset({"demand", "plan"})
_CLAIM_WORDS: Mapping[str, Mapping[DraftLanguage, str]] = {
    "late_interest": {"es": "intereses de demora", "en": "late interest", "pt": "juros de mora"},
    "compensation": {"es": "compensación por costes de cobro", "en": "compensation for recovery costs", "pt": "compensação pelos custos de cobrança"},
    "fee": {"es": "gastos", "en": "fees", "pt": "despesas"},
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is to be drafted. `deadline_days`: of a demand; `parts`, `every_days`: of a plan."""

    kind: Kind
    language: DraftLanguage
    trade: Trade = "goods"
    customer_id: str | None = None
    deadline_days: int = 10
    parts: int = 3
    every_days: int = 30


def draft(workspace: Workspace, wanted: Wanted, *, on: date) -> str:
    """The HTML of a draft as of a day. A customer's figures are those of the newest published run.

    Raises:
        UserProblem: a customer is needed, or cannot be drafted about; a plan's debt is in several currencies.
    """
    company = workspace.settings.company
    locale = locale_of(language=wanted.language, country=company.country)
    words: dict[str, object] = {
        "language": wanted.language,
        "company": company.model_dump(include={"name", "tax_id", "address", "country", "collector"}),
        "today": date_long(on, locale),
        "trade": wanted.trade,
    }
    if wanted.kind in ABOUT_A_CUSTOMER:
        if wanted.customer_id is None:
            raise UserProblem.at(f"a draft of kind {wanted.kind}", "needs a customer", "Add --customer CODE.")
        case = read_case(workspace, wanted.customer_id, on=on, only_overdue=wanted.kind == "demand")
        words |= _case_words(case, wanted, locale, on)
    else:
        rates = load_rates(workspace.paths.root / RATES_FILE)
        found = terms_words(load_strategy(workspace.paths.strategy), rates, on=on, locale=locale)
        words |= {"interest": found.interest, "compensations": found.compensations, "suspends": found.suspends}
        words["terms_days"] = usual_terms_days(read_terms_days(workspace.paths)) or 30
    return environment().get_template(f"drafts/{wanted.language}/{wanted.kind}.html.j2").render(words)


def _case_words(case: Case, wanted: Wanted, locale: Locale, on: date) -> dict[str, object]:
    words: dict[str, object] = {
        "customer": {"name": case.name, "tax_id": ""},
        "rows": [
            {
                "document_number": item.document_number,
                "invoice_date": date_short(item.invoice_date, locale),
                "due_date": date_short(item.due_date, locale),
                "open_amount": money(item.open_amount, item.currency, locale),
            }
            for item in case.items
        ],
        "totals": [
            {"currency": currency, "amount": money(total, currency, locale)} for currency, total in case.totals.items()
        ],
        "claims": [
            f"{_CLAIM_WORDS[kind][wanted.language]} {money(amount, currency, locale)}"
            for kind, currency, amount in case.claims
        ],
        "deadline": date_long(on + timedelta(wanted.deadline_days), locale),
    }
    if wanted.kind == "plan":
        words["instalments"] = _instalments(case, wanted, locale, on)
    return words


def _instalments(case: Case, wanted: Wanted, locale: Locale, on: date) -> Sequence[Mapping[str, str]]:
    if len(case.totals) > 1:
        raise UserProblem.at(
            f"customer {case.customer_id}",
            f"owes in {', '.join(case.totals)}, and a plan is in one currency",
            "Write one plan for each by hand, starting from the demand.",
        )
    currency, total = next(iter(case.totals.items()))
    if total < Decimal("0.01") * wanted.parts:
        raise UserProblem.at(
            f"customer {case.customer_id}", f"owes less than {wanted.parts} cents", "Take fewer parts."
        )
    return [
        {
            "number": str(number),
            "due_date": date_long(on + timedelta(number * wanted.every_days), locale),
            "amount": money(amount, currency, locale),
        }
        for number, amount in enumerate(instalments(total, wanted.parts), start=1)
    ]
