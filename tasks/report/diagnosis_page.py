"""The page of the diagnosis, for the company's own people: it names customers, so it stays in the run's folder."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from tasks.private_files import write_private_text
from tasks.report.diagnosis import Diagnosis, read_diagnosis
from tasks.report.diagnosis_words import action, change, day_and_month, group_name, usual_delay, why
from tasks.report.early_warnings import warning_facts
from tasks.report.rendering import environment
from tasks.report.words import Language, load_words
from tasks.warehouse.connection import Connection

FILE = "diagnosis.html"
CHANGES = (
    "stopped_paying", "early_warning", "score_rose", "got_worse", "first_overdue", "score_fell", "got_better",
)  # fmt: skip
# Good news waits folded.
FOLDED = ("score_fell", "got_better")
OUTSTANDING = ("over_represented", "one_customer")
# What people read in one sitting; the table in the warehouse goes on.
RECEIVABLES_SHOWN = 10
CUSTOMERS_SHOWN = 5
# One of each kind of warning, and some more.
WARNED_SHOWN = 8
GROUPS_SHOWN = 8


def to_html(diagnosis: Diagnosis, language: Language) -> str:
    """The page as one HTML document that needs nothing else: no script, no remote file."""
    return (
        environment()
        .get_template("report/diagnosis.html.j2")
        .render(
            diagnosis=diagnosis,
            words=load_words(language),
            changes=CHANGES,
            folded=FOLDED,
            outstanding=OUTSTANDING,
            receivables_shown=RECEIVABLES_SHOWN,
            customers_shown=CUSTOMERS_SHOWN,
            warned_shown=WARNED_SHOWN,
            groups_shown=GROUPS_SHOWN,
            last_day=diagnosis.as_of + timedelta(days=diagnosis.due_within_days),
            action=action,
            change=change,
            day_and_month=day_and_month,
            group_name=group_name,
            usual_delay=usual_delay,
            warning_facts=warning_facts,
            why=why,
        )
    )


def write_diagnosis(connection: Connection, folder: Path, language: Language) -> Path:
    """Writes `diagnosis.html` to the run's `folder` and gives its path; `mart` must be built. Safe to repeat."""
    return write_private_text(folder / FILE, to_html(read_diagnosis(connection), language))
