"""Codes for ways to pay, as our contracts call them. Codes that say nothing about it (or mix several) are left out."""

from __future__ import annotations

UNTDID_4461 = {
    "10": "cash", "20": "cheque", "21": "cheque", "22": "cheque", "23": "cheque", "24": "letra", "25": "cheque",
    "26": "cheque", "30": "transfer", "31": "transfer", "42": "transfer", "44": "letra", "48": "card",
    "49": "direct_debit", "54": "card", "55": "card", "58": "transfer", "59": "direct_debit", "60": "pagare",
    "70": "letra", "91": "cheque", "92": "cheque",
}  # fmt: skip
"""UN/EDIFACT code list 4461, used by UBL and CII."""

FACTURAE = {
    "01": "cash", "02": "direct_debit", "04": "transfer", "05": "letra", "08": "letra", "09": "pagare",
    "10": "pagare", "11": "cheque", "16": "cheque", "17": "cheque", "19": "card",
}  # fmt: skip
"""PaymentMeansType of the Facturae schema."""

SAT = {"01": "cash", "02": "cheque", "03": "transfer", "04": "card", "28": "card"}
"""c_FormaPago of the Mexican tax authority."""

SII = {"CH": "cheque", "CF": "cheque", "LT": "letra", "EF": "cash", "TC": "card", "PE": "transfer"}
"""MedioPago of the Chilean DTE schema."""

SDI = {
    "MP01": "cash", "MP02": "cheque", "MP03": "cheque", "MP05": "transfer", "MP06": "pagare", "MP08": "card",
    "MP09": "direct_debit", "MP10": "direct_debit", "MP11": "direct_debit", "MP16": "direct_debit",
    "MP19": "direct_debit", "MP20": "direct_debit", "MP21": "direct_debit",
}  # fmt: skip
"""ModalitaPagamento of FatturaPA."""

SAFT_PT = {"NU": "cash", "CH": "cheque", "TB": "transfer", "CD": "card", "CC": "card", "LC": "letra"}
"""PaymentMechanism of SAF-T (PT)."""
