"""The doubles of providers themselves: what all tests of channels stand on."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from tests.remind.conformance_places import MakeChannel


@pytest.mark.parametrize(
    ("double", "channel", "make"),
    [
        ("sendgrid_double", "sendgrid_channel", "make_message"),
        ("whatsapp_double", "whatsapp_channel", "make_whatsapp"),
    ],
)
def test_a_double_remembers_what_it_accepted_over_a_restart(
    request: pytest.FixtureRequest, tmp_path: Path, double: str, channel: str, make: str
) -> None:
    module: ModuleType = request.getfixturevalue(double)
    make_channel: MakeChannel = request.getfixturevalue(channel)
    message = (make_it := request.getfixturevalue(make))(1)
    file = tmp_path / "accepted.jsonl"
    with module.serving(module.Provider(accepted_file=file)) as url:
        make_channel(url).send(message)
    with module.serving(again := module.Provider(accepted_file=file)) as url:
        make_channel(url).send(make_it(2))
    assert [entry["reminder_id"] for entry in again.accepted] == [f"{n:032x}" for n in (1, 2)]
    assert len({entry["message_id"] for entry in again.accepted}) == 2
