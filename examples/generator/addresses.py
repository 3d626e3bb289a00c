"""Made-up postal addresses. They are drawn apart from everything else, so that who has one changes nothing but addresses."""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True)
class Address:
    """Where letters to a contact go; empty texts where the customer file has none."""

    street: str = ""
    postal_code: str = ""
    town: str = ""
    region: str = ""


STREETS = {
    "ES": ("Calle del Molino {}", "Avenida de la Industria {}", "Polígono Las Eras, parcela {}", "Calle Mayor {}"),
    "MX": ("Av. de los Talleres {}", "Calle Pino {}, Col. Industrial", "Blvd. del Valle {}", "Calle 5 de Febrero {}"),
    "CL": ("Av. Los Carrera {}", "Camino a la Costa {}", "Calle Arturo Prat {}", "Pasaje Las Bombas {}"),
    "CO": ("Carrera 15 # {}-20", "Calle 80 # {}-11", "Avenida Boyacá # {}-45"),
    "PT": ("Rua da Fábrica {}", "Avenida da Liberdade {}", "Zona Industrial, lote {}"),
}
TOWNS = {
    "ES": (("50018", "Zaragoza", ""), ("08020", "Barcelona", ""), ("28052", "Madrid", ""), ("46980", "Paterna", "Valencia")),
    "MX": (("44940", "Guadalajara", "Jalisco"), ("64000", "Monterrey", "Nuevo León"), ("76120", "Querétaro", "Querétaro")),
    "CL": (("8320000", "Santiago", ""), ("4030000", "Concepción", "Biobío"), ("1240000", "Antofagasta", "")),
    "CO": (("110931", "Bogotá", ""), ("050021", "Medellín", "Antioquia")),
    "PT": (("4450-208", "Matosinhos", ""), ("1900-264", "Lisboa", "")),
}  # fmt: skip
SHARE_WITH_ADDRESS = 0.6


def draw_address(contact_id: str, country: str) -> Address:
    """The address of a contact, the same every time; two in five have none."""
    rng = random.Random(f"address of {contact_id}")
    if rng.random() >= SHARE_WITH_ADDRESS:
        return Address()
    postal_code, town, region = rng.choice(TOWNS[country])
    return Address(rng.choice(STREETS[country]).format(rng.randint(1, 180)), postal_code, town, region)
