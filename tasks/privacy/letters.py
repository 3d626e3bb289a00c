"""Where a subject's letters are: handed over, still lying in the hand-over folder, or not to be reached now."""

from __future__ import annotations

from collections.abc import Collection

from tasks.problems import UserProblem
from tasks.remind.letters.take_out import Whereabouts, take_out, whereabouts
from tasks.settings.load import Workspace

_FOLDER = "puntual.yaml: sending.letter.folder"


def letters_of(workspace: Workspace, reminder_ids: Collection[str]) -> Whereabouts:
    """Where the letters among `reminder_ids` are.

    Raises:
        UserProblem: some were handed over, and the folder in which they may still lie is not there.
    """
    settings = workspace.settings.sending.letter
    folder = None if settings is None else workspace.paths.root / settings.folder
    is_there = folder is not None and folder.is_dir()
    found = whereabouts(workspace.paths.outbox, folder if is_there else None, reminder_ids)
    if found.handed_over and folder is not None and not is_there:
        raise UserProblem.at(
            _FOLDER,
            "is not there, and letters to the subject may lie in it",
            "Mount the share that it is on, then erase.",
        )
    return found


def take_letters_out(workspace: Workspace, letters: Whereabouts, reminder_ids: Collection[str]) -> None:
    """Takes the letters out of the batches that lie there.

    Raises:
        UserProblem: a batch cannot be changed, such as one that the service is taking away; it is found as it is when this is done again.
    """
    for batch in letters.lying:
        try:
            take_out(batch, reminder_ids)
        except OSError as error:
            raise UserProblem.at(
                _FOLDER,
                f"has a batch that could not be changed, {batch.parent.name}/{batch.name}: {error.strerror or type(error).__name__}",
                f"Run `puntual erase {workspace.paths.root.name} --due --yes` again; if the service took it, you are told so.",
            ) from None


def require_complete(workspace: Workspace, letters: Whereabouts) -> None:
    """Raises `UserProblem` where a letter is in a batch that is not complete: no service has seen it, and the ledger says that it left."""
    if letters.unfinished:
        raise UserProblem.at(
            _FOLDER,
            "has a batch with a letter to the subject that was never completed",
            f"Run `puntual reconcile {workspace.paths.root.name}`, which completes it, then erase.",
        )
