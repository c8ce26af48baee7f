# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tenants that must not be touched, who said so, why, and until when.

What cannot be decided protects: an expression that fails on a tenant stops a measure, never an exemption.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from . import checking, moment
from . import expression as expressions
from .checking import Fields, Steps, Unfit, Wrong
from .target import GUID, Origin, check_targets
from .tenant import CUSTOMER, DOMAIN, RESELLER, SUBSCRIPTION

TenantDoc: TypeAlias = "Mapping[str, Any]"
"""A tenant as plans, apply and expressions see it: its own fields, and what is above (``chain``) and ``below`` it."""

TENANT_FIELDS = (
    "panel",
    "kind",
    "id",
    "name",
    "guid",
    "external_id",
    "login",
    "status",
    "effective",
    "owner",
    "reseller",
    "cascade",
    "chain",
    "below",
)
"""What an expression may ask for. A name that is not here is a slip, and would silently protect nobody.

``login`` is empty for what is no account, ``owner`` is the login of the nearest account above (``admin`` if there is none),
``reseller`` that of the reseller that it is or belongs to, or empty. They are told from ``kind``, ``name`` and ``chain``, so that
an expression means the same wherever the tenant was read.
"""

ADMINISTRATOR = "admin"

MATCHERS = ("guid", "login", "domain", "expression")
FIELDS = (*MATCHERS, "owner", "reason", "until")

_ACCOUNTS = (RESELLER, CUSTOMER)
_NAMED_AS_DOMAINS = (SUBSCRIPTION, DOMAIN)


@dataclass(frozen=True)
class Exemption:
    """Whom an exemption protects (one of :data:`MATCHERS` is given), who answers for it, why, and until when.

    ``until`` is a date, which is included, or a time (ISO 8601, with its zone). ``place`` says where it was read. ``failure`` says
    why its expression could not be evaluated on the tenant that it therefore protects.
    """

    owner: str
    reason: str
    until: str
    guid: str = ""
    login: str = ""
    domain: str = ""
    expression: str = ""
    place: str = ""
    failure: str = ""

    @property
    def matcher(self) -> str:
        """Whom it protects, such as ``domain example.com``."""
        return next(f"{name} {getattr(self, name)}" for name in MATCHERS if getattr(self, name))

    def __str__(self) -> str:
        place = f" ({self.place})" if self.place else ""
        failure = f"; {self.failure}, so it protects" if self.failure else ""
        return f"{self.matcher} is exempted until {self.until} by {self.owner}: {self.reason}{place}{failure}"

    def as_dict(self) -> dict[str, str]:
        """What is there to be said of it, as plain values."""
        return {name: value for name, value in self.__dict__.items() if value}


class Shield:
    """The exemptions that are in force at one moment, ready to be asked for thousands of tenants.

    ``now`` is ISO 8601 in UTC. ``expired`` are the exemptions that protect nobody any more. Raises ``Unfit`` for an expression
    that cannot be compiled.
    """

    def __init__(self, exemptions: Iterable[Exemption], now: str) -> None:
        self.expired: list[Exemption] = []
        self._in_force: list[Exemption] = []
        self._by_mark: dict[_Mark, list[int]] = defaultdict(list)
        self._expressions: list[tuple[int, Callable[[TenantDoc], Any]]] = []
        for exemption in exemptions:
            if moment.age(moment.end(exemption.until), now) >= 0:
                self.expired.append(exemption)
                continue
            number = len(self._in_force)
            self._in_force.append(exemption)
            if exemption.expression:
                self._expressions.append((number, compiled(exemption.expression)))
            else:
                self._by_mark[_mark_of(exemption)].append(number)

    @property
    def in_force(self) -> bool:
        """Whether anything is exempted at all."""
        return bool(self._in_force)

    def protects(self, tenant: TenantDoc) -> list[Exemption]:
        """The exemptions that keep a tenant from being touched, in the order in which they were given."""
        hits: dict[int, str] = {}
        if self._by_mark:
            for mark in _marks(tenant):
                hits.update(dict.fromkeys(self._by_mark.get(mark, ()), ""))
        view = tenant_view(tenant) if self._expressions else {}
        for number, evaluate in self._expressions:
            try:
                if expressions.says_yes(evaluate(view)):
                    hits[number] = ""
            except expressions.NOT_EVALUATED as error:
                hits[number] = f"its expression cannot be evaluated on this tenant: {expressions.one_line(error)}"
        return [replace(self._in_force[number], failure=hits[number]) for number in sorted(hits)]


def compiled(expression: str) -> Callable[[TenantDoc], Any]:
    """What evaluates a JMESPath expression on a tenant. Raises ``Unfit``, also for a field that no tenant has."""
    tree = expressions.parsed(expression)
    for name in expressions.fields_asked_for(tree):
        if name not in TENANT_FIELDS:
            raise Unfit(f"a JMESPath expression over a tenant, which has {', '.join(TENANT_FIELDS)} and no {name!r}")
    return expressions.evaluator(tree)


def check_exemptions(values: Any) -> tuple[list[tuple[Steps, Exemption]], list[Wrong]]:
    """The exemptions in the list ``exemptions`` of a document with the place of each, and everything that is wrong with it."""
    wrongs: list[Wrong] = []
    document = Fields(values, ("exemptions",), wrongs)
    found: list[tuple[Steps, Exemption]] = []
    if not document.has("exemptions"):
        if document.is_mapping:
            document.wrong("'exemptions' is missing; where nobody is exempted, write 'exemptions: []'.")
        return found, wrongs
    for entry in document.mappings("exemptions", FIELDS, least=0):
        given = [name for name in MATCHERS if entry.has(name)]
        if len(given) != 1:
            entry.wrong(f"expected one of {', '.join(MATCHERS)}, found {' and '.join(given) or 'none'}.")
        exemption = Exemption(
            owner=entry.need("owner", checking.text(200), ""),
            reason=entry.need("reason", checking.text(500), ""),
            until=entry.need("until", _until, ""),
            guid=entry.take("guid", _guid, ""),
            login=entry.take("login", checking.text(255), ""),
            domain=entry.take("domain", _domain, ""),
            expression=entry.take("expression", _expression, ""),
        )
        found.append((entry.path, exemption))
    return found, wrongs


_Mark: TypeAlias = "tuple[str, str]"
"""How tenants are found: ``guid``, ``login`` or ``domain``, and the value in one spelling."""


def _mark_of(exemption: Exemption) -> _Mark:
    if exemption.guid:
        return "guid", exemption.guid.lower()
    if exemption.login:
        return "login", exemption.login.casefold()
    return "domain", _one_spelling(exemption.domain)


def _marks(tenant: TenantDoc) -> Iterator[_Mark]:
    """Everything by which a tenant, what it belongs to and what belongs to it can be named."""
    for item in (tenant, *tenant.get("chain", ()), *tenant.get("below", ())):
        name, kind = item.get("name") or "", item.get("kind")
        if item.get("guid"):
            yield "guid", item["guid"].lower()
        if kind in _ACCOUNTS:
            yield "login", name.casefold()
        elif kind in _NAMED_AS_DOMAINS:
            yield "domain", _one_spelling(name)
    for field in ("login", "owner", "reseller"):
        value = tenant.get(field)
        login = value.get("name") if isinstance(value, Mapping) else value
        if isinstance(login, str) and login:
            yield "login", login.casefold()


def tenant_view(tenant: TenantDoc) -> dict[str, Any]:
    """A tenant as expressions see it."""
    line = [(item.get("kind"), item.get("name") or "") for item in (tenant, *tenant.get("chain", ()))]
    return {
        **{name: tenant.get(name) for name in TENANT_FIELDS},
        "login": line[0][1] if line[0][0] in _ACCOUNTS else "",
        "owner": next((name for kind, name in line[1:] if kind in _ACCOUNTS), ADMINISTRATOR),
        "reseller": next((name for kind, name in line if kind == RESELLER), ""),
    }


def _one_spelling(name: str) -> str:
    """A domain name in Unicode and lower case, whichever way it is written.

    Not by Python's own codec for domain names, to which ``straße`` and ``strasse`` are one.
    """
    name = name.lower().removesuffix(".")
    if name.isascii() and "xn--" not in name:
        return name
    return ".".join(map(_in_unicode, unicodedata.normalize("NFC", name).split(".")))


def _in_unicode(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode").lower()
    except UnicodeError:
        return label


def _until(value: Any) -> str:
    text = value.strip() if isinstance(value, str) else ""
    try:
        moment.end(text)
    except ValueError as error:
        raise Unfit(str(error).removeprefix("expected ")) from None
    return text


def _guid(value: Any) -> str:
    bare = value.strip().removeprefix("{").removesuffix("}") if isinstance(value, str) else ""
    if not GUID.fullmatch(bare):
        raise Unfit("a GUID such as 5142fa81-95c1-4ab4-84f6-cc588ff53e2b")
    return bare.lower()


def _domain(value: Any) -> str:
    checked = check_targets([(Origin("domain"), {"target": value, "kind": "domain"})])
    if not checked.requests:
        raise Unfit("the name of a domain such as example.com")
    return checked.requests[0].target


def _expression(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise Unfit("a JMESPath expression over a tenant, as a text")
    compiled(value)
    return value.strip()
