"""The closed list of duties with its words (`kinds.yaml`), in Spanish and English."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal, get_args

from tasks.duties.links import ConfirmationKind
from tasks.segment.reasons import Words
from tasks.settings.strict import Strict
from tasks.settings.yaml_file import read_yaml

Duty = Literal[
    "open_complaint",
    "price_not_agreed",
    "not_delivered",
    "goods_not_received",
    "document_not_sent",
    "purchase_order_missing",
    "purchase_order_wrong",
    "mandate_not_ready",
    "direct_debit_returned",
    "payment_not_applied",
    "credit_note_pending",
    "dispute_without_news",
    "wrong_contact",
]
DUTIES: tuple[Duty, ...] = get_args(Duty)


class Kind(Strict):
    """One kind of duty: its usual days, whether it holds reminders back, what confirms it, and its words."""

    name: Duty
    within_days: int
    holds_back: bool
    confirmed_by: ConfirmationKind | None = None
    label: Words
    to_do: Words


class Kinds(Strict):
    """All of `kinds.yaml`."""

    duties: tuple[Kind, ...]
    returned_by_our_fault: tuple[str, ...]
    columns: dict[str, Words]
    values: dict[str, Words]

    def of(self, duty: str) -> Kind:
        """The kind by its name.

        Raises:
            KeyError: there is none of that name.
        """
        return {kind.name: kind for kind in self.duties}[duty]  # type: ignore[index]  # a name from a database


@cache
def load_kinds() -> Kinds:
    """The kinds of `kinds.yaml`."""
    return Kinds.model_validate(read_yaml(Path(__file__).with_suffix(".yaml")))
