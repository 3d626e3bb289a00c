"""Names that sound right and mean nobody: place names are put together from parts, and are not on any map."""

from __future__ import annotations

import random
import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True)
class Country:
    """What the names and the business of a country's customers are made of. `terms` are the usual days, the commonest repeated."""

    code: str
    customers: int
    currency: str
    language: str
    legal_forms: tuple[str, ...]
    zones: tuple[str, ...]
    heads: tuple[str, ...]
    tails: tuple[str, ...]
    terms: tuple[int, ...]
    methods: tuple[str, ...]


ES_METHODS = ("Transferencia",) * 7 + ("Recibo SEPA",) * 5 + ("Pagaré",) * 4 + ("Letra",) * 2 + ("Confirming",) * 2
COUNTRIES = (
    Country(
        "ES", 260, "EUR", "es", ("S.L.", "S.L.", "S.A.", "S.L.U.", "S. Coop."),
        ("Aragón", "Cataluña", "Madrid", "Levante", "Norte", "Sur"),
        ("Valde", "Monte", "Ribera", "Peña", "Torre", "Fuente", "Campo", "Cerro", "Soto", "Villa"),
        ("nogal", "quejigo", "clara", "brava", "sabina", "alta", "espino", "roble", "mora", "cierzo"),
        (30, 30, 30, 45, 60, 60), ES_METHODS,
    ),
    Country(
        "MX", 120, "MXN", "es", ("S.A. de C.V.", "S.A. de C.V.", "S. de R.L. de C.V.", "S.A.P.I. de C.V."),
        ("Bajío", "Centro", "Norte", "Occidente"),
        ("Tepe", "Xala", "Coyo", "Mazate", "Atla", "Huixa", "Zaca", "Oco"),
        ("tenco", "pango", "milco", "cingo", "huacán", "titla", "yahua", "zalco"),
        (30, 30, 30, 45, 60), ("Transferencia",) * 9 + ("Cheque",),
    ),
    Country(
        "CL", 95, "CLP", "es", ("SpA", "SpA", "Ltda.", "S.A."),
        ("Norte Grande", "Centro", "Biobío"),
        ("Quila", "Lonco", "Pichi", "Curi", "Melli", "Huala", "Treg"),
        ("lemu", "llanca", "mahuida", "leufu", "nahue", "rayén", "mapu"),
        (30, 30, 30, 30, 45), ("Transferencia",) * 8 + ("Cheque", "Confirming"),
    ),
    Country(
        "CO", 65, "EUR", "es", ("S.A.S.", "S.A.S.", "Ltda.", "S.A."),
        ("Andina", "Caribe", "Pacífico"),
        ("Guata", "Chiqui", "Tiba", "Suta", "Mona", "Fira"),
        ("vita", "quirá", "choque", "mena", "naque", "tiva"),
        (30, 30, 45, 60), ("Transferencia",),
    ),
    Country(
        "PT", 60, "EUR", "pt", ("Lda.", "Lda.", "S.A.", "Unipessoal Lda."),
        ("Norte", "Centro", "Lisboa"),
        ("Vale", "Ribeira", "Serra", "Penha", "Fonte", "Quinta"),
        (" do Carvalhal", " da Nora Velha", " Verdial", " do Sabugo", " das Eiras", " do Pinhô"),
        (30, 30, 45, 60), ("Transferencia",) * 3 + ("Recibo SEPA",),
    ),
)  # fmt: skip

TRADES: dict[str, tuple[str, ...]] = {
    "construction": ("Construcciones", "Obras y Servicios", "Constructora"),
    "agrifood": ("Conservas", "Bodegas", "Agropecuaria", "Lácteos"),
    "water": ("Aguas", "Riegos", "Depuradora"),
    "mining": ("Minera", "Áridos", "Canteras"),
    "energy": ("Energías", "Biomasa", "Solar"),
    "chemical": ("Químicas", "Pinturas", "Plásticos"),
    "automotive": ("Talleres", "Mecanizados", "Autopartes"),
    "hospitality": ("Hotelera", "Balneario"),
    "maintenance": ("Mantenimientos", "Montajes", "Instalaciones"),
}
PORTUGUESE = {
    "Construcciones": "Construções", "Obras y Servicios": "Obras e Serviços", "Constructora": "Construtora", "Bodegas": "Adegas",
    "Agropecuaria": "Agropecuária", "Lácteos": "Lacticínios", "Aguas": "Águas", "Riegos": "Regas", "Depuradora": "Depuradora",
    "Minera": "Mineira", "Áridos": "Inertes", "Canteras": "Pedreiras", "Energías": "Energias", "Químicas": "Químicas",
    "Pinturas": "Tintas", "Talleres": "Oficinas", "Mecanizados": "Maquinados", "Autopartes": "Autopeças", "Hotelera": "Hoteleira",
    "Balneario": "Termas", "Mantenimientos": "Manutenções", "Montajes": "Montagens", "Instalaciones": "Instalações",
}  # fmt: skip
FIRST_NAMES = (
    "Lucía", "Marta", "Iker", "Jorge", "Nerea", "Álvaro", "Pilar", "Ximena", "Rodrigo", "Catalina", "Ignacio", "Camila",
    "Andrés", "Valentina", "Joana", "Tiago", "Inês", "Rui", "Beatriz", "Emilio",
)  # fmt: skip
LAST_NAMES = (
    "Arbués", "Lanaspa", "Villarroya", "Ochoa", "Etxeandia", "Monforte", "Quiñones", "Tlapa", "Huerta", "Aravena",
    "Catrileo", "Riffo", "Ballesteros", "Tunjano", "Sousa", "Teixeira", "Figueiredo", "Salas", "Marqués", "Núñez",
)  # fmt: skip


def company_name(country: Country, sector: str, rng: random.Random) -> str:
    """A registered name: trade, invented place, legal form."""
    trade = rng.choice(TRADES[sector])
    if country.code == "PT":
        trade = PORTUGUESE.get(trade, trade)
    return f"{trade} {rng.choice(country.heads)}{rng.choice(country.tails)}, {rng.choice(country.legal_forms)}"


def domain(name: str, country: str) -> str:
    """An e-mail domain under the reserved top-level domain `.example` (RFC 2606)."""
    plain = unicodedata.normalize("NFKD", name.split(",", maxsplit=1)[0]).encode("ascii", "ignore").decode().lower()
    return f"{''.join(char for char in plain if char.isalnum())}-{country.lower()}.example"


def person(rng: random.Random) -> str:
    """A person's name."""
    return f"{rng.choice(FIRST_NAMES)} {rng.choice(LAST_NAMES)}"
