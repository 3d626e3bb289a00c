"""Order holds of the example company, with orders added to it, against a computation in plain Python from docs/credit-policy.md."""

from __future__ import annotations

import csv
import json
import shutil
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from examples.generate import ANDINA
from tasks.credit.explain import order_hold_facts
from tasks.credit.files import COLUMNS, write_order_holds
from tasks.credit.previous import RELATION
from tasks.ledger.opening import open_ledger
from tasks.rebuild import rebuilt
from tasks.score.earlier import build_earlier
from tasks.settings.load import load_workspace
from tasks.warehouse.connection import Connection
from tasks.warehouse.inputs import create_empty, input_relations
from tasks.warehouse.models import build_model, load_models, upstream_of
from tasks.warehouse.work import write_ledger_facts

DAY = date(2026, 6, 16)
POLICY = yaml.safe_load((ANDINA / "strategy.yaml").read_text(encoding="utf-8"))["credit_policy"]
TOLERANCE_DAYS = 3
RULES = {rule["name"]: rule for rule in POLICY["rules"]}
ORDERS_SOURCE = """
  - name: pedidos
    contract: orders
    path: exports/pedidos.csv
    columns:
      {order_id: order_id, customer_id: customer_id, currency: currency, amount: amount, ordered_on: ordered_on,
       delivered_on: delivered_on, is_prepaid: is_prepaid, status: status}
"""
# What these tests read, and what it is made of; the whole report is not.
NEEDED = {
    model
    for relation in ("mart.order_holds", "mart.customers", "mart.unprofitable_customers")
    for model in upstream_of(relation)
}
Line = tuple[str, str]
Row = Mapping[str, object]


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """Andina's day, built to the mart, with three orders of every tenth customer."""
    root = tmp_path_factory.mktemp("credit") / "andina"
    shutil.copytree(ANDINA, root)
    settings = root / "puntual.yaml"
    settings.write_text(
        settings.read_text(encoding="utf-8").replace("\nsending:", f"{ORDERS_SOURCE}\nsending:"), encoding="utf-8"
    )
    _write_orders(root)
    workspace = load_workspace(root)
    with (
        open_ledger(workspace, clock=lambda: datetime(2026, 6, 16, 12, tzinfo=UTC)) as ledger,
        rebuilt(workspace, ledger, DAY, root / "scratch", known_on=DAY) as connection,
    ):
        facts = ledger.facts(DAY)
        write_ledger_facts(connection, {name: facts[name] for name in ("ledger.reminders", "ledger.runs")})
        build_earlier(connection)
        create_empty(connection, RELATION, input_relations()[RELATION])
        for model in load_models():
            if model in NEEDED and model.schema in {"delays", "loss", "credit", "mart"}:
                build_model(connection, model)
        yield connection


def _write_orders(root: Path) -> None:
    """Per customer one order that is delivered, one prepaid, and two that can still wait, the second large."""
    numbers: dict[str, None] = {}
    with (root / "exports" / "facturas_2026.csv").open(encoding="latin-1", newline="") as file:
        for row in csv.DictReader(file, delimiter=";"):
            numbers.setdefault(row["Cliente"].strip(), None)
    with (root / "exports" / "pedidos.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(
            ["order_id", "customer_id", "currency", "amount", "ordered_on", "delivered_on", "is_prepaid", "status"]
        )
        for customer in sorted(numbers)[::10]:
            rows.writerow([f"=PV-{customer}-1", customer, "EUR", "400.00", "2026-06-10", "2026-06-15", "false", "open"])
            rows.writerow([f"PV-{customer}-2", customer, "EUR", "900.00", "2026-06-11", "", "true", "open"])
            rows.writerow([f"PV-{customer}-3", customer, "EUR", "500.00", "2026-06-12", "", "false", "open"])
            rows.writerow([f"PV-{customer}-4", customer, "EUR", "25000.00", "2026-06-12", "", "false", "open"])


def rows_of(connection: Connection, query: str) -> list[Row]:
    cursor = connection.execute(query)
    names = [str(column[0]) for column in cursor.description or ()]
    return [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]


def expected_reasons(work: Connection) -> dict[Line, set[str]]:
    """Which customers' lines are on hold and why, by the documentation: dictionaries and Decimals, and none of sql/credit."""
    customers = {
        str(row["customer_id"]): row
        for row in rows_of(
            work,
            """SELECT c.*, s.risk_grade, s.risk_score, s.is_new FROM staging.customers AS c
            INNER JOIN score.customer_scores AS s ON c.customer_id = s.customer_id""",
        )
    }
    open_amount: dict[Line, Decimal] = defaultdict(Decimal)
    arrears: dict[Line, Decimal] = defaultdict(Decimal)
    money_days: dict[Line, Decimal] = defaultdict(Decimal)
    debits = {
        row["receivable_id"]
        for row in rows_of(work, "SELECT receivable_id FROM staging.direct_debits WHERE status = 'on_its_way'")
    }
    for item in rows_of(work, "SELECT * EXCLUDE (document_references) FROM staging.open_receivables"):
        line = (str(item["customer_id"]), str(item["currency"]))
        amount = Decimal(str(item["open_amount"]))
        open_amount[line] += amount
        days = (DAY - date.fromisoformat(str(item["due_date"]))).days
        ours = item["has_open_complaint"] or item["is_price_agreed"] is False
        later = any(item[name] is not None and str(item[name]) > DAY.isoformat()
                    for name in ("delivered_on", "goods_received_on", "document_sent_on"))  # fmt: skip
        kept_back = item["is_disputed"] or item["is_assigned"] or ours or later or item["receivable_id"] in debits
        if days > TOLERANCE_DAYS and not kept_back:
            arrears[line] += amount
            money_days[line] += amount * days
    against: dict[Line, Decimal] = defaultdict(Decimal)
    for row in rows_of(work, "FROM staging.credits"):
        against[str(row["customer_id"]), str(row["currency"])] += Decimal(str(row["credit_amount"]))
    ordered: dict[Line, Decimal] = defaultdict(Decimal)
    for row in rows_of(work, "FROM landing.orders WHERE NOT is_prepaid"):
        ordered[str(row["customer_id"]), str(row["currency"])] += Decimal(str(row["amount"]))

    found: dict[Line, set[str]] = {}
    for line in {*open_amount, *against, *ordered}:
        customer = customers[line[0]]
        rule = rule_of(customer)
        tolerated = Decimal(POLICY["tolerance"]["amount"].get(line[1], 1))
        reasons = {"insolvent"} if customer["financial_situation"] == "insolvent" else set()
        limit = limit_of(customer, rule, line[1])
        if limit is not None:
            exposure = max(open_amount[line] + ordered[line] - against[line], Decimal(0))
            if exposure > limit + max(limit * POLICY["tolerance"]["percent"] / 100, tolerated):
                reasons.add("over_credit_limit")
        judged = rule.get("arrears", {"risk_days": 15})
        if judged != "none" and arrears[line] > tolerated:
            weight = money_days[line] * int(str(customer["risk_score"])) / 1000
            most = judged.get("risk_money_days", {}).get(line[1])
            if weight >= judged["risk_days"] * open_amount[line] or (most is not None and weight >= most):
                reasons.add("arrears")
        if reasons:
            found[line] = reasons
    return found


def rule_of(customer: Row) -> dict[str, dict[str, object]]:
    if customer["customer_class"] == "A" and customer["risk_grade"] in {"A", "B"}:
        return RULES["administracion"]
    if customer["is_new"]:
        return RULES["nuevos"]
    return RULES["riesgo" if customer["risk_grade"] in {"D", "E"} else "habituales"]


def limit_of(customer: Row, rule: Mapping[str, dict[str, object]], currency: str) -> Decimal | None:
    if customer["credit_limit"] is not None and customer["credit_currency"] == currency:
        return Decimal(str(customer["credit_limit"]))
    caps = rule.get("limit", {}).get("initial", {})
    assert isinstance(caps, dict)
    cap = caps.get(customer["risk_grade"], {}).get(currency)
    return None if cap is None else Decimal(cap)


def test_customers_on_hold_and_their_reasons_are_those_of_the_documentation(work: Connection) -> None:
    held = rows_of(
        work, "SELECT customer_id, currency, reasons FROM mart.order_holds WHERE order_id = '' AND decision = 'hold'"
    )
    found = {(str(row["customer_id"]), str(row["currency"])): set(row["reasons"]) for row in held}
    expected = expected_reasons(work)
    assert found == expected
    assert {reason for reasons in found.values() for reason in reasons} == {"arrears", "over_credit_limit"}
    customers = rows_of(work, "SELECT customer_id FROM mart.customers WHERE order_hold")
    assert {row["customer_id"] for row in customers} == {customer for customer, _ in expected}


def test_paying_the_release_amount_releases_and_a_cent_less_of_an_excess_does_not(work: Connection) -> None:
    held = rows_of(
        work, "FROM mart.order_holds WHERE order_id = '' AND decision = 'hold' AND reason = 'over_credit_limit'"
    )
    assert held
    for row in held:
        exposure, limit, tolerance, release = (
            Decimal(str(row[name]))
            for name in ("exposure_amount", "limit_amount", "tolerance_amount", "release_amount")
        )
        assert exposure - release <= limit + tolerance < exposure - release + Decimal("0.01")


def test_prepaid_and_delivered_orders_go_out_whatever_their_customer_owes(work: Connection) -> None:
    orders = rows_of(work, "SELECT order_id, decision, reason FROM mart.order_holds WHERE subject = 'order'")
    by_kind = {kind: {(row["decision"], row["reason"]) for row in orders if str(row["order_id"]).endswith(kind)}
               for kind in ("-1", "-2", "-3", "-4")}  # fmt: skip
    assert by_kind["-1"] == {("free", "already_delivered")}
    assert by_kind["-2"] == {("free", "prepaid")}
    assert ("free", "within_policy") in by_kind["-3"]
    assert ("hold", "over_credit_limit") in by_kind["-4"]
    assert len(orders) == rows_of(work, "SELECT count(*) AS n FROM landing.orders")[0]["n"]


def test_the_files_hold_what_is_published_and_no_cell_becomes_a_formula(work: Connection, tmp_path: Path) -> None:
    csv_path, json_path = write_order_holds(work, tmp_path, "es")
    with csv_path.open(encoding="utf-8", newline="") as file:
        listed = list(csv.DictReader(file))
    content = json.loads(json_path.read_text(encoding="utf-8"))
    assert list(listed[0]) == [*COLUMNS, "reason_text", "release_condition"]
    assert (
        len(listed)
        == len(content["order_holds"])
        == rows_of(work, "SELECT count(*) AS n FROM mart.order_holds")[0]["n"]
    )
    assert content["company_id"] == "andina"
    assert content["as_of"] == "2026-06-16"
    assert content["expires_on"] == "2026-06-20"
    assert not [cell for row in listed for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]
    assert any(row["order_id"].startswith("'=PV") for row in listed)
    arrears = next(row for row in listed if row["reason"] == "arrears" and not row["order_id"])
    assert arrears["release_condition"].startswith("pagar ")
    assert arrears["release_currency"] in arrears["release_condition"]


def test_an_explanation_mentions_the_hold_of_the_customer_with_its_figures(work: Connection) -> None:
    held = rows_of(work, """SELECT r.receivable_id, h.release_currency FROM mart.order_holds AS h
        INNER JOIN staging.open_receivables AS r ON h.customer_id = r.customer_id
        WHERE h.order_id = '' AND h.reason = 'arrears' ORDER BY r.receivable_id""")  # fmt: skip
    facts = order_hold_facts(work, str(held[0]["receivable_id"]), "en")
    assert facts[0].name == "order_hold"
    assert "amount x days x score" in facts[0].value
    assert f"{held[0]['release_currency']} of " in facts[0].value
    assert order_hold_facts(work, "no such receivable", "en") == ()


def test_sales_bring_the_margin_of_the_class_and_only_who_costs_more_is_listed(work: Connection) -> None:
    percents = POLICY["cost_to_serve"]["margin_percent_by_class"]
    served = rows_of(work, """SELECT s.*, c.customer_class FROM credit.serving AS s
        INNER JOIN staging.customers AS c ON s.customer_id = c.customer_id""")  # fmt: skip
    assert any(Decimal(str(row["lateness_cost"])) > 0 for row in served)
    expected = set()
    for row in served:
        sales, margin, late, contact = (
            Decimal(str(row[name])) for name in ("sales_amount", "margin_amount", "lateness_cost", "contact_cost")
        )
        percent = percents.get(row["customer_class"], POLICY["cost_to_serve"]["margin_percent"])
        assert abs(margin - sales * percent / 100) <= Decimal("0.005")
        if late + contact > max(margin, Decimal(0)):
            expected.add((row["customer_id"], row["currency"]))
    listed = rows_of(work, "SELECT customer_id, currency FROM mart.unprofitable_customers")
    assert {(row["customer_id"], row["currency"]) for row in listed} == expected
