"""A company, its renderer and workspace, and servers on loopback that stand in for mail providers."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from datetime import date
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tasks.paths import WorkspacePaths
from tasks.remind.channels.sendgrid import SendgridChannel
from tasks.remind.channels.smtp import SmtpChannel
from tasks.remind.channels.whatsapp import WhatsappChannel
from tasks.remind.creditor import Creditor
from tasks.remind.outbound import OutboundMessage, mailbox
from tasks.remind.rendering import Renderer
from tasks.remind.samples import AS_OF
from tasks.remind.templates import Templates
from tasks.remind.whatsapp.message import OutboundWhatsapp, Parameter
from tasks.settings import sending as settings
from tasks.settings import whatsapp as whatsapp_settings
from tasks.settings.load import Workspace
from tasks.settings.sources import Source
from tasks.settings.workspace import BankDetails, Company, Person, WorkspaceSettings
from tests.doubles.sendgrid_request import violations_of
from tests.remind.sending_script import Hours


@pytest.fixture(scope="session")
def sendgrid_double() -> ModuleType:
    return import_module("tests.doubles.sendgrid_double")


@pytest.fixture(scope="session")
def whatsapp_double() -> ModuleType:
    return import_module("tests.doubles.whatsapp_double")


@pytest.fixture(scope="session")
def faulty_ends() -> ModuleType:
    return import_module("tests.doubles.faulty_ends")


@pytest.fixture(scope="session")
def mail_server() -> ModuleType:
    return import_module("tests.doubles.mail_server")


@pytest.fixture
def free_port() -> Callable[[], int]:
    def find() -> int:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return int(probe.getsockname()[1])

    return find


@pytest.fixture
def postbox(mail_server: ModuleType, free_port: Callable[[], int]) -> Iterator[tuple[Any, int]]:
    """What a mail server on loopback takes, and its port."""
    box, port = mail_server.Postbox(), free_port()
    with mail_server.serving(box, port):
        yield box, port


@pytest.fixture
def provider(sendgrid_double: ModuleType) -> Iterator[tuple[Any, str]]:
    """The state of a SendGrid double, and its base URL."""
    state = sendgrid_double.Provider(api_key="right", hang_seconds=3, judge=violations_of)
    with sendgrid_double.serving(state) as url:
        yield state, url
    assert state.violations == [], "requests against the provider's own description"


@pytest.fixture
def whatsapp_provider(whatsapp_double: ModuleType) -> Iterator[tuple[Any, str]]:
    """The state of a WhatsApp double, and its base URL."""
    state = whatsapp_double.Provider(token="right", phone_number_id="106540352242922", hang_seconds=3)
    with whatsapp_double.serving(state) as url:
        yield state, url


@pytest.fixture
def smtp_channel() -> Callable[..., SmtpChannel]:
    def make(port: int, **changes: object) -> SmtpChannel:
        values = {"host": "127.0.0.1", "port": port, "security": "none", "timeout_seconds": 1.0, **changes}
        return SmtpChannel(settings.SmtpChannel.model_validate(values), {"SMTP_USER": "u", "SMTP_PASSWORD": "wrong"})

    return make


@pytest.fixture
def sendgrid_channel() -> Callable[..., SendgridChannel]:
    def make(url: str, key: str = "right") -> SendgridChannel:
        return SendgridChannel(settings.SendgridChannel(base_url=url, timeout_seconds=1.5), {"SENDGRID_API_KEY": key})

    return make


@pytest.fixture
def whatsapp_channel() -> Callable[..., WhatsappChannel]:
    def make(url: str, key: str = "right", *, timeout_seconds: float = 1.5) -> WhatsappChannel:
        values = whatsapp_settings.WhatsappChannel(
            phone_number_id="106540352242922", base_url=url, timeout_seconds=timeout_seconds
        )
        return WhatsappChannel(values, {"WHATSAPP_TOKEN": key})

    return make


@pytest.fixture(scope="session")
def company() -> Company:
    return Company(
        id="acme",
        name="Suministros Industriales Ebro, S.A.",
        country="ES",
        tax_id="A50000001",
        address="Calle Mayor 1, 50001 Zaragoza, España",
        bank_details={
            "EUR": BankDetails(bank="Banco Ejemplo", account="ES79 2100 0813 6101 2345 6789", bic="EJEMESMMXXX"),
            "CLP": BankDetails(bank="Banco de Muestra", account="000-12345-67", holder="Ebro Chile SpA"),
        },
        sender=Person(name="Administración", email="cobros@acme.example"),
        collector=Person(name="Lucía Romero", email="lucia@acme.example", phone="+34 976 000 000"),
    )


@pytest.fixture(scope="session")
def templates() -> Templates:
    return Templates()


@pytest.fixture
def renderer(company: Company, templates: Templates) -> Renderer:
    return Renderer(Creditor(company, AS_OF), templates, copies_collector=True)


@pytest.fixture
def make_workspace(company: Company, tmp_path: Path) -> Callable[..., Workspace]:
    """Builds a workspace whose `templates/` holds the given files."""

    def make(**files: str) -> Workspace:
        for name, text in files.items():
            path = tmp_path / "templates" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        source = Source(name="receivables", contract="receivables", path="x.csv", columns={"document_number": "n"})
        return Workspace(WorkspacePaths(tmp_path), WorkspaceSettings(company=company, sources=(source,)))

    return make


@pytest.fixture
def make_message() -> Callable[..., OutboundMessage]:
    """An outbound message number `n`; other fields can be replaced."""

    def make(n: int = 1, **changes: object) -> OutboundMessage:
        values: dict[str, object] = {
            "reminder_id": f"{n:032x}",
            "sender": mailbox(name="Administración", email="cobros@acme.example"),
            "reply_to": mailbox(name="Lucía Romero", email="lucia@acme.example"),
            "recipient": mailbox(name="Marta Gil", email=f"marta.{n}@talleres.example"),
            "copy_to": mailbox(name="Lucía Romero", email="lucia@acme.example"),
            "subject": f"Estado de su cuenta · ref. {n}",
            "text": "Línea uno\n.línea con punto\n",
            "html": '<p lang="es">Línea <b>uno</b></p>\n',
            "language": "es",
            "as_of": date(2026, 11, 20),
        }
        return OutboundMessage(**{**values, **changes})  # type: ignore[arg-type]

    return make


@pytest.fixture
def make_whatsapp() -> Callable[..., OutboundWhatsapp]:
    """A WhatsApp message number `n`; other fields can be replaced."""

    def make(n: int = 1, **changes: object) -> OutboundWhatsapp:
        values: dict[str, object] = {
            "reminder_id": f"{n:032x}",
            "recipient": f"+34600123{n:03}",
            "template": "puntual_overdue",
            "language_code": "es",
            "parameters": (Parameter("company_name", "Ebro"), Parameter("payment_reference", f"F26-{n}")),
            "text": f"Ebro, ref. F26-{n}",
            "language": "es",
            "as_of": date(2026, 11, 20),
        }
        return OutboundWhatsapp(**{**values, **changes})  # type: ignore[arg-type]

    return make


@pytest.fixture
def no_pause() -> list[float]:
    """A list that records how long the code wanted to wait; use its `append` as the pause."""
    return []


@pytest.fixture
def hours() -> Hours:
    """A clock that stands still, and lanes on it."""
    return Hours()
