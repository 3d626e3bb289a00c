"""What operations see in the list of runs: company and date as the name, the company as a tag."""

from __future__ import annotations

from pathlib import Path

from prefect import runtime

from flows.clock import business_date
from tasks.settings.load import Workspace, load_workspace


def flow_run_name() -> str:
    """`andina 2026-06-16`: the company and the business date of the flow run that is starting."""
    parameters = runtime.flow_run.parameters
    workspace = load_workspace(Path(parameters["workspace"]))
    return f"{workspace.company_id} {business_date(workspace, parameters.get('as_of'))}"


def company_tag(workspace: Workspace) -> str:
    """The tag by which the Prefect UI filters one company's runs."""
    return f"company:{workspace.company_id}"
