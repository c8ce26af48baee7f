# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""AbuseIO's list of tickets: what it says, and every way in which it is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ansible_collections.hostops.plesk.plugins.module_utils._core.finding import SEVERITIES, Named, Recorded
from ansible_collections.hostops.plesk.plugins.module_utils._core.hold import CAUSES, Case, ObjectRef
from ansible_collections.hostops.plesk.plugins.module_utils._core.memory import Memory
from ansible_collections.hostops.plesk.plugins.module_utils._core.settling import is_settled
from ansible_collections.hostops.plesk.plugins.module_utils._sources.abuseio_kinds import KINDS
from ansible_collections.hostops.plesk.plugins.module_utils._sources.document import DocumentError
from ansible_collections.hostops.plesk.plugins.module_utils._sources.inputs import collect, read_inputs

TICKETS = (Path(__file__).parent / "fixtures" / "abuseio" / "Tickets.csv").read_text(encoding="utf-8")
HEADING = TICKETS.partition("\n")[0]
ROW = TICKETS.splitlines()[1]
NOW = "2026-11-23T16:00:00Z"


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    folder = tmp_path_factory.mktemp("abuseio")

    def read(content, **options):
        (folder / "Tickets.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
        entry = {"name": "tickets", "type": "abuseio", "path": "Tickets.csv", **options}
        inputs = folder / "inputs.json"
        inputs.write_text(json.dumps({"version": 1, "inputs": [entry]}), encoding="utf-8")
        return collect(read_inputs(inputs), NOW)[0]

    return read


def row(**cells):
    """Return a file with one ticket whose cells differ from the first one's."""
    names = [name.strip().strip('"') for name in HEADING.split(",")]
    values = dict(zip(names, [value.strip().strip('"') for value in ROW.split(",")], strict=True))
    values |= {name.replace("_", " "): value for name, value in cells.items()}
    lines = [", ".join(f'"{cell}"' for cell in line) for line in (values, values.values())]
    return "\n".join(lines)


def test_every_ticket_is_a_finding_that_stands_until_it_is_closed(read):
    collected = read(TICKETS)
    assert [(f.cause, f.severity, f.state, f.reference) for f in collected.findings] == [
        ("spam", "medium", "open", "17"),
        ("phishing", "high", "open", "18"),
        ("compromised", "low", "resolved", "19"),
    ]
    assert all(finding.standing for finding in collected.findings)
    first, second, _third = collected.findings
    assert first.observed_at == "2026-11-22T09:00:00Z"
    assert first.facts["first_seen"] == "2026-11-20T14:17:10Z"
    assert first.subjects == (Named("ip", "192.0.2.17", "2026-11-22T09:00:00Z"),)
    assert second.observed_at == "2026-11-21T00:00:00Z"
    assert first.summary == "AbuseIO ticket 17: SPAM"
    assert first.place.endswith("Tickets.csv, line 2")
    assert collected.newest == "2026-11-22T09:00:00Z"
    [remark] = collected.remarks
    assert "line 5: 'Open DNS Resolver' is no abuse by itself; the option 'causes' can give it a cause." in remark


def test_a_ticket_keeps_its_id_while_it_is_worked_on(read):
    [before] = read(row()).findings
    [after] = read(row(Last_seen="23-11-2026 09:00:00 +00:00", Events="5", Ticket_Status="Resolved")).findings
    [other] = read(row(Ticket_ID="170")).findings
    assert before.id == after.id != other.id
    assert (before.state, after.state) == ("open", "resolved")


@pytest.mark.parametrize(("outcome", "settled"), [("operator", True), ("due", True), ("resolved", False)])
def test_a_ticket_that_goes_on_after_its_case_was_closed_counts_again(read, outcome, settled):
    seen = {"First_seen": "02-11-2026 06:00:00 +00:00"}
    [before] = read(row(**seen, Last_seen="02-11-2026 06:00:00 +00:00", Events="1")).findings
    owner = ObjectRef("web1", "subscription", 12, "", "shop.example")
    closed_at = "2026-11-03T10:00:00Z"
    case = Case("C-1", "spam", owner, "2026-11-02T10:00:00Z", "", closed_at=closed_at, outcome=outcome)
    memory = Memory(closed=[case], findings=[Recorded.of(before, "C-1")])
    assert is_settled(before, memory) is settled
    [again] = read(row(**seen, Last_seen="20-11-2026 06:00:00 +00:00", Events="9")).findings
    assert again.id == before.id
    assert not is_settled(again, memory)
    assert again.facts["first_seen"] == "2026-11-02T06:00:00Z"


def test_the_same_ticket_twice_is_one_finding(read):
    assert len(read(f"{TICKETS}\n{ROW}\n").findings) == 3


def test_a_column_of_domains_is_surer_than_the_address(read):
    [finding] = read(row(Domain="shop.example")).findings
    assert finding.subjects[0] == Named("domain", "shop.example")
    [finding] = read(row(Domain="shop.example", IP_address="")).findings
    assert finding.subjects == (Named("domain", "shop.example"),)


def test_options_say_what_classifications_mean(read):
    foreign = row(Classification="Ongewenste mail", Type="Abuse")
    [finding] = read(foreign, causes={"ongewenste mail": "spam"}, severities={"Ongewenste mail": "critical"}).findings
    assert (finding.cause, finding.severity) == ("spam", "critical")
    [finding] = read(foreign, cause="unstated").findings
    assert (finding.cause, finding.severity) == ("unstated", "medium")
    assert "is ignored" in read(row(), causes={"spam": "ignore"}).remarks[0]


def test_times_as_other_settings_write_them(read):
    seen = {"First_seen": "2026-11-20 08:00:00", "Last_seen": "2026-11-20 09:00:00"}
    [finding] = read(row(**seen), date_format="YYYY-MM-DD", time_zone="Europe/Berlin").findings
    assert finding.observed_at == "2026-11-20T08:00:00Z"
    assert finding.facts["first_seen"] == "2026-11-20T07:00:00Z"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", ": it is empty; expected AbuseIO's list of tickets with its heading."),
        (HEADING.replace("Type", "Kind"), "line 1: column 'Kind' is not one of Ticket ID, IP address"),
        (HEADING.replace("Type", "Kind"), "line 1: column 'Type' is missing."),
        (HEADING + ', "Type"', "line 1: column 'Type' stands there more than once."),
        (f'{HEADING}\n"17", "192.0.2.1"', "line 2: 2 cells, but the heading names 8 columns."),
        (f'{HEADING}\n"17" x, "192.0.2.1"', "line 2: it is not valid CSV: "),
        (row(Ticket_ID=""), "line 2: Ticket ID: it is empty."),
        (row(IP_address=""), "line 2: IP address: it is empty; expected the address that the ticket is about."),
        (row(IP_address="192.0.2"), "line 2: IP address: expected an IP address such as 192.0.2.7, found '192.0.2'."),
        (row(Classification=""), "line 2: Classification: it is empty."),
        (row(Classification="Gossip"), "line 2: Classification: 'Gossip' is not known; the option 'causes' can"),
        (row(Type="Rumour"), "line 2: Type: expected one of Info, Abuse, Escalation, found 'Rumour'."),
        (row(Ticket_Status="Odd"), "line 2: Ticket Status: expected one of Open, Escalated, Closed, Resolved"),
        (row(First_seen="2026-11-20"), "line 2: First seen: expected a date such as 23-11-2026, found '2026-11-20'."),
        (row(Last_seen="20-11-2032 00:00:00 +00:00"), "line 2: Last seen: expected a time that is not in the future"),
        (row(Domain="shop"), "line 2: Domain: expected a domain name such as example.com, found 'shop'."),
        (b"\xff\xfe", "is not UTF-8"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_line_and_column(read, content, expected):
    with pytest.raises(DocumentError) as error:
        read(content)
    assert expected in str(error.value)


def test_all_rows_that_are_wrong_are_told_in_one_go(read):
    with pytest.raises(DocumentError) as error:
        read(TICKETS.replace("192.0.2.17", "x").replace("Escalated", "y"))
    assert [problem.origin.place for problem in error.value.problems] == ["line 2", "line 3"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"date_format": "%d-%m-%Y"}, "date_format: expected a form of dates"),
        ({"time_zone": "Berlin"}, "time_zone: expected a time zone such as Europe/Berlin"),
        ({"causes": {"SPAM": "spamm"}}, "causes: expected for 'SPAM' one of"),
        ({"causes": ["spam"]}, "causes: expected a mapping of words to"),
        ({"severities": {"SPAM": "bad"}}, "severities: expected for 'SPAM' one of low, medium, high, critical and not 'bad'"),
        ({"cause_s": {}}, "cause_s: it is not one of the fields"),
    ],
)  # fmt: skip
def test_options_are_checked(read, options, expected):
    with pytest.raises(DocumentError) as error:
        read(TICKETS, **options)
    assert expected in str(error.value)


def test_the_table_has_only_real_causes():
    assert {cause for cause, severity in KINDS.values()} <= {*CAUSES, ""}
    assert {severity for cause, severity in KINDS.values()} <= set(SEVERITIES)


CELLS = some.text(some.characters(codec="utf-8", exclude_characters='\r\n"'), max_size=20)
COLUMNS = [name.strip().strip('"') for name in HEADING.split(",")]


@given(some.dictionaries(some.sampled_from(COLUMNS), CELLS, min_size=1, max_size=4))
def test_no_cell_breaks_the_reader(read, cells):
    try:
        read(row(**cells))
    except DocumentError:
        return


@given(some.text(max_size=60))
def test_no_text_breaks_the_reader(read, text):
    for content in (text, f"{HEADING}\n{text}"):
        try:
            read(content.encode("utf-8", "ignore"))
        except DocumentError:
            continue
