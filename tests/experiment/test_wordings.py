"""An experiment's variant may be another wording: drawn and stored like any arm, and read by its customers alone."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from jinja2 import Environment

from tasks.ledger.reminders import reminders_from_arrow
from tasks.paths import TEMPLATES
from tasks.problems import UserProblem
from tasks.remind.steps import read_steps
from tasks.remind.template_files import Reading, TemplateFiles, variants_with_words
from tasks.segment.delivery import delivery_of
from tasks.segment.lint import lint_strategy
from tasks.segment.load import parse_strategy
from tasks.segment.strategy import Strategy
from tests.segment.worlds import Contact, Customer, Receivable, World

DAY = date(2026, 6, 1)
SUBJECT = "overdue/en/subject.txt.j2"


def strategy(**variant: object) -> Strategy:
    return parse_strategy(
        {
            "payments_fresh_within_days": "none",
            "quiet_days": {"weekdays": [], "holidays": []},
            "ladders": {"usual": [{"step": "first", "after_due": 1}]},
            "segments": [{"name": "everybody", "ladder": "usual"}],
            "experiments": [
                {
                    "name": "spring",
                    "segments": ["everybody"],
                    "from": "2026-05-01",
                    "until": "2026-07-31",
                    "variants": [{"name": "short", "share": 0.5, **variant}],
                }
            ],
        }
    )


def test_the_customers_of_the_arm_read_its_wording_on_the_usual_ladder(decided) -> None:
    customers = [
        Customer(
            f"C{n}", receivables=[Receivable(f"R{n}", date(2026, 5, 20), date(2026, 4, 20))], contacts=[Contact("1")]
        )
        for n in range(2)
    ]
    members = [("C0", "short", DAY), ("C1", "as_usual", DAY)]
    connection = decided(World(DAY, customers), strategy(wording="brief"), members)
    rows = connection.execute("SELECT customer_id, reminder_key, step, decision FROM decide.decisions").fetchall()
    assert {row[2:] for row in rows} == {("first", "remind")}
    keys = {customer_id: key for customer_id, key, *_ in rows}
    steps = read_steps(connection, list(keys.values()))
    assert {name: steps[key].variant for name, key in keys.items()} == {"C0": "brief", "C1": ""}
    planned = reminders_from_arrow(connection.execute("FROM outgoing.messages").to_arrow_table())
    assert {reminder.customer_id: reminder.variant for reminder in planned} == {"C0": "brief", "C1": None}


def test_a_part_that_the_wording_has_not_is_said_in_the_usual_words(tmp_path: Path) -> None:
    folder = tmp_path / "overdue" / "en" / "brief"
    folder.mkdir(parents=True)
    (folder / "subject.txt.j2").write_text("Please pay")
    places = (tmp_path, TEMPLATES)

    def source(template: str, variant: str) -> str:
        files = TemplateFiles(places, "text", Reading("en", variant=variant))
        return files.get_source(Environment(), template)[0]  # noqa: S701 nothing is rendered

    assert variants_with_words(places) == {"brief"}
    assert source(SUBJECT, "brief") == "Please pay"
    assert source(SUBJECT, "") == (TEMPLATES / SUBJECT).read_text()
    body = "overdue/en/body.txt.j2"
    assert source(body, "brief") == source(body, "")


def test_a_wording_without_templates_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "puntual.yaml").write_text("{}")

    def found() -> list[str]:
        return [
            p.what for p in lint_strategy(strategy(wording="brief"), delivery=delivery_of(tmp_path)) if "says" in p.what
        ]

    assert found() == ["the variant 'short' says 'brief', and no template has that wording"]
    (tmp_path / "templates" / "overdue" / "en" / "brief").mkdir(parents=True)
    assert found() == []


def test_a_variant_must_change_something() -> None:
    with pytest.raises(UserProblem, match="changes nothing: give it a ladder or a wording"):
        strategy()
