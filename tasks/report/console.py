"""The run in a few lines for the terminal, in the company's language."""

from __future__ import annotations

from tasks.report.counts import RunResult, run_counts
from tasks.report.next_steps import next_steps
from tasks.report.rendering import environment
from tasks.report.words import Language, load_words


def to_lines(result: RunResult, language: Language) -> list[str]:
    """What came in, what is owed per currency, what was decided, what became of the messages, and what to do next."""
    summary = result.summary
    text = (
        environment()
        .get_template(f"report/console.{language}.txt.j2")
        .render(summary=summary, counts=run_counts(summary), steps=next_steps(summary), words=load_words(language))
    )
    return text.splitlines()
