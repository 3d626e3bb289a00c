"""What a person should do after the run, read off its summary: most urgent first."""

from __future__ import annotations

from dataclasses import dataclass

from tasks.report.summary import RunSummary


@dataclass(frozen=True)
class NextStep:
    """A step by its name (key `next_<name>` of the words) and the number it is about."""

    name: str
    number: int


def next_steps(summary: RunSummary) -> tuple[NextStep, ...]:
    """The steps that have something to do; empty when nothing waits for anybody."""
    reminders = summary.news.reminders
    needing_approval = sum(line.needing_approval for line in summary.messages)
    possible = (
        NextStep("payments_not_fresh", summary.because("payments_not_fresh")),
        NextStep("unknown", reminders.unknown),
        NextStep("rejected", reminders.rejected),
        NextStep("answers", summary.news.answers),
        NextStep("strategy", int(summary.news.strategy_waits)),
        NextStep("approve", min(needing_approval, reminders.awaiting)),
        # Also after sending: a provider that was down leaves messages planned.
        NextStep("send", 0 if summary.news.strategy_waits else max(reminders.awaiting - needing_approval, 0)),
        NextStep("refused", summary.open_refused),
        NextStep("no_contact", summary.because("no_usable_contact")),
        NextStep("contacts", sum(line.tasks for line in summary.contact_tasks)),
        NextStep("duplicates", summary.likely_duplicates),
        NextStep("disputed", summary.because("disputed")),
        NextStep("tasks_overdue", sum(line.overdue for line in summary.internal_tasks)),
        NextStep("own_duty", sum(line.tasks for line in summary.internal_tasks)),
        NextStep("tasks_without_owner", sum(line.without_owner for line in summary.internal_tasks)),
        NextStep("ladder_finished", summary.because("ladder_finished")),
    )
    return tuple(step for step in possible if step.number)
