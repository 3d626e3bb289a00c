"""The run's summary as Markdown, for the Prefect UI and beside the page: counts and sums only, by its argument's type."""

from __future__ import annotations

from tasks.report.counts import DECISIONS
from tasks.report.lines import BUCKETS
from tasks.report.next_steps import next_steps
from tasks.report.pivot import reason_rows
from tasks.report.rendering import environment
from tasks.report.summary import RunSummary
from tasks.report.words import Language, load_words

# Of the cash expected, the weeks that somebody plans for; the page has all.
CASH_WEEKS = 4

Cell = str | int
TableRow = dict[str, Cell]


def to_markdown(summary: RunSummary, language: Language) -> str:
    """The summary as Markdown with tables, in one language."""
    words = load_words(language)
    template = environment().get_template("report/summary.md.j2")
    return template.render(
        summary=summary, steps=next_steps(summary), buckets=BUCKETS, cash_weeks=CASH_WEEKS, words=words
    )


def decision_table(summary: RunSummary, language: Language) -> list[TableRow]:
    """Decisions by reason and currency as rows of a table artifact, in the order of the summary's own table."""
    words = load_words(language)
    order = [(decision, row.names[0]) for decision in DECISIONS for row in reason_rows(summary, decision)]
    lines = sorted(
        summary.decisions,
        key=lambda line: (order.index((line.decision, line.reason)), summary.currencies.index(line.currency)),
    )
    return [
        {
            words["col_decision"]: words[f"decision_{line.decision}"],
            words["col_reason"]: words.reason(line.reason),
            words["col_currency"]: line.currency,
            words["col_receivables"]: line.receivables,
            words["col_amount"]: words.amount(line.amount, line.currency),
        }
        for line in lines
    ]


def reject_table(summary: RunSummary, language: Language) -> list[TableRow]:
    """Refused rows by contract and reason, and what helps, as rows of a table artifact; the longest texts last."""
    words = load_words(language)
    return [
        {
            words["col_contract"]: words[f"contract_{line.contract}"],
            words["col_rows"]: line.rows,
            words["col_reason"]: words.refusal(line.reason),
            words["col_fix"]: words.refusal(line.fix),
        }
        for line in summary.rejects
    ]
