# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decide what a policy says on a large fleet that exists on paper only; prints what each part takes and the peak memory.

Arguments: tenants, panels, findings, the folder of the collection. The policy has 20 rules: ladders and grace, most of them with
a condition. A quarter of the findings are on record with open cases, and 2 % can be put to nobody for certain. What is timed is
everything from the panels' documents, as they were read from their files, to the verdict.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Iterator
from typing import Any

from ansible.utils.collection_loader._collection_finder import _AnsibleCollectionFinder

NOW = "2026-11-23T10:00:00Z"
READ_AT = "2026-11-23T09:55:00Z"
EARLIER, BEFORE = "2026-11-05T10:00:00Z", "2026-11-09T10:00:00Z"

CONDITIONS = (
    "tenure_days > `730`",
    "late_payments == `0` && amount < `50`",
    "plan == 'business'",
    "reseller != '' && cases_365_days < `2`",
    "contains(plan_addons, 'support')",
    "cascade.domains > `20`",
    "starts_with(owner, 'customer1')",
    "days_overdue < `10` && currency == 'EUR'",
    "usage.disk_space.percent > `95`",
    "same_cause_90_days > `1`",
    "length(facts[?contract == 'gold']) > `0`",
)
CAUSES = ("nonpayment", "nonpayment", "nonpayment", "spam", "phishing", "resource_abuse")


def guid(kind: int, number: int) -> str:
    return f"{number:08x}-{kind:04d}-4000-8000-000000000000"


def document(place: int, each: int) -> dict[str, Any]:
    """A panel as ``plesk_tenant_info`` writes it: subscriptions of customers, some of them of resellers, with two domains each."""
    name, base = f"web{place:03d}", place * each
    admin = {"kind": "admin", "id": None, "name": "admin"}
    account = {"status": 0, "created": "2023-05-04", "external_id": "", "locale": "de-DE"}
    resellers = [
        {
            "kind": "reseller",
            "id": n,
            "name": f"reseller{n}",
            "guid": guid(1, place * 10 + n),
            "owner": None,
            "email": "",
        }
        | account
        for n in (1, 2, 3)
    ]
    rows: dict[str, list[dict[str, Any]]] = {
        "resellers": resellers,
        "customers": [],
        "subscriptions": [],
        "domains": [],
    }
    for number in range(base + 1, base + each + 1):
        reseller = resellers[number % 3]
        owner = admin if number % 2 else {field: reseller[field] for field in ("kind", "id", "name")}
        customer = {
            "kind": "customer",
            "id": number,
            "name": f"customer{number}",
            "guid": guid(2, number),
            "owner": owner,
        }
        rows["customers"].append(customer | account | {"email": f"mail@customer{number}.example"})
        site = f"tenant{number}.example"
        subscription = {
            "kind": "subscription",
            "id": number,
            "name": site,
            "ascii_name": site,
            "guid": guid(3, number),
            "status": 0,
            "owner": {field: customer[field] for field in ("kind", "id", "name")},
            "created": f"20{20 + number % 6}-03-02",
            "external_id": f"billing-{number}",
            "plan": ("starter", "business", "pro")[number % 3],
            "plan_addons": ["support"] if number % 5 == 0 else [],
            "locked": False,
            "usage": {"disk_space": {"used": number % 100, "limit": 100, "percent": number % 100}},
            "mailboxes": 5,
            "addresses": [f"192.0.2.{place}"],
        }
        rows["subscriptions"].append(subscription)
        of = {field: subscription[field] for field in ("kind", "id", "name")}
        for extra, domain in enumerate((site, f"shop.{site}")):
            aliases = (
                [{"id": number, "name": f"alias{number}.test", "ascii_name": f"alias{number}.test"}] if extra else []
            )
            rows["domains"].append(
                {
                    "kind": "domain",
                    "id": number + extra * 1_000_000,
                    "name": domain,
                    "ascii_name": domain,
                    "guid": guid(4 + extra, number),
                    "status": 0,
                    "owner": of,
                    "created": "2023-05-04",
                    "turn_off_action": None,
                    "mailboxes": 3,
                    "aliases": aliases,
                }
            )
    facts = ["usage", "plan", "mailboxes", "aliases", "addresses", "contacts"]
    return {
        "format": "hostops.plesk/facts",
        "version": 1,
        "panel": name,
        "read_at": READ_AT,
        "role": "admin",
        "own_bit": 16,
        "facts": facts,
        "totals": {kind: len(found) for kind, found in rows.items()},
        "gaps": [],
        "plans": [],
        "addresses": [{"address": f"192.0.2.{place}", "public_address": f"192.0.2.{place}", "exclusive": False}],
        **rows,
    }


def findings(count: int, tenants: int) -> Iterator[Any]:
    """Bills and reports, which name their tenants in every way."""
    from ansible_collections.hostops.plesk.plugins.module_utils._core.finding import Finding, Named, finding_id

    for place in range(count):
        number = (place * 7) % tenants + 1
        cause = CAUSES[place % len(CAUSES)]
        ways = (
            Named("domain", f"TENANT{number}.example"),
            Named("url", f"https://shop.tenant{number}.example/wp-login.php?a=1"),
            Named("external_id", f"billing-{number}"),
            Named("mailbox", f"info@tenant{number}.example"),
            Named("domain", f"www.alias{number}.test"),
            Named("login", f"customer{number}"),
            Named("guid", guid(3, number)),
        )
        money = {"due": f"2026-11-{place % 20 + 1:02}", "amount": f"{place % 90}.50", "currency": "EUR"}
        yield Finding(
            id=finding_id("bench", place),
            cause=cause,
            source="billing" if cause == "nonpayment" else "abuse",
            subjects=(Named("ip", f"192.0.2.{place % 100}"),) if place % 50 == 0 else (ways[place % len(ways)],),
            observed_at=f"2026-11-{place % 20 + 1:02}T08:00:00Z",
            severity=("low", "medium", "high", "critical")[place % 4],
            standing=cause == "nonpayment",
            facts={"contract": "gold"} if place % 9 == 0 else {},
            **(money if cause == "nonpayment" else {}),
        )


def policy() -> Any:
    """Ten ladders and ten rules of grace."""
    from ansible_collections.hostops.plesk.plugins.module_utils._core import policy as words

    def ladder(name: str, cause: str, when: str = "", **more: Any) -> Any:
        delays = (("warn", 3, "due_date"), ("warn", 10, "due_date"), ("restrict", 7, "previous_step"))
        steps = [words.Step(measure, words.Delay(days), since) for measure, days, since in delays]
        steps[2] = words.Step("restrict", words.Delay(7, True), restrictions={"outgoing_mail_off": {}})
        steps.append(words.Step("suspend", words.Delay(7)))
        return words.Ladder(name, cause, tuple(steps), when=when, lift=frozenset({"paid"}), **more)

    ladders = (
        ladder("small", "nonpayment", "amount < `20`"),
        ladder("late", "nonpayment", "late_payments > `1`"),
        ladder("business", "nonpayment", "plan == 'business'", level="customer"),
        ladder("dunning", "nonpayment"),
        ladder("repeated", "spam", "same_cause_365_days > `1`"),
        ladder("severe", "spam", severities=frozenset({"critical"})),
        ladder("spam", "spam", level="subscription"),
        ladder("hacked", "phishing", "cascade.domains > `20`", immediate=True),
        ladder("phishing", "phishing", immediate=True),
        ladder("load", "resource_abuse", severities=frozenset({"high", "critical"})),
    )
    grace = tuple(words.Grace(f"rule {number}", 1, when) for number, when in enumerate(CONDITIONS[:10]))
    quiet = (words.QuietHours(frozenset(range(7)), 18 * 60, 8 * 60),)
    return words.Policy(ladders, grace, "Europe/Berlin", quiet_hours=quiet)


def memory(found: list[Any], fleet: Any) -> Any:
    """Of every fourth finding the tenant has been warned twice."""
    from ansible_collections.hostops.plesk.plugins.module_utils._core.directory import Directory, attribute
    from ansible_collections.hostops.plesk.plugins.module_utils._core.finding import Recorded
    from ansible_collections.hostops.plesk.plugins.module_utils._core.hold import Case, ObjectRef
    from ansible_collections.hostops.plesk.plugins.module_utils._core.memory import CaseFile, Memory
    from ansible_collections.hostops.plesk.plugins.module_utils._core.notice import Notice

    files, recorded = {}, []
    for number, one in enumerate(attribute(found[::4], Directory(fleet), "alias")):
        if one.tenant is None or (one.tenant, one.finding.cause) in files:
            continue
        case = Case(f"C-{number:08}", one.finding.cause, ObjectRef(*one.tenant, "", "tenant"), EARLIER, "bench@desk")
        notices = (
            Notice(f"N-{number:08}", case.id, "warn", "warn", BEFORE, recorded_at=EARLIER),
            Notice(f"M-{number:08}", case.id, "warn", "restrict", BEFORE, recorded_at=BEFORE),
        )
        recorded.append(Recorded.of(one.finding, case.id))
        files[one.tenant, case.cause] = CaseFile(case, (), notices, (recorded[-1],))
    return Memory(files.values(), (), recorded)


def main() -> None:
    tenants, panels, count = (int(argument) for argument in sys.argv[1:4])
    _AnsibleCollectionFinder(paths=[sys.argv[4]])._install()
    from ansible_collections.hostops.plesk.plugins.module_utils._core.calendar import Calendar
    from ansible_collections.hostops.plesk.plugins.module_utils._core.deciding import decide
    from ansible_collections.hostops.plesk.plugins.module_utils._core.directory import Directory, attribute
    from ansible_collections.hostops.plesk.plugins.module_utils._core.finding import Collected
    from ansible_collections.hostops.plesk.plugins.module_utils._core.fleet_facts import Fleet

    documents = [document(place, tenants // panels) for place in range(panels)]
    found, rules = list(findings(count, tenants)), policy()
    known = memory(found, Fleet.of(documents))
    collected = [
        Collected(name, "table", tuple(one for one in found if one.source == name), complete=name == "billing")
        for name in ("billing", "abuse")
    ]
    started, busy = time.monotonic(), time.process_time()
    fleet = Fleet.of(documents)
    built = time.monotonic()
    attributed = attribute(found, Directory(fleet), rules.least_confidence)
    put = time.monotonic()
    calendar = Calendar(rules.time_zone, rules.business_days, {}, rules.quiet_hours)
    verdict = decide(rules, calendar, fleet, attributed, collected, known, NOW)
    ended = time.monotonic()
    actions = [one.action for one in verdict.decisions]
    if not {"warn", "wait", "restrict"} <= set(actions):
        raise SystemExit(f"expected a verdict of every kind, found {sorted(set(actions))}")
    result = {
        "wall": ended - started,
        "cpu": time.process_time() - busy,
        "facts": built - started,
        "attribution": put - built,
        "deciding": ended - put,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "decisions": len(actions),
        "acts": sum(one in ("warn", "restrict", "suspend", "lift", "close", "note") for one in actions),
        "unattributed": len(verdict.unattributed),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
