"""Three-letter country codes as two letters, for the standards that use them (Facturae, CFDI)."""

from __future__ import annotations

import re

_PAIRS = (
    "AND:AD ARE:AE ARG:AR AUS:AU AUT:AT BEL:BE BGR:BG BOL:BO BRA:BR CAN:CA CHE:CH CHL:CL CHN:CN COL:CO CRI:CR CUB:CU "
    "CYP:CY CZE:CZ DEU:DE DNK:DK DOM:DO DZA:DZ ECU:EC EGY:EG ESP:ES EST:EE FIN:FI FRA:FR GBR:GB GIB:GI GRC:GR GTM:GT "
    "HKG:HK HND:HN HRV:HR HUN:HU IND:IN IRL:IE ISL:IS ISR:IL ITA:IT JPN:JP KOR:KR LIE:LI LTU:LT LUX:LU LVA:LV MAR:MA "
    "MCO:MC MEX:MX MLT:MT NIC:NI NLD:NL NOR:NO NZL:NZ PAN:PA PER:PE POL:PL PRI:PR PRT:PT PRY:PY QAT:QA ROU:RO RUS:RU "
    "SAU:SA SGP:SG SLV:SV SMR:SM SRB:RS SVK:SK SVN:SI SWE:SE THA:TH TUN:TN TUR:TR TWN:TW UKR:UA URY:UY USA:US VAT:VA "
    "VEN:VE VNM:VN ZAF:ZA"
)
ALPHA_2: dict[str, str] = dict(re.findall(r"([A-Z]{3}):([A-Z]{2})", _PAIRS))


def two_letters(code: str) -> str:
    """`ESP` as `ES`; a code that is not listed stays as it is, and the contract's rule names it."""
    return ALPHA_2.get(code, code)
