"""Finds, before anything is claimed, what would keep the strategy's WhatsApp steps from being said."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast, get_args

from tasks.answers.links import sample_links
from tasks.problems import Problem, SettingsProblem
from tasks.remind.creditor import Creditor
from tasks.remind.samples import AS_OF, bare, longest, mixed, sample_reminder
from tasks.remind.whatsapp.choosing import LANGUAGES, Choice, choices, choose
from tasks.remind.whatsapp.parameters import AMOUNTS, PARAMETERS, value_of
from tasks.remind.whatsapp.rendering import missing_template, unknown_parameter
from tasks.segment.ladders import Purpose
from tasks.segment.said_steps import said_steps
from tasks.segment.strategy import Strategy
from tasks.settings.load import Workspace

_PURPOSES: tuple[str, ...] = get_args(Purpose)


def whatsapp_problems(workspace: Workspace, strategy: Strategy) -> list[Problem]:
    """Every problem of `sending.whatsapp`, with what the strategy says by WhatsApp; none where neither speaks of it."""
    return [
        *_not_said(workspace, strategy),
        *(problem for one in choices(workspace) for problem in _judged(workspace, one)),
    ]


def require_whatsapp(workspace: Workspace, strategy: Strategy) -> None:
    """Raises one `SettingsProblem` with every error that `whatsapp_problems` found."""
    errors = [problem for problem in whatsapp_problems(workspace, strategy) if problem.severity == "error"]
    if errors:
        raise SettingsProblem(*errors)


def purposes_by_whatsapp(strategy: Strategy) -> list[Purpose]:
    """What the strategy may say by WhatsApp, first choice or not."""
    said = {
        one.purpose: None
        for ladder in strategy.ladders.values()
        for one in said_steps(ladder.steps)
        if "whatsapp" in (*one.step.channels, *one.step.fallback_channels)
    }
    return list(said)


def _not_said(workspace: Workspace, strategy: Strategy) -> Iterator[Problem]:
    wanted = purposes_by_whatsapp(strategy)
    if workspace.settings.sending.whatsapp is None:
        if wanted:
            yield Problem(
                "error",
                "puntual.yaml: sending.whatsapp",
                f"the strategy says {', '.join(wanted)} by WhatsApp, but the workspace does not say how it leaves",
                "Set up sending.whatsapp, or give those steps another channel.",
            )
        return
    own = workspace.settings.company.language
    for purpose in wanted:
        if choose(workspace, purpose, own) is None:
            yield missing_template(purpose, own)
            continue
        for language in LANGUAGES:
            found = choose(workspace, purpose, language)
            if found is not None and found.language != language:
                yield Problem(
                    "warning",
                    f"puntual.yaml: sending.whatsapp.templates.{purpose}.{language}",
                    f"no approved template is named; readers of {language} are written to in {found.language}",
                    "Submit the text in this language, too, if you have such customers.",
                )


def _judged(workspace: Workspace, choice: Choice) -> Iterator[Problem]:
    where = f"puntual.yaml: sending.whatsapp.templates.{choice.purpose}.{choice.language}"
    if choice.purpose not in _PURPOSES:
        yield Problem("error", where, f"'{choice.purpose}' is no purpose", f"Use one of {', '.join(_PURPOSES)}.")
        return
    if choice.template.parameters is None and choice.text is None:
        yield Problem(
            "error",
            f"{where}.parameters",
            f"no text for {choice.purpose} is shipped, so nobody knows what fills the template",
            "Give its parameters, in the order of its text; `parameters: []` if it has none.",
        )
    unknown = [name for name in choice.parameters if name not in PARAMETERS]
    for name in unknown:
        yield unknown_parameter(choice, name)
    if not unknown:
        for name in _may_be_empty(workspace, choice):
            yield Problem(
                "error",
                f"{where}.parameters",
                f"'{name}' can be empty in a message of {choice.purpose}, and Meta refuses an empty variable",
                "Say it without this variable.",
            )
    for name in sorted(AMOUNTS.intersection(choice.parameters)):
        yield Problem(
            "warning",
            f"{where}.parameters",
            f"'{name}' is an amount, and a locked phone may show it to others",
            "Leave the amount to the link, the e-mail or the collector.",
        )


def _may_be_empty(workspace: Workspace, choice: Choice) -> list[str]:
    """The parameters that some made-up message of the purpose leaves empty."""
    creditor = Creditor(workspace.settings.company, AS_OF, sample_links(workspace))
    full = sample_reminder(purpose=cast("Purpose", choice.purpose), language=choice.language)
    several = [creditor.words(one) for one in (full, bare(full), longest(full), mixed(full))]
    return [name for name in choice.parameters if not all(value_of(name, words) for words in several)]
