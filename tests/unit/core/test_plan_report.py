# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What people read of a plan: everything that is left out is said, and nothing in a name becomes markup."""

from __future__ import annotations

import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as some
from unit.core.paper_fleet import PaperFleet, held, link, phishing, tenant

from ansible_collections.hostops.plesk.plugins.module_utils._core.exemption import Exemption
from ansible_collections.hostops.plesk.plugins.module_utils._core.plan_markdown import plan_markdown, table, text
from ansible_collections.hostops.plesk.plugins.module_utils._core.plan_report import plan_report
from ansible_collections.hostops.plesk.plugins.module_utils._core.resolution import Resolution
from ansible_collections.hostops.plesk.plugins.module_utils._core.target import Request

BOB = tenant(7, "bob", kind="customer", cascade={"subscriptions": 4, "domains": 6, "mailboxes": 9})
A = tenant(12, "a.example", chain=[link(BOB)], also=["www.a.example"])
B = tenant(13, "b.example", status=16)


def lines(made, failures=()):
    return plan_report(made, failures).lines


def test_what_is_planned_stands_in_the_table_with_its_totals():
    made = PaperFleet(web1=[A, BOB], web2=[tenant(12, "c.example")]).draft(
        phishing("www.a.example", note="n"), phishing("bob", permanent=True), phishing("c.example")
    )
    report = plan_report(made, [])
    assert [row["tenant"] for row in report.rows] == ["bob", "a.example", "c.example"]
    assert report.rows[0]["until"] == "for good"
    assert report.rows[1]["asked_for_as"] == "www.a.example"
    assert (report.rows[1]["now"], report.rows[1]["note"]) == ("active", "n")
    assert report.lines[0] == "3 tenants on 2 panels; with them: 5 subscriptions, 8 domains, 12 mailboxes."
    assert "Nested: subscription a.example on web1 belongs to customer bob; both are acted on." in report.lines
    assert report.data["digest"] == made.digest


def test_two_names_of_one_tenant_are_said_and_two_causes_are_not():
    paper = PaperFleet(web1=[A])
    twice = lines(paper.draft(phishing("a.example"), phishing("www.a.example")))
    assert "Twice: a.example, www.a.example are the same subscription a.example on web1." in twice
    assert not [line for line in lines(paper.draft(phishing("a.example"), "a.example")) if line.startswith("Twice")]


def test_whatever_is_left_out_is_said():
    paper = PaperFleet(web1=[A, B, BOB], web2=[B], web3=[])
    paper.down = {"web3"}
    paper.remember(held(B, "phishing"))
    paper.exemptions = [
        Exemption("sales", "key customer", "2027-01-01", login="bob"),
        Exemption("sales", "old", "2026-01-01", domain="q.example"),
    ]
    said = lines(
        paper.draft(
            Request("a.example", panel="web1"),
            Request("b.example", cause="phishing", panel="web1"),
            phishing("b.example"),
            phishing("bob"),
            Request("nobody", panel="web1"),
            phishing("somewhere"),
            on_unknown="report",
        )
    )
    for expected in (
        "Refused: customer bob on web1: login bob is exempted until 2027-01-01 by sales: key customer.",
        "Unknown: nobody on web1 is on none of: web1.",
        "Ambiguous: b.example (abuse.csv, line 2) fits subscription b.example on web1",
        "Undecided: somewhere (abuse.csv, line 2), because web3 could not be asked.",
        "Panel web3 could not be asked (connection): refused",
        "As asked for already: subscription b.example on web1: held since",
        "Expired exemption: domain q.example is exempted until 2026-01-01 by sales: old.",
    ):
        assert any(line.startswith(expected) for line in said), (expected, said)


def test_a_plan_that_was_read_says_what_it_refuses():
    made = PaperFleet(web1=[A]).draft("a.example", "nobody", on_unknown="report")
    read = replace(made, resolution=Resolution())
    assert "Refused: nobody: unknown: on none of the panels that were asked." in lines(read)


def test_an_unstated_cause_is_said_once():
    said = [line for line in lines(PaperFleet(web1=[A, B]).draft("a.example", "b.example")) if "unstated" in line]
    assert said == ["No cause was given: recorded as unstated, which an operator lifts, or its date; say cause=…."]
    assert not [line for line in lines(PaperFleet(web1=[A]).draft("a.example", action="restore")) if "unstated" in line]


def test_who_stays_held_is_said():
    paper = PaperFleet(web1=[B])
    paper.remember(held(B, "phishing"), held(B, "nonpayment"))
    said = lines(paper.draft("b.example", action="restore", ground="payment"))
    assert "Stays held: subscription b.example on web1, by C-0013PHIS phishing." in said


def test_notes_that_are_not_kept_are_said():
    long = "x" * 150
    docs = [{**A, "chain": []}, BOB]
    made = PaperFleet(web1=docs).draft(
        phishing("a.example", note=long), phishing("www.a.example", note=long + "y"), phishing("bob", note="n")
    )
    said = lines(made)
    assert "Notes are kept with subscriptions only: not for customer bob." in said
    assert any(line.startswith("Note: those of subscription a.example on web1 have 303 characters") for line in said)


def test_a_long_list_is_cut_and_says_so():
    docs = [tenant(number, f"t{number}.example", status=16) for number in range(1, 31)]
    paper = PaperFleet(web1=docs)
    paper.remember(*(held(doc, "phishing") for doc in docs))
    said = lines(paper.draft(*(phishing(doc["name"]) for doc in docs)))
    assert len(said) == 21
    assert said[-1] == "As asked for already: 10 more; the plan has all of them."


def test_the_markdown_has_a_table_for_each_panel():
    made = PaperFleet(web1=[A], web2=[tenant(12, "c.example")]).draft(
        phishing("a.example", reason="see T-1"), phishing("c.example"), "nobody", on_unknown="report"
    )
    page = plan_markdown(made, plan_report(made, []), [])
    assert (
        page.index("## web1")
        < page.index("| subscription a.example (12) | suspend | phishing |")
        < page.index("## web2")
    )
    assert "| 1 | 2 | 3 | active | phishing: see T-1 (abuse.csv, line 2) |" in page
    assert "| nobody |  | unknown: on none of the panels that were asked |" in page
    assert made.digest in page


def test_the_markdown_says_why_a_plan_is_refused_and_otherwise_how_to_sign_it():
    made = PaperFleet(web1=[A]).draft(phishing("a.example", permanent=True))
    assert "needs 2 approvers" in plan_markdown(made, plan_report(made, []), ["printf x | sign"])
    assert "```sh\nprintf x | sign\n```" in plan_markdown(made, plan_report(made, []), ["printf x | sign"])
    refused = plan_markdown(made, plan_report(made, ["over a | limit"]), [])
    assert "## The plan is refused\n\n- over a \\| limit" in refused
    assert "approvers" not in refused


unpleasant = some.text(alphabet="a|\\`*_[]<>~#!&@\n\r\x1b\u202e é", max_size=12)


@given(some.lists(some.tuples(unpleasant, unpleasant), max_size=4))
def test_no_cell_becomes_markup_or_leaves_its_cell(rows):
    found = table(("one", "two"), rows)
    assert len(found) == 2 + len(rows)
    for line in found[2:]:
        assert len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) == 3
        assert line.isprintable()
        assert not re.search(r"(?<!\\)(?:\\\\)*[`<\[*_]", line)


@given(unpleasant)
def test_escaping_can_be_undone(value):
    assert "".join(re.sub(r"\\(.)", r"\1", text(value)).split()) == "".join(
        "?" if character in "\x1b\u202e" else character for character in value if not character.isspace()
    )
