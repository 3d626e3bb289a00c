"""The JSON of a back-test: the first target's figures on top, as scripts rely on them, and what else there is (docs/backtest.md)."""

from __future__ import annotations

from tasks.score.cash.figures import as_json as cash_json
from tasks.score.evaluation.as_json import Json, as_json, figures_json
from tasks.score.fitted.backtest import Answer
from tasks.score.fitted.targets import Target


def answer_json(answer: Answer) -> dict[str, Json]:
    """Everything that was found, as plain values."""
    question, recipe = answer.question, answer.recipe
    made = as_json(answer.results[Target.LATE])
    made["as_of"] = question.as_of.isoformat()
    made["targets"] = {str(target): as_json(found) for target, found in answer.results.items()}
    made["points"] = {
        "learnt_from": answer.points,
        "is_sample": answer.is_thinned,
        "judged_share": answer.judged_share,
    }
    made["recipe"] = {
        "tolerances": list(recipe.tolerances),
        "working_days": recipe.working_days,
        "branch": recipe.branch,
        "attributes": list(recipe.attributes),
        "document_type": question.document_type,
    }
    if answer.audit is not None:
        checked = answer.audit
        made["audit"] = {
            "up_to": checked.up_to.isoformat(),
            "rows": checked.rows,
            "features": checked.features,
            "moved": {item.column: item.rows for item in checked.moved},
        }
    if answer.leaky is not None:
        made["leak_demonstration"] = {
            "figures": figures_json(answer.leaky.figures),
            "leaks": [
                {"sign": str(item.sign), "is_proof": item.is_proof, "why": item.why} for item in answer.leaky.suspicions
            ],
        }
    if answer.cash is not None:
        made["cash"] = cash_json(answer.cash)
    made["seconds"] = dict(answer.seconds)
    return made
