"""A database source by the scheme of its URL."""

from __future__ import annotations

import datetime
import os
from pathlib import Path
from urllib.parse import urlsplit

from tasks.extract.databases.allowed import allowed_columns
from tasks.extract.databases.dbapi import read_dbapi
from tasks.extract.databases.engines import engine_of
from tasks.extract.databases.postgres import read_postgres
from tasks.extract.databases.result import QueryResult
from tasks.problems import SettingsProblem
from tasks.settings.formats import DatabaseFormat
from tasks.settings.sources import Source

_POSTGRES = ("postgresql", "postgres")


def read_database(
    source: Source, settings: DatabaseFormat, as_of: datetime.date, *, workspace: Path, scratch: Path
) -> QueryResult:
    """Runs the source's query and keeps its rows; `workspace` is where a relative path of a SQLite file starts.

    Raises:
        SettingsProblem: the environment variable with the URL is not set, or names a server that is not known.
        SourceUnreachable: the server does not answer; the same call may succeed later.
        SourceProblem: the server refuses the query, or the query returns columns that no mapping uses.
    """
    url = os.environ.get(settings.url_env, "")
    where = f"sources.{source.name}.format.url_env"
    if not url:
        raise SettingsProblem.at(
            where,
            f"the environment variable {settings.url_env} is not set",
            f"Set {settings.url_env} to a URL such as postgresql://USER:PASSWORD@HOST/DATABASE.",
        )
    allowed = allowed_columns(source)
    scheme = _scheme(url)
    if scheme.partition("+")[0] in _POSTGRES:
        return read_postgres(source.name, settings, url, allowed=allowed, as_of=as_of, scratch=scratch)
    engine = engine_of(scheme)
    if engine is None:
        raise SettingsProblem.at(
            where,
            f"the URL in {settings.url_env} starts with '{scheme}:', which is not known",
            "Known are postgresql, mysql, mariadb, mssql, oracle and sqlite.",
        )
    return read_dbapi(
        source.name, settings, url, engine, allowed=allowed, as_of=as_of, workspace=workspace, scratch=scratch
    )


def _scheme(url: str) -> str:
    try:
        return urlsplit(url).scheme.lower()
    except ValueError:
        return ""
