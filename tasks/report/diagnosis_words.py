"""What the diagnosis says of a finding, in the report's languages: groups by name, changes, and what to do."""

from __future__ import annotations

from datetime import date

from babel import Locale
from babel.dates import format_date

from tasks.report.diagnosis import Finding
from tasks.report.words import Words

_LOCALES = {"es": "es_ES", "en": "en_GB"}
_KINDS_OF_VALUES = {"payment_method": "method", "terms": "terms", "size": "size", "sector": "sector"}


def group_name(words: Words, finding: Finding) -> str:
    """The name of a group: countries by name, our own codes in words, the company's own names as they are."""
    value = finding.dimension_value or "unknown"
    if value in {"unknown", "(other)"}:
        return words[f"value_{value}"]
    if finding.dimension == "country":
        return str(Locale.parse(_LOCALES[words.language]).territories.get(value, value))
    return words.named(_KINDS_OF_VALUES.get(finding.dimension or "", ""), value)


def change(words: Words, finding: Finding) -> str:
    """What changed of a customer, with the values before and now."""
    scale = 100 if finding.measure == "late_share" else 1
    said = Words.day_count if (finding.measure or "").startswith("days_") else Words.number
    before, after = (said(words, scale * (value or 0)) for value in (finding.value_before, finding.value_after))
    return words[f"change_{finding.measure}"].format(before=before, after=after)


def usual_delay(words: Words, finding: Finding) -> str:
    """How late the customer usually pays: the median of its settled receivables."""
    days = finding.value_before
    if days is None:
        return words["usual_unknown"]
    if -0.5 < days < 0.5:
        return words["usual_on_time"]
    return words["usual_early" if days < 0 else "usual_late"].format(days=words.day_count(abs(days)))


def action(words: Words, finding: Finding) -> tuple[str, ...]:
    """What to do about a receivable that falls due, one sentence each; the contact data to ask for come last."""
    said = []
    if finding.finding == "held_back":
        reason = finding.reason or ""
        said = [words["action_held_back"].format(reason=words.reason(reason)), words.advice(reason)]
    elif finding.next_action_on is None and finding.finding == "call_before_due":
        said = [words["action_call_before_due_never"]]
    else:
        day = day_and_month(words, finding.next_action_on) if finding.next_action_on else ""
        said = [words[f"action_{finding.finding}"].format(day=day)]
    if finding.contact_task:
        task = words.contact_task(finding.contact_task)
        said.append(words["action_contact_gap"].format(task=task[:1].lower() + task[1:]))
    return tuple(sentence for sentence in said if sentence)


def why(words: Words, finding: Finding) -> str:
    """The strongest reasons of a receivable's score, as one phrase."""
    return "; ".join(words.score_reason(code) for code in finding.score_reasons)


def day_and_month(words: Words, day: date) -> str:
    """A day without its year: `19 jun`."""
    return str(format_date(day, "d MMM", locale=_LOCALES[words.language]))
