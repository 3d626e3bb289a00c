"""Where mail servers' reports come back to: a mailbox that is asked by IMAP, or files. Read only, and each mail bounded."""

from __future__ import annotations

import imaplib
import mailbox
import ssl
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from tasks.problems import Problem, SettingsProblem, UserProblem
from tasks.remind.channels.bounce_reports import LARGEST_REPORT
from tasks.remind.channels.protocol import Environment
from tasks.settings.sending import ImapBounces, MaildirBounces

MOST_MAILS = 50_000
_WHERE = "puntual.yaml: sending.email.bounces"


def bounced_mails(
    settings: MaildirBounces | ImapBounces, *, root: Path, environment: Environment, today: date
) -> Iterator[bytes]:
    """The start of each mail, as much as a report needs. `root`: what relative paths begin at.

    Raises:
        SettingsProblem: there is no such folder or file, or a secret is not in `environment`.
        UserProblem: the mailbox could not be read.
    """
    match settings:
        case MaildirBounces():
            yield from _files(root / settings.path)
        case ImapBounces():
            yield from _asked(settings, environment, today)


def _files(place: Path) -> Iterator[bytes]:
    if place.is_file():
        yield from _mbox(place)
        return
    if not place.is_dir():
        raise SettingsProblem.at(
            f"{_WHERE}.path", f"{place} does not exist", "Name a Maildir, an mbox file, or a folder of .eml files."
        )
    is_maildir = (place / "cur").is_dir() or (place / "new").is_dir()
    found = [*place.glob("cur/*"), *place.glob("new/*")] if is_maildir else [*place.glob("*.eml")]
    for file in sorted(found)[:MOST_MAILS]:
        if file.is_file() and not file.is_symlink():
            with file.open("rb") as mail:
                yield mail.read(LARGEST_REPORT)


def _mbox(file: Path) -> Iterator[bytes]:
    box = mailbox.mbox(file, create=False)
    try:
        for key in box.keys()[:MOST_MAILS]:
            with box.get_file(key) as mail:
                yield mail.read(LARGEST_REPORT)
    finally:
        box.close()


def _asked(settings: ImapBounces, environment: Environment, today: date) -> Iterator[bytes]:
    """Reports of the last days, by IMAP over TLS; nothing is marked as read, moved or deleted."""
    user, password = (environment.get(name, "").strip() for name in (settings.user_env, settings.password_env))
    for name, value in ((settings.user_env, user), (settings.password_env, password)):
        if not value:
            raise SettingsProblem.at(_WHERE, f"the environment variable {name} is not set", "Set it, or name another.")
    try:
        with imaplib.IMAP4_SSL(
            settings.host,
            settings.port,
            ssl_context=ssl.create_default_context(),
            timeout=settings.timeout_seconds,
        ) as server:
            server.login(user, password)
            server.select(f'"{settings.mailbox}"', readonly=True)
            since = (today - timedelta(days=settings.days)).strftime("%d-%b-%Y")
            _, found = server.uid("SEARCH", "SINCE", since, "HEADER", "Content-Type", "multipart/report")
            for uid in (found[0] or b"").split()[:MOST_MAILS]:
                _, parts = server.uid("FETCH", uid.decode("ascii"), f"(BODY.PEEK[]<0.{LARGEST_REPORT}>)")
                yield from (part[1] for part in parts if isinstance(part, tuple))
    except (OSError, imaplib.IMAP4.error) as error:
        # The server's words may quote the user.
        raise UserProblem(
            Problem(
                "error",
                _WHERE,
                f"the mailbox could not be read ({type(error).__name__})",
                "Check host, port, mailbox, user and password; what was read is kept, so run the command again.",
            )
        ) from None
