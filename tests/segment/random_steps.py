"""Random ladders, made of all that a step can say; the linter may still find errors in them."""

from __future__ import annotations

from datetime import date
from random import Random

from tasks.segment.families import family_of

Text = dict[str, object]

BEFORE = (
    "pre_due",
    "pre_due",
    "invoice_received",
    "goods_received",
    "direct_debit_ready",
    "payment_scheduled",
    "discount_offer",
)
ANY_DAY = ("statement", "payment_document_missing", "promise_reminder")
EVENTS = (
    "promise_broken",
    "direct_debit_returned",
    "dispute_resolved",
    "confirmed_goods_received",
    "confirmed_payment_scheduled",
)
ROLES = ("reminder", "invoice", "escalation", "legal")
CHANNELS = (
    {},
    {},
    {},
    {"channel": "whatsapp"},
    {"channel": "call"},
    {"channels": ["email", "whatsapp"]},
    {"channels": ["call", "email", "letter"]},
    {"channels": ["whatsapp"], "fallback_channels": ["letter", "email", "call"]},
    {"channels": ["letter", "whatsapp"], "fallback_channels": ["call", "executive"]},
    {"channel": "email", "fallback_channels": ["whatsapp", "call"]},
    {"channels": ["executive", "email"]},
    {"channel": "visit", "fallback_channels": ["sales"]},
)


class Steps:
    """Draws ladders for a day and so many customers."""

    def __init__(self, random: Random, as_of: date, customers: int) -> None:
        self.random, self.as_of, self.customers = random, as_of, customers

    def maybe(self, chance: float) -> bool:
        return self.random.random() < chance

    def ladder(self) -> Text:
        steps = self.before() + self.after() + self.harsh()
        for event in range(self.random.choice((0, 0, 1, 2))):
            steps.insert(self.random.randint(0, len(steps)), self.about_event(event))
        steps = [{**self.random.choice(CHANNELS), **step} if "channel" not in step else step for step in steps]
        for step in steps:
            if self.maybe(0.4):
                step["contact_role"] = self.random.choice(ROLES)
            if self.maybe(0.15) and "after_event" not in step:
                step["repeat"] = {"every": self.random.choice((3, 6)), "at_most": self.random.choice((1, 2, 3))}
        return {
            "steps": steps,
            "on_part_payment": self.random.choice(("continue", "restart", "restart", 6)),
            **({"tolerance_days": self.random.choice((0, 2, 6))} if self.maybe(0.4) else {}),
        }

    def step(self, purpose: str, number: int, anchor: Text) -> Text:
        """Named by its family and place, so that ladders share names that mean the same kind of message."""
        tone = self.random.choice(("courteous", "neutral", "firm"))
        return {"step": f"{family_of(purpose)}_{number}", "purpose": purpose, "tone": tone, **anchor}

    def before(self) -> list[Text]:
        steps: list[Text] = []
        days = self.random.choice((4, 9, 12))
        for number in range(self.random.choice((0, 1, 1, 2, 3))):
            anchor: Text = {"before_due": max(days, 1)}
            if self.maybe(0.15):
                anchor = {"after_invoice": self.random.choice((3, 9))}
            elif number and self.maybe(0.3):
                anchor = {"previous_step": self.random.choice((1, 3))}
            purpose = self.random.choice(BEFORE if self.maybe(0.85) else ANY_DAY)
            steps.append(self.step(purpose, number, anchor))
            days -= self.random.choice((1, 3))
        if self.maybe(0.4):
            steps.append(self.step("due", 4, {"on_due": True}))
        return steps

    def after(self) -> list[Text]:
        steps: list[Text] = []
        days = self.random.choice((1, 1, 5, 10))
        for number in range(5, 5 + self.random.choice((1, 2, 3))):
            anchor: Text = {"after_due": days}
            if number > 5 and self.maybe(0.5):
                anchor = self.random.choice(
                    (
                        {"previous_step": 5},
                        {"after_step": {"step": str(steps[-1]["step"]), "days": self.random.choice((2, 7))}},
                    )
                )
            elif self.maybe(0.3):
                anchor = self.random.choice(
                    ({"end_of_month": self.random.choice((0, 2))}, {"after_invoice": days + 10})
                )
            purpose = self.random.choice(("overdue", "overdue", "overdue", "statement"))
            step = self.step(purpose, number, anchor)
            if self.maybe(0.2) and ("previous_step" in anchor or "after_step" in anchor):
                step["needs_approval"] = True
            steps.append(step)
            days += self.random.choice((4, 9))
        return steps

    def harsh(self) -> list[Text]:
        steps: list[Text] = []
        if self.maybe(0.4):
            steps.append(self.step("suspension_deadline", 8, {"previous_step": self.random.choice((3, 10))}))
            steps.append(self.step("suspension", 9, {"previous_step": 13, "needs_approval": True}))
        if self.maybe(0.3):
            steps.append(self.step("legal_deadline", 10, {"previous_step": self.random.choice((3, 10))}))
            steps.append(
                self.step(
                    "hand_over",
                    11,
                    {
                        "previous_step": 14,
                        "needs_approval": True,
                        "channel": self.random.choice(("legal", "agency", "email")),
                    },
                )
            )
        return steps

    def about_event(self, number: int) -> Text:
        anchor = {"after_event": {"event": self.random.choice(EVENTS), "days": self.random.choice((0, 1, 4))}}
        purpose = self.random.choice(("promise_broken", "statement", "due", "overdue", "pre_due"))
        return self.step(purpose, 12 + number, anchor)
