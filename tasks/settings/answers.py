"""`answers` of `puntual.yaml`: where debtors answer, which secret signs their links, and how far their answers reach."""

from __future__ import annotations

from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from tasks.settings.strict import Strict

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class SigningKey(Strict):
    """A secret that signs links: the environment variable, or the file, that holds it, and the name that links carry."""

    key_id: int = Field(1, ge=1, le=255, description="Never given twice to different secrets.")
    secret_env: str | None = None
    secret_file: str | None = Field(None, description="Relative to the workspace, or absolute.")

    @model_validator(mode="after")
    def _one_place(self) -> SigningKey:
        if (self.secret_env is None) == (self.secret_file is None):
            raise ValueError("name either secret_env or secret_file")
        return self


class Answers(SigningKey):
    """How debtors answer. The newest secret stands here; those before it under `former_keys` until their links have expired."""

    base_url: str = Field(description="Where debtors reach `puntual serve`, as it stands before /a/… in messages.")
    former_keys: tuple[SigningKey, ...] = ()
    valid_days: int = Field(60, ge=1, le=730, description="Days after a message in which its link can be used.")
    promise_within_days: int = Field(
        30, ge=1, le=365, description="The latest day that a debtor may promise by himself."
    )
    at_most_per_receivable: int = Field(
        2,
        ge=1,
        le=20,
        description="Promises, and pauses for a payment under way, that answers may cause by themselves.",
    )
    answers_per_link: int = Field(50, ge=5, le=1_000, description="Times that a link may be used to send something.")
    requests_per_minute: int = Field(60, ge=5, le=10_000, description="Of one client, and of one link.")
    trusted_hosts: tuple[str, ...] = Field(
        (), description="Names beside that of base_url under which requests may come."
    )
    trusted_proxies: tuple[str, ...] = Field(("127.0.0.1", "::1"), description="Whose X-Forwarded-For is believed.")

    @field_validator("base_url")
    @classmethod
    def _usable(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"https", "http"} or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("is not an address like https://answers.acme.example")
        if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
            raise ValueError("is not encrypted; write https://, plain http is for this computer only")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _keys_differ(self) -> Answers:
        ids = [self.key_id, *(key.key_id for key in self.former_keys)]
        if len(set(ids)) != len(ids):
            raise ValueError("two keys have the same key_id")
        return self

    @property
    def keys(self) -> tuple[SigningKey, ...]:
        """Every key, the one that signs first."""
        return (self, *self.former_keys)

    @property
    def hosts(self) -> tuple[str, ...]:
        """Names under which requests may come."""
        return (urlsplit(self.base_url).hostname or "", *self.trusted_hosts)

    @property
    def is_encrypted(self) -> bool:
        """Whether debtors come by https."""
        return self.base_url.startswith("https://")
