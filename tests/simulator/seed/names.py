# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Natural names that are unique over the whole fleet, without asking Faker once per tenant.

Faker fills small pools; a tenant's number picks from them through a bijection, so that two numbers never give the
same name and a panel can be rebuilt alone.
"""

from __future__ import annotations

import random
import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from faker import Faker

LOCALES: Final = ("en_US", "de_DE", "fr_FR", "es_ES", "it_IT", "pl_PL", "sv_SE")
_TRADE_WORDS: Final = """
bakery bikes books cafe carpentry ceramics cheese choir clinic consulting cycling dance dental design flowers
fitness furniture gallery garden glass guitars hiking hotel images insurance interiors jewels kitchen law
lighting logistics marine media motors music optics painting paper pharmacy photo pizza plumbing pottery press
realty records roofing sailing school shoes soap solar spirits studio tailor tea tiles toys travel trees watches
wine yoga
"""
TRADES: Final = tuple(_TRADE_WORDS.split())
DESCRIPTIONS: Final = (
    "Kündigt zum Quartalsende, bitte anrufen",
    "Pays by invoice <net 30> & e-mail only",
    'VIP: "do not touch" before 9 o\'clock',
    "Größe XXL, façade réparée, 日本語もOK",
    "[billing:account=4711] prefers SMS",
)
_STEP: Final = 7919  # a prime: neighbouring tenants get unlike names


def slug(text: str) -> str:
    """ASCII letters and digits of a name, in lower case."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]", "", plain.lower())


@dataclass(frozen=True)
class Person:
    """Who an account is made out to."""

    name: str
    company: str
    phone: str
    street: str
    city: str
    postcode: str
    country: str


class Names:
    """The pools of one seed, shared by the panels of a fleet."""

    def __init__(self, seed: int) -> None:
        rng = random.Random(seed)
        self.people: list[Person] = []
        surnames: dict[str, str] = {}
        for locale in LOCALES:
            fake = Faker(locale)
            fake.seed_instance(rng.getrandbits(32))
            country = locale[-2:]
            for _ in range(40):
                surname = fake.last_name()
                surnames.setdefault(slug(surname), surname)
                self.people.append(
                    Person(
                        name=f"{fake.first_name()} {surname}",
                        company=f"{surname} {fake.company_suffix()}",
                        phone=fake.phone_number()[:30],
                        street=fake.street_address().replace("\n", ", "),
                        city=fake.city(),
                        postcode=fake.postcode(),
                        country=country,
                    )
                )
        surnames.pop("", None)
        self._surnames = sorted(surnames)
        rng.shuffle(self._surnames)
        while (len(self._surnames) * len(TRADES)) % _STEP == 0:
            self._surnames.pop()

    def brand(self, number: int) -> str:
        """A name fit for logins and domains; another one for every number."""
        size = len(self._surnames) * len(TRADES)
        rounds, place = divmod(number, size)
        trade, surname = divmod(place * _STEP % size, len(self._surnames))
        return f"{self._surnames[surname]}-{TRADES[trade]}{rounds or ''}"
