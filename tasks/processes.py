"""What this machine knows of other processes."""

from __future__ import annotations

import os


def is_alive(pid: int) -> bool:
    """Whether a process of this number runs on this machine, ours or not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
