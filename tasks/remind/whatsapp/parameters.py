"""What may fill a template's variable: names of plain text, taken from the same vocabulary as e-mails.

Meta allows small letters, digits and `_` in the names of variables, so they are flat.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from tasks.remind.outbound import clean_line
from tasks.remind.vocabulary import MessageWords

PARAMETERS: Mapping[str, Callable[[MessageWords], str]] = MappingProxyType(
    {
        "company_name": lambda words: words["company"]["name"],
        "recipient": lambda words: words["recipient"]["name"] or words["customer"]["name"],
        "customer_name": lambda words: words["customer"]["name"],
        "customer_id": lambda words: words["customer"]["id"],
        "collector_name": lambda words: words["collector"]["name"],
        "collector_email": lambda words: words["collector"]["email"],
        "collector_phone": lambda words: words["collector"]["phone"],
        "as_of": lambda words: words["as_of"],
        "payments_until": lambda words: words["payments_until"],
        "deadline": lambda words: words["deadline"],
        "next_on": lambda words: words["next_on"],
        "payment_reference": lambda words: words["payment_reference"],
        "item_count": lambda words: str(words["item_count"]),
        "total": lambda words: words["totals"][0]["paid_amount"] or words["totals"][0]["open_amount"],
        "promised_on": lambda words: words["promised_on"],
        "promised_amount": lambda words: words["promised_amount"],
        "answer_link": lambda words: words["answer_link"],
    }
)
AMOUNTS = frozenset({"total", "promised_amount"})
"""Those that a locked phone should not show to others."""


def value_of(name: str, words: MessageWords) -> str:
    """The text for one variable, on one line: the provider refuses line breaks, tabs and rows of blanks. Links stay whole."""
    text = PARAMETERS[name](words)
    return text if name == "answer_link" else clean_line(text)
