# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Alerts of Alertmanager: who fires, who is over, and whom the labels name."""

from __future__ import annotations

import copy
import itertools
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ansible_collections.hostops.plesk.plugins.module_utils._core.finding import SEVERITIES as ALL_SEVERITIES
from ansible_collections.hostops.plesk.plugins.module_utils._core.finding import Named
from ansible_collections.hostops.plesk.plugins.module_utils._sources.alertmanager import SEVERITIES
from ansible_collections.hostops.plesk.plugins.module_utils._sources.document import DocumentError
from ansible_collections.hostops.plesk.plugins.module_utils._sources.inputs import collect, read_inputs

FIXTURES = Path(__file__).parent / "fixtures" / "alertmanager"
FIRING = json.loads((FIXTURES / "firing.json").read_text(encoding="utf-8"))
RESOLVED = json.loads((FIXTURES / "resolved.json").read_text(encoding="utf-8"))
GUID = "5142fa81-95c1-4ab4-84f6-cc588ff53e2b"
NOW = "2026-11-23T16:00:00Z"
CAUSES = {"MailQueueFlood": "spam"}


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    """Return a function that reads one message, or several as a directory of files of these names."""
    folder = tmp_path_factory.mktemp("alertmanager")
    numbers = itertools.count()

    def read(message, **options):
        path = folder / f"{next(numbers)}.json"
        if isinstance(message, dict) and message and all(name.endswith(".json") for name in message):
            path = folder / str(next(numbers))
            path.mkdir()
            for name, content in message.items():
                (path / name).write_text(json.dumps(content), encoding="utf-8")
        else:
            path.write_text(json.dumps(message, indent=1), encoding="utf-8")
        entry = {"name": "alerts", "type": "alertmanager", "path": str(path), "causes": CAUSES, **options}
        inputs = folder / "inputs.json"
        inputs.write_text(json.dumps({"version": 1, "inputs": [entry]}), encoding="utf-8")
        return collect(read_inputs(inputs), NOW)[0]

    return read


def alert(message=FIRING, labels=None, **fields):
    """Return a message with its first alert alone, some of whose fields and labels are others; ``...`` leaves them out."""
    message = copy.deepcopy(message)
    kept = {**message["alerts"][0], **fields}
    if "labels" not in fields:
        kept["labels"] = {
            name: value for name, value in {**kept["labels"], **(labels or {})}.items() if value is not ...
        }
    message["alerts"] = [{name: value for name, value in kept.items() if value is not ...}]
    return message


def test_an_alert_says_whom_it_means_and_since_when(read):
    collected = read(FIRING)
    [finding] = collected.findings
    assert (finding.cause, finding.severity, finding.standing, finding.state) == ("spam", "critical", True, "open")
    assert finding.observed_at == "2026-11-23T11:08:45Z"
    assert finding.subjects == (Named("domain", "shop.example", panel="web1"),)
    assert finding.summary == "shop.example has sent 4000 mails in ten minutes"
    assert finding.facts == {"format": "alertmanager", "alertname": "MailQueueFlood", "ends_at": ""}
    assert finding.reference == "1a30ba71cca2921f"
    assert finding.place.endswith(".json, line 5")
    assert (collected.rows, collected.newest) == (2, "2026-11-23T11:08:45Z")
    [remark] = collected.remarks
    assert "line 23: the alert 'NodeDown' is not known; the option 'causes' can give it a cause." in remark


def test_an_alert_that_is_over_says_so(read):
    [finding] = read(RESOLVED).findings
    assert (finding.state, finding.facts["ends_at"]) == ("resolved", "2026-11-23T13:30:00Z")
    assert finding.id == read(FIRING).findings[0].id


@pytest.mark.parametrize(
    ("status", "ends", "state"),
    [
        ("firing", "0001-01-01T00:00:00Z", "open"),
        ("firing", "0001-01-01T00:00:00+00:00", "open"),
        ("firing", "2026-11-23T16:04:00Z", "open"),
        ("firing", "2026-11-23T15:59:00Z", "resolved"),
        ("resolved", "2026-11-23T15:59:00Z", "resolved"),
        ("resolved", "2026-11-23T16:00:30Z", "resolved"),
        ("resolved", "0001-01-01T00:00:00Z", "resolved"),
    ],
)
def test_year_one_means_still_firing(read, status, ends, state):
    [finding] = read(alert(status=status, endsAt=ends)).findings
    assert finding.state == state


AGAIN = alert(startsAt="2026-11-23T15:00:00Z")


@pytest.mark.parametrize(
    ("messages", "state", "begun"),
    [
        ([FIRING, RESOLVED], "resolved", "2026-11-23T11:08:45Z"),
        ([FIRING, RESOLVED, AGAIN], "open", "2026-11-23T15:00:00Z"),
        ([FIRING, FIRING], "open", "2026-11-23T11:08:45Z"),
    ],
)
def test_the_last_message_about_an_alert_counts_whatever_its_file_is_called(read, messages, state, begun):
    for order in itertools.permutations(messages):
        collected = read({f"{number}.json": message for number, message in enumerate(order)})
        [finding] = collected.findings
        assert (finding.state, finding.observed_at) == (state, begun)
        assert not [remark for remark in collected.remarks if "has the id" in remark]


@pytest.mark.parametrize(
    ("subjects", "labels", "expected"),
    [
        (None, {"domain": ..., "url": "https://u:p@a.example/a?b=c"}, [Named("url", "https://a.example/a", panel="web1")]),
        (None, {"domain": ..., "mailbox": "box@a.example"}, [Named("mailbox", "box@a.example", panel="web1")]),
        (None, {"domain": ..., "object": "subscription 12"}, [Named("object", "subscription 12", panel="web1")]),
        (None, {"domain": ..., "ip": "192.0.2.1"}, [Named("ip", "192.0.2.1", "2026-11-23T11:08:45Z", "web1")]),
        (
            {"vhost": "domain", "customer": "login"},
            {"customer": "bob", "vhost": "a.example"},
            [Named("domain", "a.example", panel="web1"), Named("login", "bob", panel="web1")],
        ),
        ({"id": "guid"}, {"id": f"{{{GUID.upper()}}}", "panel": ...}, [Named("guid", GUID)]),
    ],
)  # fmt: skip
def test_labels_name_tenants(read, subjects, labels, expected):
    options = {} if subjects is None else {"subjects": subjects}
    [finding] = read(alert(labels=labels), **options).findings
    assert list(finding.subjects) == expected


def test_an_alert_about_no_tenant_is_a_remark(read):
    collected = read(alert(labels={"domain": ...}))
    assert collected.findings == ()
    assert "the alert MailQueueFlood has none of the labels domain, url, email" in collected.remarks[0]


def test_severities_of_labels_and_of_options(read):
    assert set(SEVERITIES.values()) == set(ALL_SEVERITIES)
    assert read(alert(labels={"severity": "Warning"})).findings[0].severity == "medium"
    assert read(alert(labels={"severity": ...})).findings[0].severity == "medium"
    assert read(alert(labels={"severity": ...}), severity="low").findings[0].severity == "low"
    assert read(alert(labels={"severity": "P1"}), severities={"P1": "high"}).findings[0].severity == "high"
    assert read(alert(), severities={"MailQueueFlood": "low"}).findings[0].severity == "low"


def test_a_message_that_left_alerts_out_is_not_complete(read):
    assert read(FIRING, complete=True).complete
    collected = read({**alert(), "truncatedAlerts": 3}, complete=True)
    assert not collected.complete
    assert "Alertmanager left 3 alerts out of this message; raise 'max_alerts'." in collected.remarks[0]


def test_a_directory_with_a_bad_message_is_not_complete(read):
    messages = {"a.json": alert(), "b.json": {"version": "3"}}
    collected = read(messages, complete=True)
    assert len(collected.findings) == 1
    assert not collected.complete
    with pytest.raises(DocumentError, match=r"b\.json, line 1: version: expected '4', found '3'"):
        read(messages, strict=True)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ([], "line 1: expected an object, found a list."),
        ({}, "line 1: version: expected '4', found nothing."),
        ({"version": "4"}, "line 1: alerts: expected a list, found nothing."),
        ({"version": "4", "alerts": [1]}, "line 4: alerts[1]: expected an object, found 1."),
        ({**FIRING, "truncatedAlerts": "many"}, "truncatedAlerts: expected a whole number, found 'many'."),
        (alert(status="pending"), "line 6: alerts[1].status: expected one of firing, resolved, found 'pending'."),
        (alert(status=...), "alerts[1].status: expected a text, found nothing."),
        (alert(startsAt="now"), "alerts[1].startsAt: expected a time with its zone such as 2026-11-23T16:00:00Z, found 'now'."),
        (alert(startsAt="2026-11-26T16:00:00Z"), "alerts[1].startsAt: expected a time that is not in the future"),
        (alert(endsAt=0), "alerts[1].endsAt: expected a text, found 0."),
        (alert(fingerprint="a b"), "alerts[1].fingerprint: expected the fingerprint of an alert such as"),
        (alert(fingerprint=...), "alerts[1].fingerprint: expected a text, found nothing."),
        (alert(labels={"alertname": ...}), "alerts[1].labels.alertname: expected a text, found nothing."),
        (alert(labels={"domain": "shop"}), "alerts[1].labels.domain: expected a domain name such as example.com, found 'shop'."),
        (alert(labels={"domain": 5}), "alerts[1].labels.domain: expected a text, found 5."),
        (alert(labels={"object": "12"}), "alerts[1].labels.object: expected an object such as 'subscription 12'"),
        (alert(labels={"severity": "urgent"}), "alerts[1].labels.severity: expected one of none, info"),
        (alert(annotations=[]), "alerts[1].annotations: expected an object, found a list."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_line_and_field(read, message, expected):
    with pytest.raises(DocumentError) as error:
        read(message)
    assert expected in str(error.value)


@pytest.mark.parametrize("subjects", [{}, [], {"vhost": "site"}, {"vhost": ["domain"]}, {"vhost": None}])
def test_the_map_of_labels_is_checked(read, subjects):
    with pytest.raises(DocumentError, match="subjects: expected a mapping of labels to domain, url"):
        read(FIRING, subjects=subjects)


def test_annotations_are_shown_without_secrets(read):
    [finding] = read(alert(annotations={"summary": "login of box@shop.example with password=hunter2\nfailed"})).findings
    assert finding.summary == "login of …@shop.example with password=******** failed"


VALUES = (
    some.none()
    | some.booleans()
    | some.integers()
    | some.text(max_size=30)
    | some.lists(some.text(max_size=3), max_size=2)
)
FIELDS = some.dictionaries(some.sampled_from(sorted({*FIRING["alerts"][0]} - {"labels"})), VALUES, max_size=3)
LABELS = some.dictionaries(
    some.sampled_from(["alertname", "domain", "url", "ip", "severity", "panel", "object"]), VALUES, max_size=3
)


@given(FIELDS, LABELS)
def test_no_alert_breaks_the_reader(read, fields, labels):
    try:
        collected = read(alert(labels=labels, **fields), cause="spam")
    except DocumentError:
        return
    assert all(finding.summary.isprintable() for finding in collected.findings)


@given(some.dictionaries(some.sampled_from([*FIRING]), VALUES, min_size=1, max_size=3))
def test_no_message_breaks_the_reader(read, fields):
    try:
        read({**FIRING, **fields})
    except DocumentError:
        return
