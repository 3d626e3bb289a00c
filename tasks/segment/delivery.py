"""What an installation can deliver: channels with an adapter, purposes with templates; and what a ladder asks beyond it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tasks.experiment.policy import Experiment
from tasks.paths import TEMPLATES, WorkspacePaths
from tasks.problems import Problem, SettingsProblem
from tasks.segment.ladders import MESSAGE_CHANNELS, PURPOSES, Step
from tasks.segment.said_steps import said_steps
from tasks.settings.sending import Sending
from tasks.settings.yaml_file import read_yaml


@dataclass(frozen=True)
class Delivery:
    """Message channels that have an adapter, and purposes that have templates. People need neither. `wordings`: variants of templates."""

    channels: frozenset[str]
    purposes: frozenset[str]
    wordings: frozenset[str] = frozenset()


def delivery_of(folder: Path) -> Delivery:
    """What the workspace in `folder` can deliver: adapters that work unasked or that `sending` names, and all templates.

    The settings' other mistakes are told where they are read whole.
    """
    paths = WorkspacePaths(folder)
    return Delivery(
        channels=frozenset(_channels(folder)),
        purposes=frozenset(
            purpose
            for purpose in PURPOSES
            if any((templates / purpose).is_dir() for templates in (paths.templates, TEMPLATES))
        ),
        wordings=frozenset(
            wording.name
            for place in (*(f"{purpose}/*" for purpose in PURPOSES), "steps/*/*")
            for wording in paths.templates.glob(f"{place}/*")
            if wording.is_dir()
        ),
    )


def _channels(folder: Path) -> Iterator[str]:
    given = _given_channels(folder)
    for channel in MESSAGE_CHANNELS:
        field = Sending.model_fields.get(channel)
        if field is not None and (channel in given or field.get_default(call_default_factory=True) is not None):
            yield channel


def _given_channels(folder: Path) -> set[str]:
    try:
        settings = read_yaml(WorkspacePaths(folder).settings)
    except SettingsProblem:
        return set()
    sending = settings.get("sending") if isinstance(settings, dict) else None
    return {str(name) for name, value in sending.items() if value is not None} if isinstance(sending, dict) else set()


def lint_delivery(delivery: Delivery, steps: Sequence[Step], where: str) -> Iterator[Problem]:
    """A finding for each step whose message could not be written or sent here."""
    for number, step in enumerate(steps):
        place = f"{where}.{number} ({step.step})"
        messages = [channel for channel in (*step.channels, *step.fallback_channels) if channel in MESSAGE_CHANNELS]
        for channel in messages:
            if channel not in delivery.channels:
                yield Problem(
                    "error",
                    place,
                    f"cannot be sent: nothing here delivers the channel '{channel}'",
                    f"Use one of: {_listed(delivery.channels)}; or set up `sending.{channel}` in puntual.yaml.",
                )
        for said in said_steps([step]):
            if messages and said.purpose not in delivery.purposes:
                yield Problem(
                    "error",
                    place,
                    f"cannot be written: there are no templates for the purpose '{said.purpose}'",
                    f"Use one of: {_listed(delivery.purposes)}; or add templates/{said.purpose}/.",
                )


def lint_wordings(delivery: Delivery, experiments: Sequence[Experiment], where: str) -> Iterator[Problem]:
    """A finding for each wording of an experiment that no template of the workspace has."""
    for number, experiment in enumerate(experiments):
        for variant in experiment.variants:
            if variant.wording is not None and variant.wording not in delivery.wordings:
                yield Problem(
                    "error",
                    f"{where}: experiments.{number} ({experiment.name})",
                    f"the variant '{variant.name}' says '{variant.wording}', and no template has that wording",
                    f"Add templates/<purpose>/<language>/{variant.wording}/ with the parts that differ.",
                )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "none is set up"
