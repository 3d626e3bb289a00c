"""The run's summary as Markdown, for the Prefect UI and beside the page: counts and sums only, by its argument's type."""

from __future__ import annotations

from tasks.report.next_steps import next_steps
from tasks.report.rendering import environment
from tasks.report.summary import BUCKETS, RunSummary
from tasks.report.words import Language, load_words

Cell = str | int
TableRow = dict[str, Cell]


def to_markdown(summary: RunSummary, language: Language) -> str:
    """The summary as Markdown with tables, in one language."""
    words = load_words(language)
    template = environment().get_template("report/summary.md.j2")
    return template.render(summary=summary, steps=next_steps(summary), buckets=BUCKETS, words=words)


def decision_table(summary: RunSummary, language: Language) -> list[TableRow]:
    """Decisions by reason and currency as rows of a table artifact."""
    words = load_words(language)
    return [
        {
            words["col_decision"]: words[f"decision_{line.decision}"],
            words["col_reason"]: words.reason(line.reason),
            words["col_currency"]: line.currency,
            words["col_receivables"]: line.receivables,
            words["col_amount"]: words.money(line.amount, line.currency),
        }
        for line in summary.decisions
    ]


def reject_table(summary: RunSummary, language: Language) -> list[TableRow]:
    """Refused rows by contract and reason as rows of a table artifact."""
    words = load_words(language)
    return [
        {
            words["col_contract"]: words[f"contract_{line.contract}"],
            words["col_reason"]: words.refusal(line.reason),
            words["col_rows"]: line.rows,
        }
        for line in summary.rejects
    ]
