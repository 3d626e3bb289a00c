"""Which days may be run, and which may be sent."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from flows.clock import require_day, today
from tasks.problems import UserProblem
from tasks.settings.load import Workspace, load_workspace

MakeWorkspace = Callable[..., Path]
SMTP = "\nsending: {email: {type: smtp, host: localhost}}\n"


def workspace(make: MakeWorkspace, text: str, *, is_example: bool, smtp: bool) -> Workspace:
    if not is_example:
        text = text.replace("demo_as_of: 2026-06-16\n", "")
    return load_workspace(make(puntual=text + (SMTP if smtp else "")))


def test_today_may_be_sent_through_any_channel(make_workspace: MakeWorkspace, settings_text: str) -> None:
    home = workspace(make_workspace, settings_text, is_example=False, smtp=True)
    require_day(home, today(home), sends=True)


def test_another_day_may_be_planned_but_not_sent(make_workspace: MakeWorkspace, settings_text: str) -> None:
    home = workspace(make_workspace, settings_text, is_example=False, smtp=True)
    yesterday = today(home) - timedelta(days=1)
    require_day(home, yesterday, sends=False)
    with pytest.raises(UserProblem, match="would ignore what was paid"):
        require_day(home, yesterday, sends=True)


def test_the_future_cannot_be_run(make_workspace: MakeWorkspace, settings_text: str) -> None:
    home = workspace(make_workspace, settings_text, is_example=False, smtp=False)
    with pytest.raises(UserProblem, match="in the future"):
        require_day(home, today(home) + timedelta(days=1), sends=False)


def test_an_example_may_run_on_any_day_but_only_into_files(make_workspace: MakeWorkspace, settings_text: str) -> None:
    files = workspace(make_workspace, settings_text, is_example=True, smtp=False)
    require_day(files, date(2026, 6, 16), sends=True)
    smtp = workspace(make_workspace, settings_text, is_example=True, smtp=True)
    with pytest.raises(UserProblem, match="example workspace"):
        require_day(smtp, date(2026, 6, 16), sends=True)
