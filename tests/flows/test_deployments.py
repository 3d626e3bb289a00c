"""Every deployment names a flow that can really be imported; Prefect itself would register a placeholder in silence."""

from pathlib import Path

import pytest
import yaml
from prefect.flows import load_flow_from_entrypoint

ROOT = Path(__file__).parents[2]
DEPLOYMENTS = yaml.safe_load((ROOT / "prefect.yaml").read_text())["deployments"]


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda deployment: deployment["name"])
def test_the_entrypoint_is_a_flow_that_takes_the_parameters(
    deployment: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    flow = load_flow_from_entrypoint(str(deployment["entrypoint"]), use_placeholder_flow=False)
    parameters = deployment["parameters"]
    assert isinstance(parameters, dict)
    flow.validate_parameters(parameters)
    assert (ROOT / parameters["workspace"] / "puntual.yaml").exists()


def test_the_daily_run_is_scheduled_on_weekdays_and_does_not_send_by_itself() -> None:
    daily = DEPLOYMENTS[0]
    assert daily["schedules"][0]["cron"].endswith("1-5")
    assert daily["parameters"]["send"] is False
