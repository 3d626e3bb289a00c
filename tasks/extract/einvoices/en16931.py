"""What UBL and CII share: the document types of the European standard (UNTDID 1001) and what they mean for a claim."""

from __future__ import annotations

from dataclasses import dataclass

from tasks.extract.einvoices.instalments import by_sign, is_positive
from tasks.extract.einvoices.payment_means import UNTDID_4461
from tasks.extract.einvoices.values import amount, listed, plain_id

CREDIT_TYPES = frozenset({"81", "83", "261", "262", "296", "308", "381", "396", "420", "532"})
DEBIT_TYPES = frozenset({"80", "84", "383", "527"})
INVOICE_TYPES = frozenset({
    "82", "218", "219", "295", "326", "331", "380", "382", "384", "385", "386", "387", "388", "389", "390", "393", "394", "395",
    "575", "623", "633", "780", "875", "876", "877",
})  # fmt: skip
"""What claims money. Others (325 pro forma, 457 and 458 reversals, 751 for information …) are quarantined by their code."""
FACTORED_TYPES = frozenset({"393", "396"})
CORRECTED_INVOICE = "384"


@dataclass(frozen=True)
class Claim:
    """What a document of `type_code` over `payable` (unsigned, as written) claims.

    Credit notes state positive amounts, so their sign is turned; an invoice over a negative amount is a credit note (both
    are allowed), and a credit note over a negative amount takes a credit back: a debit note. A credit note of UBL is one
    without a type too.
    """

    number: str
    type_code: str
    payable: str
    is_credit: bool

    @property
    def amount(self) -> str:
        return self.signed(self.payable)

    @property
    def document_type(self) -> str:
        known = CREDIT_TYPES | {""} if self.is_credit else INVOICE_TYPES | DEBIT_TYPES
        if self.type_code not in known:
            return f"type_{self.type_code}"
        is_debit = self.is_credit or self.type_code in DEBIT_TYPES
        return by_sign(self.amount, "debit_note" if is_debit else "invoice")

    @property
    def document_id(self) -> str:
        """Invoices and credit notes of one seller may have the same number."""
        return f"{self.number}-credit_note" if self.is_credit and self.number else self.number

    def replaces(self, originals: list[str]) -> str:
        """A corrected invoice (384) over a positive amount takes the place of the one that it names."""
        is_new = self.type_code == CORRECTED_INVOICE and is_positive(self.amount)
        return listed(originals) if is_new else ""

    def is_assigned(self, payees: list[str], sellers: list[str]) -> bool:
        """A factored type, or someone else than the seller to be paid (BT-59 is given only then)."""
        known = {plain_id(seller) for seller in sellers}
        return self.type_code in FACTORED_TYPES or (bool(payees) and not known & {plain_id(item) for item in payees})

    def signed(self, text: str) -> str:
        """One of the document's amounts with the sign of the claim."""
        return amount(text, negative=self.is_credit)


def payment_method(codes: list[str]) -> str:
    """The way to pay, if the codes agree on one."""
    methods = {UNTDID_4461.get(code, "") for code in codes}
    return methods.pop() if len(methods) == 1 else ""


def one_due_date(dates: list[str]) -> tuple[str, str]:
    """The due date, or why there is none: several dates without amounts cannot be laid on a document."""
    if len(set(dates)) > 1:
        return "", "several due dates are given, and no amounts for them"
    return (dates[0] if dates else ""), ""
