"""Erasing one subject everywhere: at the provider if asked, in the ledger, in the workspace's files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tasks.ledger.erasures import Erasure
from tasks.ledger.ledger import Ledger
from tasks.privacy.files import files_about_a_subject
from tasks.problems import UserProblem
from tasks.remind.channels.protocol import Environment
from tasks.remind.channels.sendgrid_erasure import erase_at_sendgrid
from tasks.settings.load import Workspace
from tasks.settings.sending import SendgridChannel


@dataclass(frozen=True)
class Erased:
    """What was erased: rows by table, files and folders, and the provider's job ids. Nothing of it names the subject."""

    rows: dict[str, int]
    files: int
    jobs: tuple[str, ...]


def erase_subject(
    workspace: Workspace, ledger: Ledger, request: Erasure, *, on: date, environment: Environment | None
) -> Erased:
    """Erases the subject of a request whose day has come; `environment`: where the provider's key is, None: he is not asked.

    The provider comes first, because afterwards nobody knows the addresses; then files, then the ledger, so that what was interrupted
    can be done again.

    Raises:
        LedgerProblem: the request does not wait, its day has not come, or a message may still leave.
        UserProblem: the provider refuses; nothing of ours was erased.
    """
    if request.subject is None:
        raise ValueError("an erasure that is done has no subject")
    ledger.require_erasable(request.erasure_id, on=on)
    held = ledger.held_of(request.subject)
    jobs: tuple[str, ...] = ()
    if environment is not None:
        email = workspace.settings.sending.email
        if not isinstance(email, SendgridChannel):
            raise UserProblem.at("--at-provider", "messages do not leave by SendGrid", "Leave it out.")
        jobs = erase_at_sendgrid([address for address in held.addresses if "@" in address], email, environment)
    files = files_about_a_subject(workspace.paths, held.reminder_ids)
    files.carry_out()
    ledger.erase(request.erasure_id, on=on)
    return Erased(held.rows, len(files.paths), jobs)
