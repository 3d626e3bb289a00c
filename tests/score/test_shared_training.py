"""One model shared by the companies of a service: only where each allows it, judged on one, and nothing of a customer leaves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from tasks.problems import SettingsProblem
from tasks.score.features import feature_place, load_features
from tasks.score.fitted import training, trees
from tasks.score.fitted.candidate import CUSTOMER_SHARE, Candidate, Finding, train_candidate
from tasks.score.fitted.disclosure import rounded_amounts
from tasks.score.fitted.history import History, pooled
from tasks.score.fitted.judge import as_date
from tasks.score.fitted.keep import keep
from tasks.score.fitted.past import nothing_learned
from tasks.score.fitted.permission import Partner, require_permission
from tasks.score.fitted.shared import histories_of
from tasks.score.fitted.store import ModelStore
from tasks.settings.load import Workspace, load_workspace
from tests.score.sharing_companies import CANARY, write_sharing_company

DAY = date(2026, 6, 1)


@pytest.fixture(scope="module", autouse=True)
def few_trees() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            trees,
            "SHAPES",
            {name: ({**shape, "max_leaves": 6, "eta": 0.15}, 25) for name, (shape, _) in trees.SHAPES.items()},
        )
        patch.setattr(trees, "QUANTILE_ROUNDS", 4)
        yield


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    service = tmp_path_factory.mktemp("service")
    return (
        write_sharing_company(service / "small", receivables=320, seed=1),
        write_sharing_company(service / "betania", receivables=900, seed=2, canary=CANARY),
        write_sharing_company(service / "gamarra", receivables=900, seed=3),
    )


@pytest.fixture(scope="module")
def histories(folders: Sequence[Path]) -> tuple[History, ...]:
    home = load_workspace(folders[0])
    return histories_of(home, partners_of(folders[1:]), DAY, learned=nothing_learned, progress=lambda _: None)


@pytest.fixture(scope="module")
def shared(folders: Sequence[Path]) -> Candidate:
    return train_candidate(load_workspace(folders[0]), DAY, known_on=DAY, partners=partners_of(folders[1:]))


def partners_of(folders: Sequence[Path]) -> tuple[Partner, ...]:
    return tuple(Partner(folder, DAY) for folder in folders)


def test_a_company_too_small_for_a_model_of_its_own_gets_a_better_one_by_sharing(
    shared: Candidate,
) -> None:
    assert shared.finding is Finding.FIRST
    against_customer = next(item for item in shared.duels if item.against == CUSTOMER_SHARE)
    assert against_customer.is_won
    assert against_customer.rows >= 200
    assert shared.history is not None
    assert shared.scope is not None
    assert shared.recipe is not None
    assert len(np.unique(shared.history.receivable.astype(str))) <= 320
    with pytest.raises(training.TooShort):
        training.fit(shared.history, as_date(shared.scope.cutoff), shared.recipe, name="")


def test_a_company_too_small_to_be_judged_keeps_the_points(folders: Sequence[Path], tmp_path: Path) -> None:
    tiny = load_workspace(write_sharing_company(tmp_path / "tiny", receivables=200, seed=4))
    found = train_candidate(tiny, DAY, known_on=DAY, partners=partners_of(folders[2:]))
    assert found.finding is Finding.TOO_SHORT
    assert "to be judged" in found.why


def test_the_folder_and_the_card_say_that_it_is_shared_and_nothing_of_a_customer_is_in_them(
    shared: Candidate, tmp_path: Path
) -> None:
    home = load_workspace(write_sharing_company(tmp_path / "small", receivables=3, seed=1))
    trained = keep(home, shared)
    assert trained.model is not None
    assert trained.model.endswith("-shared-3")
    assert trained.as_json()["companies"] == 3
    store = ModelStore(home.paths.models)
    assert store.load(trained.model).companies == 3
    files = [file for file in store.folder_of(trained.model).rglob("*") if file.is_file()]
    assert len(files) > 8
    for file in files:
        # The card shows the company its own zones; the model knows none.
        own = ("plant", "este") if file.suffix == ".json" else ()
        for text in (CANARY, "C01", "betania", "gamarra", *own):
            assert text.encode() not in file.read_bytes(), file
    card = (store.folder_of(trained.model) / "en" / "model_card.md").read_text(encoding="utf-8")
    assert "learnt from the histories of 3 companies" in card


def test_texts_of_a_shared_model_are_those_of_its_own_company_and_no_zones(shared: Candidate) -> None:
    assert shared.model is not None
    known = {name: list(texts) for name, texts in shared.model.codes.items() if texts}
    assert known == {"document_type": ["invoice"], "payment_method": ["transfer"]}
    assert (shared.model.branch, shared.model.attributes) == (None, ())


def test_the_same_histories_give_the_same_model(histories: Sequence[History]) -> None:
    own, other = histories
    first, second = (training.fit(own, DAY, training.Recipe(), name="", others=(other,)) for _ in range(2))
    for key, classifier in first.classifiers.items():
        assert classifier.booster.save_raw("json") == second.classifiers[key].booster.save_raw("json")


def test_pooled_points_lie_in_order_of_days_and_tell_companies_apart(histories: Sequence[History]) -> None:
    own = histories[1]
    both = pooled((own, own))
    assert len(both) == 2 * len(own)
    assert (np.diff(both.scored_on).astype(int) >= 0).all()
    assert len(np.unique(both.customer.astype(str))) == 2 * len(np.unique(own.customer.astype(str)))
    again = both.features.filter(np.char.startswith(both.receivable.astype(str), "1:"))
    assert again.equals(own.features.combine_chunks())


def test_no_threshold_of_a_shared_model_is_an_invoice() -> None:
    inputs = np.full((1, len(load_features())), 7.6541, dtype=np.float32)
    rounded = rounded_amounts(inputs)
    assert rounded[0, feature_place("log_amount")] == np.float32(7.7)
    assert rounded[0, feature_place("late_share")] == np.float32(7.6541)


def refusing(workspace: Workspace) -> Workspace:
    score = workspace.settings.score.model_copy(update={"may_be_shared": False})
    return replace(workspace, settings=workspace.settings.model_copy(update={"score": score}))


def test_every_company_must_have_allowed_it_and_counts_once(folders: Sequence[Path]) -> None:
    small, beta, gamma = (load_workspace(folder) for folder in folders)
    require_permission(small, [beta, gamma])
    require_permission(refusing(small), [])
    with pytest.raises(SettingsProblem, match=r"betania/puntual.yaml: score.may_be_shared") as refused:
        require_permission(refusing(small), [refusing(beta), gamma])
    assert [problem.where.split("/")[0] for problem in refused.value.problems] == ["small", "betania"]
    for others in ([beta, beta], [small]):
        with pytest.raises(SettingsProblem, match="counted twice"):
            require_permission(small, others)


def test_without_permission_no_history_is_read(folders: Sequence[Path], tmp_path: Path) -> None:
    closed = write_sharing_company(tmp_path / "closed", receivables=3, seed=5, may_be_shared=False)
    (closed / "exports" / "invoices.csv").unlink()
    with pytest.raises(SettingsProblem, match=r"closed/puntual.yaml: score.may_be_shared"):
        train_candidate(load_workspace(folders[0]), DAY, known_on=DAY, partners=partners_of([closed]))
