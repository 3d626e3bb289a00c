"""Erasing one subject everywhere: at the provider if asked, in the ledger, in the workspace's files, in the hand-over folder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tasks.ledger.erasures import Erasure
from tasks.ledger.ledger import Ledger
from tasks.privacy.files import files_about_a_subject
from tasks.privacy.letters import letters_of, require_complete, take_letters_out
from tasks.problems import UserProblem
from tasks.remind.channels.protocol import Environment
from tasks.remind.channels.sendgrid_erasure import erase_at_sendgrid
from tasks.remind.letters.take_out import Whereabouts
from tasks.settings.load import Workspace
from tasks.settings.sending import SendgridChannel


@dataclass(frozen=True)
class Erased:
    """What was erased: rows by table, files and folders, and the provider's job ids. Nothing of it names the subject.

    `letters`: the batches in which his letters were handed over; of `taken_out` of them, which still lay there, they are gone.
    """

    rows: dict[str, int]
    files: int
    jobs: tuple[str, ...]
    letters: Whereabouts
    taken_out: tuple[str, ...]


def erase_subject(
    workspace: Workspace, ledger: Ledger, request: Erasure, *, on: date, environment: Environment | None
) -> Erased:
    """Erases the subject of a request whose day has come; `environment`: where the provider's key is, None: he is not asked.

    The provider comes first, because afterwards nobody knows the addresses; then letters and files, then the ledger, so that what was
    interrupted can be done again.

    Raises:
        LedgerProblem: the request does not wait, its day has not come, or a message may still leave.
        UserProblem: the provider refuses, or letters lie where they cannot be taken out yet; nothing of ours was erased.
    """
    if request.subject is None:
        raise ValueError("an erasure that is done has no subject")
    ledger.require_erasable(request.erasure_id, on=on)
    held = ledger.held_of(request.subject)
    letters = letters_of(workspace, held.reminder_ids)
    require_complete(workspace, letters)
    jobs: tuple[str, ...] = ()
    if environment is not None:
        email = workspace.settings.sending.email
        if not isinstance(email, SendgridChannel):
            raise UserProblem.at("--at-provider", "messages do not leave by SendGrid", "Leave it out.")
        jobs = erase_at_sendgrid([address for address in held.addresses if "@" in address], email, environment)
    take_letters_out(workspace, letters, held.reminder_ids)
    files = files_about_a_subject(workspace.paths, held.reminder_ids)
    files.carry_out()
    ledger.erase(request.erasure_id, on=on)
    taken_out = tuple(f"{batch.parent.name}/{batch.name}" for batch in letters.lying)
    return Erased(held.rows, len(files.paths), jobs, letters, taken_out)
