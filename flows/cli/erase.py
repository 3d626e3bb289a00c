"""`puntual erase` and `puntual prune`: personal data that need not be kept any longer."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, TypedDict, cast

import typer

from flows.cli.options import AsJson, AsOf, Folder
from flows.cli.output import out, print_json
from flows.cli.recording import Author, require_author
from flows.clock import business_date
from tasks.problems import UserProblem
from tasks.settings.load import Workspace, load_workspace

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from tasks.ledger.erasures import Held
    from tasks.privacy.files import Deletion
    from tasks.remind.letters.take_out import Whereabouts

Customer = Annotated[str | None, typer.Argument(metavar="[CUSTOMER]", help="Whose data: a customer's code.")]
Contact = Annotated[str | None, typer.Option("--contact", metavar="ID", help="Only this contact of the customer.")]
Block = Annotated[
    bool, typer.Option("--block", help="Stop everything to him now, and erase him when the days are over.")
]
KeepDays = Annotated[
    int | None, typer.Option("--keep-days", min=0, help="Days to keep blocked. Default: privacy.keep_blocked_days.")
]
Due = Annotated[bool, typer.Option("--due", help="Show the requests whose day has come.")]
Yes = Annotated[bool, typer.Option("--yes", help="Delete. Without it only what would be deleted is shown.")]
AtProvider = Annotated[bool, typer.Option("--at-provider", help="Ask SendGrid, too, to delete the addresses.")]


def erase(
    folder: Folder,
    customer: Customer = None,
    contact: Contact = None,
    block: Block = False,
    keep_days: KeepDays = None,
    due: Due = False,
    yes: Yes = False,
    at_provider: AtProvider = False,
    author: Author = "",
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Show what is held of a customer or contact; block him; and erase those whose blocked days are over."""
    workspace = load_workspace(folder)
    day = business_date(workspace, as_of.date() if as_of else None)
    if due == (customer is not None):
        raise typer.BadParameter("name a customer, or give --due")
    if due:
        _erase_due(workspace, day, yes=yes, at_provider=at_provider, as_json=as_json)
        return
    from tasks.ledger.erasures import Subject  # noqa: PLC0415
    from tasks.ledger.live import ledger_of  # noqa: PLC0415
    from tasks.privacy.block import block as block_subject  # noqa: PLC0415

    subject = Subject(customer_id=str(customer), contact_id=contact)
    with ledger_of(folder) as ledger:
        if not block:
            _tell_held(ledger.held_of(subject), as_json=as_json)
            return
        require_author(author)
        days = workspace.settings.privacy.keep_blocked_days if keep_days is None else keep_days
        blocked = block_subject(ledger, subject, author=author, today=day, keep_days=days)
    if as_json:
        print_json(
            {"erasure_id": blocked.erasure_id, "erase_after_on": blocked.erase_after_on, "rows": blocked.held.rows}
        )
    else:
        out.print(
            f"{blocked.erasure_id}: blocked; nothing is sent any more. It can be erased from {blocked.erase_after_on} on."
        )
        out.print("Take him out of the exports, too: what they say is read again every day.")


def prune(folder: Folder, yes: Yes = False, as_of: AsOf = None, as_json: AsJson = False) -> None:
    """Delete runs' folders, messages' files and old warehouses that are older than privacy.keep_files_days."""
    from tasks.privacy.files import files_before  # noqa: PLC0415

    workspace = load_workspace(folder)
    day = business_date(workspace, as_of.date() if as_of else None)
    deletion = files_before(workspace.paths, day - timedelta(workspace.settings.privacy.keep_files_days))
    if yes:
        _require_known_outcomes(workspace)
        deletion.carry_out()
    _tell_files(deletion, is_done=yes, as_json=as_json)


def _require_known_outcomes(workspace: Workspace) -> None:
    """Files prove whether a message or a list left: where that is not known yet, nothing is deleted.

    Raises:
        UserProblem: with what to do first.
    """
    from tasks.ledger.live import ledger_of  # noqa: PLC0415

    with ledger_of(workspace.paths.root) as ledger:
        unknown = ledger.counts().unknown
    if unknown:
        raise UserProblem.at(
            "the ledger",
            f"does not know yet what became of {unknown} messages, and the files may be what proves it",
            f"Run `puntual reconcile {workspace.paths.root.name}` first.",
        )


def _erase_due(workspace: Workspace, day: date, *, yes: bool, at_provider: bool, as_json: bool) -> None:
    from tasks.ledger.live import ledger_of  # noqa: PLC0415
    from tasks.privacy.erase import erase_subject  # noqa: PLC0415
    from tasks.privacy.letters import letters_of  # noqa: PLC0415

    if yes:
        _require_known_outcomes(workspace)
    done: list[dict[str, object]] = []
    with ledger_of(workspace.paths.root) as ledger:
        for request in ledger.erasure_requests():
            if request.subject is None or request.erase_after_on > day:
                continue
            if not yes:
                held = ledger.held_of(request.subject)
                letters = letters_of(workspace, held.reminder_ids)
                lying = [f"{batch.parent.name}/{batch.name}" for batch in letters.lying]
                done.append({"erasure_id": request.erasure_id, "rows": held.rows, "letters": _told(letters, lying)})
                continue
            erased = erase_subject(workspace, ledger, request, on=day, environment=os.environ if at_provider else None)
            done.append(
                {
                    "erasure_id": request.erasure_id,
                    "rows": erased.rows,
                    "files": erased.files,
                    "jobs": erased.jobs,
                    "letters": _told(erased.letters, erased.taken_out),
                }
            )
        if yes:
            ledger.pack()  # also where an earlier erasure was interrupted before it
    if as_json:
        print_json({"erased" if yes else "due": done})
        return
    out.print(f"{len(done)} {'erased' if yes else 'due'}.")
    for one in done:
        out.print(f"  {one['erasure_id']}: {one['rows']}", markup=False)
        for line in _lines(cast("_Letters", one["letters"]), is_done=yes):
            out.print(f"    {line}", markup=False)
    if done and not yes:
        out.print("Erase them with --yes; it cannot be undone.")
    elif done:
        out.print(
            "Run the day again: reports and warehouses are made without them. Backups of the ledger still hold them."
        )


class _Letters(TypedDict):
    """Batches as `<day>/<name>`: those that held letters of the subject, those they are taken out of, those of other senders."""

    handed_over: list[str]
    taken_out: list[str]
    of_others: list[str]


def _told(letters: Whereabouts, taken_out: Sequence[str]) -> _Letters:
    return {
        "handed_over": list(letters.handed_over),
        "taken_out": list(taken_out),
        "of_others": list(letters.of_others),
    }


def _lines(letters: _Letters, *, is_done: bool) -> Iterator[str]:
    if letters["handed_over"]:
        yield f"letters were handed over in {', '.join(letters['handed_over'])}; ask the service to delete what it has of them"
    if letters["taken_out"]:
        verb = "taken" if is_done else "to be taken"
        yield f"{verb} out of what still lies in the hand-over folder: {', '.join(letters['taken_out'])}"
    if letters["of_others"]:
        yield f"left where they are, for they are another workspace's: {', '.join(letters['of_others'])}"


def _tell_held(held: Held, *, as_json: bool) -> None:
    if as_json:
        print_json({"rows": held.rows, "addresses": len(held.addresses), "messages": len(held.reminder_ids)})
        return
    for table, rows in held.rows.items():
        if rows:
            out.print(f"{table}: {rows} rows with his data")
    out.print(f"{len(held.addresses)} addresses, {len(held.reminder_ids)} messages. Block him with --block.")


def _tell_files(deletion: Deletion, *, is_done: bool, as_json: bool) -> None:
    if as_json:
        print_json({"paths": [str(path) for path in deletion.paths], "bytes": deletion.size, "deleted": is_done})
        return
    for path in deletion.paths:
        out.print(str(path), markup=False)
    verb = "deleted" if is_done else "would be deleted; --yes does it"
    out.print(f"{len(deletion.paths)} files and folders, {deletion.size / 1e6:.1f} MB: {verb}")
