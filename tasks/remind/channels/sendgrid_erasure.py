"""Asks SendGrid to delete what it keeps of addresses: its Recipients' Data Erasure API (`POST /v3/recipients/erasejob`)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import islice

import httpx

from tasks.problems import Problem, UserProblem
from tasks.remind.channels.http_client import open_client, secret_of
from tasks.remind.channels.protocol import Environment
from tasks.settings.sending import SendgridChannel as SendgridSettings

ADDRESSES_A_REQUEST = 1_000
"""The provider takes 5,000 or 256 KB, whichever comes first; of the longest addresses so many stay below."""


def erase_at_sendgrid(
    addresses: Sequence[str], settings: SendgridSettings, environment: Environment
) -> tuple[str, ...]:
    """Asks for the deletion of `addresses`; returns the provider's job ids. Asking twice does no harm.

    Raises:
        SettingsProblem: there is no usable API key.
        UserProblem: the provider did not take the request; which part of the addresses it took is not told.
    """
    jobs = []
    rest = iter(sorted(set(addresses)))
    key = secret_of(
        environment,
        settings.api_key_env,
        setting="sending.email.api_key_env",
        what="an API key",
        fix="Set it to an API key with the scope recipients.erasejob.create.",
    )
    with open_client(base_url=settings.base_url, token=key, timeout_seconds=settings.timeout_seconds) as client:
        while part := list(islice(rest, ADDRESSES_A_REQUEST)):
            jobs.append(_job(client, part))
    return tuple(jobs)


def _job(client: httpx.Client, addresses: list[str]) -> str:
    try:
        response = client.post("/v3/recipients/erasejob", json={"email_addresses": addresses})
        content = response.json() if response.is_success else None
    except (httpx.HTTPError, json.JSONDecodeError) as error:
        raise _not_taken(f"gave no usable answer ({type(error).__name__})") from None
    if not isinstance(content, dict) or not content.get("job_id"):
        raise _not_taken(f"answered {response.status_code}")
    return str(content["job_id"])


def _not_taken(what: str) -> UserProblem:
    fix = "Give the API key the scope recipients.erasejob.create, then run the same command again."
    return UserProblem(Problem("error", "SendGrid's erasure of recipients", what, fix))
