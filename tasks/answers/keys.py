"""The secrets behind debtors' links, from the environment or from files; never from settings, never in a log."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tasks.problems import SettingsProblem
from tasks.settings.answers import Answers, SigningKey
from tasks.settings.load import Workspace

SHORTEST_SECRET = 32
"""Characters: 128 bits written as hex, the least that nobody guesses."""
_FOR_OTHERS = 0o077
_MAKE_ONE = 'Make one with: python3 -c "import secrets; print(secrets.token_hex(32))"'


@dataclass(frozen=True)
class Keys:
    """Secrets of one company by key id. What is signed for one purpose, or company, is worth nothing for another."""

    company_id: str
    signing: int
    secrets: Mapping[int, bytes] = field(repr=False)

    def mac(self, purpose: str, content: bytes, key_id: int | None = None) -> bytes:
        """HMAC-SHA256 (32 bytes) of `content`, by the key that signs now or by `key_id`.

        Raises:
            KeyError: there is no such key.
        """
        secret = self.secrets[self.signing if key_id is None else key_id]
        scope = f"puntual\0{purpose}\0{self.company_id}\0".encode()
        return hmac.new(secret, scope + content, hashlib.sha256).digest()


def keys_of(workspace: Workspace, answers: Answers, environment: Mapping[str, str] | None = None) -> Keys:
    """The secrets that `answers` names.

    Raises:
        SettingsProblem: one is missing or too short.
    """
    given = os.environ if environment is None else environment
    secrets = {key.key_id: _secret(key, workspace.paths.root, given) for key in answers.keys}
    return Keys(workspace.company_id, answers.key_id, secrets)


def _secret(key: SigningKey, root: Path, environment: Mapping[str, str]) -> bytes:
    where = f"puntual.yaml: answers, key {key.key_id}"
    if key.secret_env is not None:
        text, named = environment.get(key.secret_env, ""), f"the environment variable {key.secret_env}"
    else:
        text, named = _read(root / str(key.secret_file), where), f"the file {key.secret_file}"
    text = text.strip()
    if not text:
        raise SettingsProblem.at(where, f"{named} is not set", f"Set it to a secret of your own. {_MAKE_ONE}")
    if len(text) < SHORTEST_SECRET:
        raise SettingsProblem.at(where, f"{named} has less than {SHORTEST_SECRET} characters", _MAKE_ONE)
    return text.encode()


def _read(path: Path, where: str) -> str:
    try:
        if path.stat().st_mode & _FOR_OTHERS:
            raise SettingsProblem.at(
                where, f"the file {path.name} can be read by others", f"Run: chmod 600 {path.name}"
            )
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise SettingsProblem.at(where, f"the file {path.name} cannot be read", f"Write it. {_MAKE_ONE}") from None
