"""Each unknown message is looked up where it went: another channel's answer proves nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import pytest

from tasks.ledger.ledger import Ledger
from tasks.ledger.states import Status
from tasks.problems import SettingsProblem
from tasks.remind.channels.files import FilesChannel
from tasks.remind.channels.open import is_set_up, open_channel, open_channels
from tasks.remind.channels.protocol import CannotTell
from tasks.remind.channels.whatsapp import WhatsappChannel
from tasks.remind.reconcile import Witness, reconcile
from tasks.settings.load import Workspace
from tasks.settings.sending import Sending


@dataclass
class _Unknown:
    """A reminder as the ledger gives it where the outcome is unknown."""

    reminder_id: str
    channel: str
    customer_id: str = "C1"


@dataclass
class _Ledger:
    """As much of a ledger as reconciling needs."""

    waiting: list[_Unknown]
    resolved: dict[str, Status] = field(default_factory=dict)

    def abandon_claims(self, *, claimed_before: object = None) -> None:
        """Nothing to give up."""

    def fold_kept_events(self, reminder_ids: list[str]) -> int:
        """No event came before its message was known."""
        return 0

    def unknown(self) -> list[_Unknown]:
        return self.waiting

    def resolve(self, reminder_id: str, status: Status, **_evidence: object) -> bool:
        self.resolved[reminder_id] = status
        return True


def test_what_went_by_whatsapp_is_not_planned_again_because_the_outbox_lacks_it(
    tmp_path: Path, whatsapp_channel: Callable[..., WhatsappChannel]
) -> None:
    ledger = _Ledger([_Unknown("1" * 32, "email"), _Unknown("2" * 32, "whatsapp"), _Unknown("3" * 32, "letter")])
    witnesses: dict[str, Witness] = {
        "email": FilesChannel(tmp_path / "outbox"),
        "whatsapp": whatsapp_channel("http://127.0.0.1:9"),
    }
    findings = reconcile(cast("Ledger", ledger), witnesses)
    assert [(found.reminder_id[0], found.finding) for found in findings] == [
        ("1", "not_sent"),
        ("2", "open"),
        ("3", "open"),
    ]
    assert ledger.resolved == {"1" * 32: Status.PLANNED}
    assert "status of the message" in findings[1].why
    assert "not set up" in findings[2].why


@pytest.fixture
def both(make_workspace: Callable[..., Workspace]) -> Workspace:
    workspace = make_workspace()
    sending = Sending.model_validate({"whatsapp": {"phone_number_id": "1"}})
    return Workspace(workspace.paths, workspace.settings.model_copy(update={"sending": sending}))


def test_every_channel_that_is_set_up_is_opened(both: Workspace, make_workspace: Callable[..., Workspace]) -> None:
    with open_channels(both, {"WHATSAPP_TOKEN": "x"}) as channels:
        assert {name: channel.name for name, channel in channels.items()} == {"email": "files", "whatsapp": "whatsapp"}
        assert isinstance(channels["whatsapp"].lookup("0" * 32), CannotTell)
    assert not is_set_up(make_workspace(), "whatsapp")


def test_a_channel_that_is_not_set_up_names_its_setting(make_workspace: Callable[..., Workspace]) -> None:
    with pytest.raises(SettingsProblem, match=r"sending\.whatsapp"), open_channel(make_workspace(), {}, "whatsapp"):
        pass
