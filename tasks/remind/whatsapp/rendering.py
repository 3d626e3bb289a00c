"""From decided reminders to WhatsApp messages: the template of purpose and language, and what fills it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from tasks.ledger.reminders import reminder_id_of
from tasks.parties.phones import check_phone
from tasks.problems import Problem, SettingsProblem
from tasks.remind.creditor import Creditor
from tasks.remind.reminder import Reminder
from tasks.remind.whatsapp.choosing import Choice, choose
from tasks.remind.whatsapp.message import OutboundWhatsapp, Parameter
from tasks.remind.whatsapp.parameters import PARAMETERS, value_of
from tasks.settings.load import Workspace


@dataclass(frozen=True)
class WhatsappRenderer:
    """Writes the WhatsApp messages of one company on one business date."""

    workspace: Workspace
    creditor: Creditor

    def render(self, reminder: Reminder) -> OutboundWhatsapp:
        """The message of `reminder`; a number that is none leaves its recipient empty, and the channel refuses it.

        Raises:
            SettingsProblem: the settings name no template for it, or a variable that does not exist.
        """
        choice = choose(self.workspace, reminder.purpose, reminder.language)
        if choice is None:
            raise SettingsProblem(missing_template(reminder.purpose, self.creditor.company.language))
        unknown = [name for name in choice.parameters if name not in PARAMETERS]
        if unknown:
            raise SettingsProblem(unknown_parameter(choice, unknown[0]))
        words = self.creditor.words(replace(reminder, language=choice.language))
        parameters = tuple(
            Parameter(name if choice.template.named else None, value_of(name, words)) for name in choice.parameters
        )
        country = reminder.customer_country or self.creditor.company.country
        return OutboundWhatsapp(
            reminder_id=reminder_id_of(reminder.reminder_key),
            recipient=check_phone(reminder.recipient_address or "", country).e164 or "",
            template=choice.template.name,
            language_code=choice.language_code,
            parameters=parameters,
            text=_as_read(choice, parameters),
            language=choice.language,
            as_of=self.creditor.as_of,
        )

    def render_all(self, reminders: Iterable[Reminder]) -> Iterator[tuple[str, OutboundWhatsapp]]:
        """Each reminder's key with its message; a problem says for which reminder it showed."""
        for reminder in reminders:
            try:
                yield reminder.reminder_key, self.render(reminder)
            except SettingsProblem as problem:
                problem.add_note(f"while rendering {reminder.reminder_key}")
                raise


def missing_template(purpose: str, language: str) -> Problem:
    """The settings name no template that could say `purpose`."""
    return Problem(
        "error",
        f"puntual.yaml: sending.whatsapp.templates.{purpose}.{language}",
        "a step says this by WhatsApp, and no approved template is named",
        "Submit a text to Meta (`puntual whatsapp-templates`) and name it here, or give the step another channel.",
    )


def unknown_parameter(choice: Choice, name: str) -> Problem:
    """A template is to be filled with what no message has."""
    return Problem(
        "error",
        f"puntual.yaml: sending.whatsapp.templates.{choice.purpose}.{choice.language}.parameters",
        f"'{name}' does not exist",
        f"Use one of {', '.join(sorted(PARAMETERS))}.",
    )


def _as_read(choice: Choice, parameters: tuple[Parameter, ...]) -> str:
    if choice.text is not None:
        return choice.text.filled(parameters)
    values = (f"{name}: {parameter.text}" for name, parameter in zip(choice.parameters, parameters, strict=True))
    return "\n".join([f"{choice.template.name} ({choice.language_code})", *values]) + "\n"
