"""How a provider's answer is tried on a channel: what it is told as, that nothing is repeated, and that the next message goes."""

from __future__ import annotations

from typing import Any

import pytest

from tasks.remind.channels.protocol import Channel, ChannelError
from tests.remind.conformance_places import Make


def told_once(
    state: Any, channel: Channel, make: Make, *, fault: str, kind: type[ChannelError], was_accepted: bool
) -> ChannelError:
    """The error of the first of two messages, whose request the double `state` answers with `fault`; it is of `kind`."""
    state.queue(fault)
    with pytest.raises(kind) as raised:
        channel.send(make(1))
    assert len(state.accepted) == was_accepted
    assert state.requests == 1
    channel.send(make(2))
    channel.close()
    assert len(state.accepted) == was_accepted + 1
    return raised.value
