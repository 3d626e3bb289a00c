"""Every channel beside its other end, in one shape: what arrived, and how to make it fail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

from tasks.remind.channels.files import FilesChannel
from tasks.remind.channels.letters import LetterChannel
from tasks.remind.channels.protocol import Channel
from tasks.remind.outbound import Outbound, OutboundLetter, mailbox
from tasks.settings.letters import LetterChannel as LetterSettings

Make = Callable[..., Outbound]
MakeChannel = Callable[..., Channel]
NO_MAIL_ADDRESSES = (
    "",
    "no-at",
    "a@b",
    "a b@c.example",
    "ñ@c.example",
    "a@-x.example",
    "a..b@c.example",
    "a@c..example",
)
NO_NUMBERS = ("", "600123001", "+34 600123001", "+0600123001", "+3460", "0034600123001", "+34600123001x", "whatsapp")


@dataclass
class Place:
    """A channel and what surrounds it. Ways to fail that a channel cannot have are None or missing.

    `make(n, recipient=…)` makes message number `n`. `unusable`: recipients that it must refuse by itself; `refused`: one that its
    other end refuses. `personal`: what no error may tell of message 1. `faults`: makes the other end fail once, by name.
    """

    channel: Channel
    make: Make
    arrived: Callable[[], list[str]]
    unusable: tuple[object, ...]
    personal: tuple[str, ...]
    refused: object | None = None
    faults: dict[str, Callable[[], None]] = field(default_factory=dict)
    unreachable: Channel | None = None
    without_a_name: Channel | None = None
    unauthorised: Channel | None = None
    over_tls: Callable[[int], list[Channel]] = lambda _port: []
    looks_up: bool = True
    is_idempotent: bool = False

    def close(self) -> None:
        """Closes every channel."""
        for channel in (self.channel, self.unreachable, self.without_a_name, self.unauthorised):
            if channel is not None:
                channel.close()


def _mail(make_message: Make) -> Make:
    def make(n: int = 1, recipient: object = None) -> Outbound:
        address = f"marta.{n}@talleres.example" if recipient is None else str(recipient)
        return make_message(n, recipient=mailbox(name="Marta Gil", email=address))

    return make


_MAIL_SECRETS = ("Marta", "marta", "talleres", "Estado de su cuenta", "Línea")


def files_place(tmp_path: Path, make_message: Make) -> Place:
    """Files in a folder, of which nothing can hang or refuse."""
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where the outbox should be")
    return Place(
        FilesChannel(tmp_path / "outbox"),
        _mail(make_message),
        lambda: [path.stem for path in sorted(tmp_path.glob("outbox/*/*.eml"))],
        unusable=NO_MAIL_ADDRESSES,
        personal=_MAIL_SECRETS,
        unreachable=FilesChannel(blocked),
        is_idempotent=True,
    )


def letters_place(tmp_path: Path) -> Place:
    """Letters in a hand-over folder, of which nothing can hang or refuse."""
    settings = LetterSettings(folder="handover")
    folder, outbox = tmp_path / "handover", tmp_path / "outbox"
    folder.mkdir()

    def make(n: int = 1, recipient: object = None) -> Outbound:
        return OutboundLetter(
            reminder_id=f"{n:032x}",
            language="es",
            as_of=date(2026, 6, 15),
            addressee=("Talleres", "Marta Gil", f"Calle del Prado {n}", "28014 Madrid"),
            country="ES",
            is_addressed=recipient is None,
            subject="Estado de su cuenta",
            paper="a4",
            pages=1,
            pdf=b"%PDF-1.7",
        )

    return Place(
        LetterChannel(settings, folder=folder, outbox=outbox),
        make,
        lambda: sorted({path.stem for path in folder.glob("*/*/*.pdf")}),
        unusable=("",),
        personal=("Marta", "Talleres", "Prado", "Estado de su cuenta"),
        unreachable=LetterChannel(settings, folder=tmp_path / "not mounted", outbox=outbox),
        is_idempotent=True,
    )


def smtp_place(
    box: Any, port: int, free_port: int, *, mail_server: ModuleType, smtp_channel: MakeChannel, make_message: Make
) -> Place:  # fmt: skip
    """A real mail server on loopback."""
    return Place(
        smtp_channel(port),
        _mail(make_message),
        lambda: [mail_server.parsed(envelope)["X-Entity-Ref-ID"] for envelope in box.envelopes],
        unusable=NO_MAIL_ADDRESSES,
        personal=_MAIL_SECRETS,
        refused="refused@talleres.example",
        faults={
            "hang_after": lambda: setattr(box, "hang_seconds", 3),
            "drop_after": lambda: setattr(box, "drop", True),
            "too_large": lambda: setattr(box, "reply", "552 5.3.4 message too big"),
            "too_fast": lambda: setattr(box, "reply", "451 4.7.1 try again later"),
        },
        unreachable=smtp_channel(free_port),
        without_a_name=smtp_channel(port, host="nonexistent.invalid"),
        unauthorised=smtp_channel(port, user_env="SMTP_USER", password_env="SMTP_PASSWORD"),
        over_tls=lambda tls: [smtp_channel(tls, security="tls", host="localhost")],
        looks_up=False,
    )


_PROVIDER_FAULTS = (
    "hang_before", "hang_after", "drop_before", "drop_after", "error_before", "error_after", "unavailable_before",
    "unavailable_after", "truncated",
)  # fmt: skip


def _faults(state: Any, known: tuple[str, ...], renamed: dict[str, str]) -> dict[str, Callable[[], None]]:
    """The faults of a double by their names here; those that it does not know are left out."""
    names = {name: renamed.get(name, name) for name in (*_PROVIDER_FAULTS, "too_large", "too_fast")}
    return {name: (lambda fault=fault: state.queue(fault)) for name, fault in names.items() if fault in known}


def sendgrid_place(
    state: Any, url: str, free_port: int, *, double: ModuleType, channel: MakeChannel, make_message: Make
) -> Place:  # fmt: skip
    """The stateful stand-in for SendGrid."""
    return Place(
        channel(url),
        _mail(make_message),
        lambda: [str(entry["reminder_id"]) for entry in state.accepted],
        unusable=NO_MAIL_ADDRESSES,
        personal=_MAIL_SECRETS,
        refused="refused@talleres.example",
        # Its truncated answer is a refusal, so that it proves something; the others' says nothing.
        faults=_faults(
            state, double.FAULTS, {"too_large": "html_413", "too_fast": "rate_limit", "truncated": "no such fault"}
        ),
        unreachable=channel(f"http://127.0.0.1:{free_port}"),
        without_a_name=channel("https://nonexistent.invalid"),
        unauthorised=channel(url, "wrong"),
        over_tls=lambda port: [channel(f"https://localhost:{port}")],
    )


def whatsapp_place(
    state: Any, url: str, free_port: int, *, double: ModuleType, channel: MakeChannel, make_whatsapp: Make
) -> Place:  # fmt: skip
    """The stateful stand-in for WhatsApp's Cloud API."""

    def make(n: int = 1, recipient: object = None) -> Outbound:
        return make_whatsapp(n) if recipient is None else make_whatsapp(n, recipient=recipient)

    return Place(
        channel(url),
        make,
        lambda: [str(entry["reminder_id"]) for entry in state.accepted],
        unusable=NO_NUMBERS,
        personal=("600123001", "Ebro", "F26-1"),
        refused="+34600123000",
        faults=_faults(state, double.FAULTS, {"too_large": "html_413", "too_fast": "rate_limit"}),
        unreachable=channel(f"http://127.0.0.1:{free_port}"),
        without_a_name=channel("https://nonexistent.invalid"),
        unauthorised=channel(url, "wrong"),
        over_tls=lambda port: [channel(f"https://localhost:{port}")],
        looks_up=False,
    )


def place_of(name: str, get: Callable[[str], Any]) -> Place:
    """The place of a channel by its name, made of fixtures, which `get` gives by theirs."""
    if name == "files":
        return files_place(get("tmp_path"), get("make_message"))
    if name == "letters":
        return letters_place(get("tmp_path"))
    free_port = get("free_port")()
    if name == "smtp":
        parts = {part: get(part) for part in ("mail_server", "smtp_channel", "make_message")}
        return smtp_place(*get("postbox"), free_port, **parts)
    double, channel = get(f"{name}_double"), get(f"{name}_channel")
    if name == "sendgrid":
        return sendgrid_place(
            *get("provider"), free_port, double=double, channel=channel, make_message=get("make_message")
        )
    return whatsapp_place(
        *get("whatsapp_provider"), free_port, double=double, channel=channel, make_whatsapp=get("make_whatsapp")
    )
