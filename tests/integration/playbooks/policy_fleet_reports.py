# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""160 findings of abuse and of monitoring that are made up, in the formats in which others report them.

Each function writes its files into a folder and returns its entries in the file of inputs.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from datetime import date, datetime, time, timezone
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from .policy_fleet import Space, World

Entry = dict[str, Any]

SHARED = "192.0.2.1"
"""The address that every panel gives to whoever has none of his own."""

_SENDER = {"org": "Example CERT", "contact": "cert@cert.example", "domain": "cert.example"}


def moment(day: date) -> datetime:
    """A time on a day that is over, whatever time it is."""
    return datetime.combine(day, time(0, 0, 1), timezone.utc)


def stamp(day: date) -> str:
    return moment(day).strftime("%Y-%m-%dT%H:%M:%SZ")


def xarf(world: World, folder: Path) -> list[Entry]:
    """45 reports of X-ARF 4. Some lie there twice, and some in the folder of another input as well."""
    (folder / "xarf").mkdir()
    (folder / "xarf-copy").mkdir()
    texts: list[str] = []
    for about, (kind, cause, severity), fields, known in [*_clear_reports(world), *_unclear_reports(world)]:
        number, seen = str(UUID(int=world.chance.getrandbits(128), version=4)), world.days_ago(0, 6)
        category, what = kind.split("/")
        document = {"xarf_version": "4.2.0", "report_id": number.upper() if len(texts) % 7 == 0 else number}
        document |= {"timestamp": stamp(seen), "reporter": _SENDER, "sender": _SENDER, "source_identifier": SHARED}
        document |= {"category": category, "type": what, **_MORE.get(what, {}), **fields}
        if "first_seen" in document:
            document["first_seen"] = stamp(seen)
        texts.append(json.dumps(document))
        world.tell("x-arf", cause, about, reference=number, severity=severity, seen=seen, **known)
    for number, text in enumerate(texts):
        (folder / "xarf" / f"{number:03}.json").write_text(text, encoding="utf-8")
    for number in (3, 11, 30):
        (folder / "xarf" / f"again-{number}.json").write_text(texts[number], encoding="utf-8")
        (folder / "xarf-copy" / f"{number}.json").write_text(texts[number], encoding="utf-8")
    inputs = (("x-arf", "xarf"), ("x-arf copy", "xarf-copy"))
    return [{"name": name, "type": "xarf", "path": path} for name, path in inputs]


Report = tuple[Space | None, tuple[str, str, str], dict[str, Any], dict[str, Any]]
"""Whom a report is about, its kind with the cause and the severity, the fields that say so, and what else is known of it."""

_SPAM = ("messaging/spam", "spam", "medium")
_LOGINS = ("connection/login_attack", "attack", "high")
_PHISHING = ("content/phishing", "phishing", "high")


def _clear_reports(world: World) -> Iterator[Report]:
    """38 reports on somebody."""
    for count, kind in _XARF_KINDS:
        for _number in range(count):
            space = world.any()
            yield space, kind, _named(world, space, kind[0]), {}
    for _number in range(6):
        space = world.any(among=world.lonely)
        yield space, ("connection/port_scan", "attack", "medium"), {"source_identifier": space.address}, {}
    for _number in range(5):
        space, other = world.any(among=world.lonely), world.any()
        # Whoever sends spam writes whatever sender he likes.
        yield space, _SPAM, {"source_identifier": space.address, "smtp_from": f"news@{other.ascii_name}"}, {}


def _unclear_reports(world: World) -> Iterator[Report]:
    """Seven reports on nobody for certain."""
    for _number in range(3):
        yield None, _SPAM, {"smtp_from": f"news@{world.any().ascii_name}"}, {"candidates": None}
    for _number in range(2):
        yield None, _LOGINS, {}, {"candidates": None}
    first, second = world.any(), world.any(among=world.lonely)
    both = {"url": f"https://{first.ascii_name}/", "source_identifier": second.address}
    yield None, _PHISHING, both, {"candidates": frozenset({first.key, second.key})}
    yield None, _PHISHING, {"url": "https://nobody-here.example/login"}, {"candidates": None}


_XARF_KINDS = (
    (12, _PHISHING),
    (6, ("content/malware", "malware", "high")),
    (4, ("content/fraud", "fraud", "high")),
    (3, _LOGINS),
    (2, ("copyright/copyright", "content", "medium")),
)
_CONNECTION = {"protocol": "tcp", "first_seen": "", "source_port": 50022}
_MORE: dict[str, dict[str, Any]] = {
    "port_scan": _CONNECTION,
    "login_attack": _CONNECTION,
    "fraud": {"fraud_type": "shopping"},
    "spam": {"protocol": "smtp", "source_port": 25},
}


def _named(world: World, space: Space, kind: str) -> dict[str, Any]:
    """The fields that name a tenant; the address beside them is everybody's."""
    name = world.chance.choice(space.names).encode("idna").decode()
    if kind.startswith("connection"):
        return {"source_identifier": name, "domain": world.written(name)}
    url = world.chance.choice([f"https://{name}/a?b=c", f"http://Login.{name.upper()}:8080/x", f"https://www.{name}"])
    if kind == "copyright/copyright":
        return {"infringing_url": url}
    return {"url": url, "domain": world.written(name)}


def arf(world: World, folder: Path) -> Entry:
    """40 feedback reports in a maildir. Whoever has sent several of the mails has three of them; one lies there twice."""
    for name in ("new", "cur", "tmp"):
        (folder / "maildir" / name).mkdir(parents=True)
    mails: list[str] = []

    def report(about: Space | None, kind: str, cause: str, severity: str, fields: dict[str, str], **known: Any) -> None:
        seen, number = world.days_ago(0, 6), f"<fbl-{world.number()}@mailprovider.example>"
        said = {"Feedback-Type": kind, "User-Agent": "Loop/1", "Version": "1", "Source-IP": SHARED, **fields}
        said["Arrival-Date"] = format_datetime(moment(seen))
        mails.append(_MAIL.format(number=number, report="\r\n".join(f"{name}: {said[name]}" for name in said)))
        world.tell("complaints", cause, about, reference=number, severity=severity, seen=seen, **known)

    senders = [world.any() for _number in range(5)]
    for space in [*senders * 3, *(world.any() for _number in range(11))]:
        report(space, "abuse", "spam", "medium", _offender(world, space))
    for _number in range(5):
        space = world.any()
        report(space, "fraud", "fraud", "high", _offender(world, space))
    for _number in range(4):
        space = world.any(among=world.lonely)
        report(space, "virus", "malware", "high", {"Source-IP": space.address})
    for sender in ("<>", f"<news@{world.any().ascii_name}>"):
        report(None, "abuse", "spam", "medium", {"Original-Mail-From": sender}, candidates=None)
    report(None, "abuse", "spam", "medium", {"Reported-Domain": "nobody-here.example"}, candidates=None)
    for _number in range(2):
        first, second = world.chance.sample(world.usual, 2)
        fields = {"Reported-Domain": first.ascii_name, "Reported-URI": f"https://{second.ascii_name}/offer"}
        report(None, "abuse", "spam", "medium", fields, candidates=frozenset({first.key, second.key}))
    for number, text in enumerate([*mails, mails[0]]):
        place = folder / "maildir" / ("cur" if number % 2 else "new")
        flags = ":2,S" if number % 2 else ""
        (place / f"1764000{number:03}.M1P1.mx{flags}").write_bytes(text.encode("ascii"))
    return {"name": "complaints", "type": "arf", "path": "maildir"}


def _offender(world: World, space: Space) -> dict[str, str]:
    """The fields that name whoever has sent a mail. The sender that stands in it is another one, and says nothing."""
    name = world.chance.choice(space.names).encode("idna").decode()
    return world.chance.choice(
        [
            {"Reported-Domain": name.upper()},
            {"Reported-Domain": name, "Original-Mail-From": "<news@sender.example>"},
            {"Reported-URI": f"http://www.{name}/offer?to=victim@mailprovider.example", "Reported-Domain": name},
        ]
    )


_MAIL = """From: Loop <fbl@mailprovider.example>\r
To: abuse@hoster.example\r
Date: Mon, 02 Nov 2026 08:00:00 +0000\r
Subject: Feedback report\r
Message-ID: {number}\r
MIME-Version: 1.0\r
Content-Type: multipart/report; report-type=feedback-report; boundary="part"\r
\r
--part\r
Content-Type: text/plain\r
\r
A report.\r
--part\r
Content-Type: message/feedback-report\r
\r
{report}\r
\r
--part--\r
"""


def abuseio(world: World, folder: Path) -> Entry:
    """25 tickets, two of them closed."""
    lines = ["Ticket ID, IP address, Classification, Type, First seen, Last seen, Events, Ticket Status, Domain"]

    def ticket(
        about: Space | None, kind: int, address: str, domain: str = "", status: str = "Open", **known: Any
    ) -> None:
        number, seen = str(world.number()), world.days_ago(0, 6)
        name, word, cause, severity = _TICKETS[kind % len(_TICKETS)]
        times = [moment(seen).strftime("%d-%m-%Y %H:%M:%S +00:00")] * 2
        lines.append(", ".join(f'"{cell}"' for cell in (number, address, name, word, *times, "3", status, domain)))
        known |= {"severity": severity, "seen": seen}
        world.tell("abuse desk", cause, about, reference=number, **known)

    for number in range(13):
        space = world.any()
        ticket(space, number, SHARED, world.written(world.chance.choice(space.names)))
    for number in range(8):
        space = world.any(among=world.lonely)
        ticket(space, number, space.address)
    for number in range(2):
        ticket(None, number, SHARED, candidates=None)
        ticket(world.any(), number, SHARED, "closed.example", "Closed", over=True)
    (folder / "Tickets.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return {"name": "abuse desk", "type": "abuseio", "path": "Tickets.csv"}


_TICKETS = (
    ("Phishing website", "Info", "phishing", "low"),
    ("SPAM", "Abuse", "spam", "medium"),
    ("Hack attack", "Abuse", "attack", "high"),
    ("Compromised website", "Escalation", "compromised", "high"),
    ("Compromised website", "Info", "compromised", "low"),
    ("Malware infection", "Info", "malware", "low"),
    ("Copyright Infringement", "Abuse", "content", "medium"),
)


def alertmanager(world: World, folder: Path) -> Entry:
    """20 alerts in several messages of the webhook: firing, over, and firing before they were over. One is about no tenant."""
    (folder / "alerts").mkdir()
    alerts: list[dict[str, Any]] = []

    def alert(about: Space | None, number: int, labels: dict[str, str], **known: Any) -> dict[str, Any]:
        name, word, cause, severity = _ALERTS[number % len(_ALERTS)]
        mark, seen = f"{world.chance.getrandbits(64):016x}", world.days_ago(0, 6)
        over = bool(known.get("over"))
        made = {
            "status": "resolved" if over else "firing",
            "labels": {"alertname": name, "severity": word, **labels},
            "annotations": {"summary": f"{name} on somebody"},
            "startsAt": stamp(seen),
            "endsAt": stamp(world.today) if over else "0001-01-01T00:00:00Z",
            "fingerprint": mark,
        }
        alerts.append(made)
        known |= {"severity": severity, "seen": seen}
        world.tell("alerts", cause, about, reference=mark, **known)
        return made

    for number in range(15):
        space = world.any()
        panel, _kind, identity = space.key
        named = (
            {"domain": world.written(space.name)},
            {"guid": space.guid.upper()},
            {"object": f"subscription {identity}", "panel": panel},
        )
        alert(space, number, named[number % 3])
    for number in range(3):
        space = world.any()
        over = alert(space, number, {"guid": space.guid}, over=True)
        alerts.insert(0, {**over, "status": "firing", "endsAt": "0001-01-01T00:00:00Z"})
    for name, first, second in world.twins[:1]:
        alert(None, 0, {"domain": name}, candidates=frozenset({first.key, second.key}))
        alert(second, 0, {"domain": name, "panel": second.key[0]})
    down = {"alertname": "NodeDown", "severity": "page", "instance": "web2:9100"}
    alerts.append({**alerts[0], "labels": down, "fingerprint": "0123456789abcdef", "status": "firing"})
    for start in range(0, len(alerts), 7):
        message = {"version": "4", "receiver": "hosting", "status": "firing", "alerts": alerts[start : start + 7]}
        (folder / "alerts" / f"{start:03}.json").write_text(json.dumps(message), encoding="utf-8")
    causes = {name: cause for name, _word, cause, _severity in _ALERTS}
    return {"name": "alerts", "type": "alertmanager", "path": "alerts", "causes": causes}


_ALERTS = (
    ("MailQueueFlood", "critical", "spam", "critical"),
    ("HostTakenOver", "page", "compromised", "critical"),
    ("MinerSuspected", "warning", "compromised", "medium"),
)

_BANS = """
CREATE TABLE bans(jail TEXT NOT NULL, ip TEXT, timeofban INTEGER NOT NULL, bantime INTEGER NOT NULL,
  bancount INTEGER NOT NULL default 1, data JSON);
"""


def fail2ban(world: World, folder: Path) -> Entry:
    """15 bans of addresses of the fleet, and two of strangers."""
    bans: list[tuple[Any, ...]] = [("sshd", "203.0.113.9", 1700000000), ("webmail", "bob", 1700000000)]

    def ban(about: Space | None, jail: str, severity: str, address: str, **known: Any) -> None:
        seen = world.days_ago(0, 6)
        # No two bans of one address at the same second.
        second = int(moment(seen).timestamp()) + len(bans)
        bans.append((jail, address, second))
        at = datetime.fromtimestamp(second, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        known |= {"severity": severity, "seen": seen}
        world.tell("bans", "compromised", about, reference=at, **known)

    for number in range(12):
        space = world.any(among=world.lonely)
        ban(space, *(("recidive", "high") if number % 3 == 0 else ("sshd", "medium")), space.address)
    for _number in range(3):
        ban(None, "recidive", "high", SHARED, candidates=None)
    database = sqlite3.connect(folder / "fail2ban.sqlite3")
    database.executescript(_BANS)
    database.executemany("INSERT INTO bans(jail, ip, timeofban, bantime) VALUES(?, ?, ?, 600)", bans)
    database.commit()
    database.close()
    networks = ["198.18.0.0/15", "192.0.2.0/24"]
    return {
        "name": "bans",
        "type": "fail2ban",
        "path": "fail2ban.sqlite3",
        "networks": networks,
        "severities": {"recidive": "high"},
    }


def usage(world: World) -> Entry:
    """15 subscriptions that use too much of their disk space, or nearly so."""
    fitting = [one for one in world.usual if one.disk_limit > 0]
    for number, space in enumerate(world.chance.sample(fitting, 15)):
        share, severity = ((1.1, "medium"), (1.1, "medium"), (1.6, "high"), (0.9, "low"))[number % 4]
        world.fill(space, share)
        named = f"disk_bytes of {space.name} on {space.key[0]}"
        world.tell("usage", "resource_abuse", space, reference=named, severity=severity, seen=world.today)
    return {"name": "usage", "type": "usage"}
