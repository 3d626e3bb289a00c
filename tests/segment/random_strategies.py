"""Random strategies without lint errors, made of all that a ladder, a segment and an override can say."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from tasks.segment.lint import lint_strategy
from tasks.segment.load import parse_strategy
from tasks.segment.strategy import Strategy
from tests.segment.random_steps import Steps, Text

CAPS = (
    {"contacts": 2, "per_days": 5, "per_channel": {"email": {"contacts": 1, "per_days": 9}}},
    {
        "contacts": 3,
        "per_days": 6,
        "per_channel": {"whatsapp": {"contacts": 1, "per_days": 12}, "call": {"contacts": 1, "per_days": 8}},
    },
)
QUIET = (
    {"weekdays": [], "holidays": []},
    {"weekdays": [], "holidays": []},
    {},
    {"weekdays": ["sunday"], "holidays": ["customer"]},
    {"weekdays": [], "holidays": ["company"]},
)


def random_strategy(random: Random, as_of: date, customers: int) -> Strategy:
    """A strategy for a day and customers named C0, C1 …: drawn again until the linter has no errors."""
    while True:
        drawn = _Drawing(random, as_of, customers).strategy()
        strategy = parse_strategy(drawn)
        if not [problem for problem in lint_strategy(strategy) if problem.severity == "error"]:
            return strategy


def step_names(strategy: Strategy) -> list[str]:
    """Every step of every ladder, and one that none has."""
    return [*dict.fromkeys(step.step for ladder in strategy.ladders.values() for step in ladder.steps), "of_old"]


class _Drawing(Steps):
    def strategy(self) -> Text:
        choice = self.random.choice
        return {
            "tolerance_days": choice((0, 0, 3)),
            "payments_fresh_within_days": choice(("none", "none", 4, 8)),
            "minimum_amount": choice(({}, {"EUR": 50}, {"EUR": 100, "MXN": 40})),
            "contact_cap": choice((None, {"contacts": 1, "per_days": 5}, {"contacts": 2, "per_days": 9}, *CAPS, *CAPS)),
            "pay_run": choice(
                (
                    None,
                    {"wait_days": 7},
                    {"wait_days": 14, "lead_days": 2},
                    {"wait_days": 31, "lead_days": 0},
                    {"wait_days": 5, "lead_days": 4},
                )
            ),
            "promise_grace_days": choice((0, 0, 2)),
            "quiet_days": {**choice(QUIET), "also": [str(self.as_of + timedelta(days=choice((0, 0, 0, 1, 2, 9))))]}
            if self.maybe(0.5)
            else choice(QUIET),
            **({} if self.maybe(0.7) else {"contact_fallback": {"reminder": ["escalation", "invoice"], "legal": []}}),
            "ladders": {"regular": self.ladder(), "other": self.ladder(), "third": self.ladder()},
            "segments": [
                {"name": "peace", "when": {"customer_class": "key_account", "is_new": True}, "ladder": "none"},
                {"name": "some", "when": self.conditions(), "ladder": "other"},
                {"name": "risky", "when": self.conditions(), "ladder": choice(("third", "other", "regular"))},
                {"name": "rest", "ladder": "regular"},
            ],
            "overrides": self.overrides(),
            "credit_policy": {"guarantees": [self.guarantee() for _ in range(self.customers // 4)]},
            "experiments": [self.experiment()] if self.maybe(0.7) else [],
            **({"thank_you": self.thank_you()} if self.maybe(0.9) else {}),
        }

    def experiment(self) -> Text:
        """One named `trial`, as the arms that worlds hold are of."""
        variants = [{"name": "otherwise", "ladder": "third", "share": 0.3}]
        return {
            "name": "trial",
            "segments": self.random.choice((["rest"], ["rest", "some"])),
            "share": 0.2,
            "from": str(self.as_of - timedelta(days=10)),
            "until": str(self.as_of + timedelta(days=self.random.choice((-1, 0, 6, 40)))),
            "never_above": self.random.choice(({"EUR": 300}, {"EUR": 900, "MXN": 900})),
            "at_most_days_overdue": self.random.choice((8, 45)),
            "variants": variants if self.maybe(0.6) else [],
        }

    def thank_you(self) -> Text:
        sample, choice = self.random.sample, self.random.choice
        return {
            "segments": sample(("peace", "some", "risky", "rest"), choice((2, 3, 4, 4))),
            "for": sample(("reminded", "promise_kept", "in_time"), choice((1, 2, 3, 3))),
            "channel": choice(("email", "email", "email", "email", "letter", "whatsapp")),
            "contact_role": choice(("reminder", "reminder", "reminder", "invoice", "escalation")),
            "within_days": choice((1, 3, 7, 7, 14)),
            "every_days": choice((1, 5, 20, 60)),
            "minimum_amount": choice(({}, {"EUR": 40}, {"EUR": 40, "MXN": 40}, {"EUR": 50, "MXN": 300})),
        }

    def conditions(self) -> Text:
        asked: Text = {
            "risk_grade": self.random.choice((["D", "E"], {"none_of": ["A"]}, "C")),
            "customer_class": {"none_of": ["retail"]},
            "country": self.random.choice(("MX", {"none_of": ["ES"]})),
            "financial_situation": "watch",
            "sector": self.random.choice((["food", "wood"], {"none_of": ["food"]})),
            "open_amount": {"EUR": {"at_most": 120}, "MXN": {"at_least": 250}},
            "overdue_amount": {"EUR": {"at_least": 100}},
            "days_overdue": self.random.choice(({"at_least": 10}, {"at_most": 20}, {"at_least": -3, "at_most": 30})),
            "overdue_count": {"at_least": 2},
            "has_guarantee": self.maybe(0.5),
            "insured_amount": self.random.choice(({"EUR": {"at_least": 1}}, {"EUR": {"at_most": 100}})),
            "insured_share": self.random.choice(
                ({"EUR": {"at_least": 0.5}, "MXN": {"at_least": 1}}, {"EUR": {"at_most": 0.4}})
            ),
        }
        return {name: asked[name] for name in self.random.sample(sorted(asked), self.random.choice((1, 1, 2)))}

    def guarantee(self) -> Text:
        days = self.random.choice
        return {
            "customer": f"C{self.random.randrange(self.customers)}",
            "kind": self.random.choice(("insurance", "insurance", "deposit")),
            "amount": self.random.choice((0, 50, 100, 400)),
            "currency": self.random.choice(("EUR", "EUR", "MXN")),
            "until": str(self.as_of + timedelta(days=days((-1, 0, 30)))),
            **({"valid_from": str(self.as_of + timedelta(days=days((-30, -1))))} if self.maybe(0.3) else {}),
        }

    def overrides(self) -> list[Text]:
        found: dict[str, Text] = {}
        for _ in range(self.customers // 10):
            number = self.random.randrange(self.customers)
            about = (
                {"customer": f"C{number}"}
                if self.maybe(0.5)
                else {"receivable": f"R{number}-{self.random.choice((0, 0, 1))}"}
            )
            found[str(about)] = {
                **about,
                **self.random.choice(
                    (
                        {"ladder": "none"},
                        {"ladder": "third"},
                        {"ladder": "other"},
                        {"segment": "some"},
                        {"segment": "peace"},
                    )
                ),
                "until": str(self.as_of + timedelta(days=self.random.choice((-1, 0, 5)))),
                "reason": "agreed",
                "author": "ana",
            }
        return list(found.values())
