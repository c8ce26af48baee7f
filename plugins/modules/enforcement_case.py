#!/usr/bin/python
# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: enforcement_case
short_description: Open, annotate, list, explain and close cases, list notices, and verify the journal
version_added: "1.0.0"
author:
  - hostops.plesk contributors (@hostops)
description:
  - A case is everything about one cause against one tenant. Plans open and close cases by themselves; this is for what people do
    with them, and for what they want to know.
  - Works on the ledger alone and talks to no panel. Tenants are held and given back by M(hostops.plesk.enforcement_apply).
extends_documentation_fragment:
  - hostops.plesk.ledger
  - hostops.plesk.ledger.attributes
attributes:
  check_mode:
    support: full
    description: Says what would change. The ledger is only read, and a ledger that is not there counts as empty and is not made.
options:
  operation:
    description:
      - V(open) opens a case against the tenant O(panel), O(kind), O(id), O(name), O(guid) for O(cause). A tenant has one open
        case for a cause; it is returned as it is if there is one.
        Needs O(cause), O(panel), O(kind), O(id) and O(name).
      - V(annotate) adds the remark O(text) to O(case), every time that it is called.
      - V(list) returns cases; O(state), O(case), O(cause), O(panel) and what names a tenant select among them. Fails for a O(case)
        that there is not.
      - V(show) returns O(case) with its holds, findings and notices.
      - V(history) tells everything that happened in O(case), or to a tenant named by O(panel), O(kind) and O(id), by O(guid) or by
        O(name), oldest first. Fails for a tenant that the ledger does not know.
      - V(close) closes O(case) with O(outcome). Refused while a hold of it is in force.
      - V(notices) returns all notices of O(case), or those that are still to be sent; O(state), O(cause), O(panel) and what names a
        tenant select among their cases. What was announced in a case that is closed by now is left out by default.
      - V(sent) records that somebody has sent the notices O(notices) by O(channel). A notice is sent once; to record it again
        changes nothing. If the ledger does not have one of them, nothing is recorded.
      - V(verify) checks the chain of the journal, and that O(expected_head) is in it. If not, it fails and names the first broken
        entry. It fails as well where there is no ledger, or an empty one.
      - All but V(open), V(annotate), V(close) and V(sent) only read the ledger, and make none.
      - V(exemptions) returns what O(exemptions) exempts, and which of it has expired.
      - V(head) returns nothing but the head of the journal.
    type: str
    required: true
    choices: [open, annotate, list, show, history, close, notices, sent, verify, exemptions, head]
  case:
    description: Id of a case, such as V(C-7Q4Z0XKM).
    type: str
  state:
    description: Which cases V(list) returns, and the notices of which cases V(notices).
    type: str
    default: open
    choices: [open, closed, all]
  cause:
    description: The cause of the case.
    type: str
    choices:
      - nonpayment
      - resource_abuse
      - spam
      - phishing
      - malware
      - attack
      - content
      - compromised
      - fraud
      - upstream_order
      - unstated
  panel:
    description: The panel of the tenant, as the inventory names it.
    type: str
  kind:
    description: Kind of the tenant.
    type: str
    choices: [reseller, customer, subscription, domain]
  id:
    description: Plesk's id of the tenant. Needs O(panel) and O(kind).
    type: int
  name:
    description: Login or name of the tenant. Case does not matter where it selects.
    type: str
  guid:
    description: Plesk's GUID of the tenant. Tells in V(open) whether the id was given to somebody else since.
    type: str
  reason:
    description: Why the case is opened, in words.
    type: str
    default: ""
  ticket:
    description: Number of a ticket elsewhere.
    type: str
    default: ""
  evidence:
    description: Texts or addresses that prove it.
    type: list
    elements: str
    default: []
  upstream_reference:
    description: Reference of the upstream provider.
    type: str
    default: ""
  deadline:
    description: Until when it is to be settled, a date such as V(2027-01-31) or a time such as V(2027-01-31T18:00:00Z).
    type: str
    default: ""
  text:
    description: A remark.
    type: str
  outcome:
    description: How the case ended, in words.
    type: str
  notices:
    description: Ids of notices, such as V(N-7Q4Z0XKM). Upper and lower case are the same.
    type: list
    elements: str
  channel:
    description: By what way the notices were sent, such as V(mail).
    type: str
  expected_head:
    description: The head of the journal as it was kept elsewhere, C(journal_head) in an earlier result.
    type: str
    default: ""
  exemptions:
    description: The file of exemptions.
    type: path
seealso:
  - module: hostops.plesk.enforcement_hold_info
  - module: hostops.plesk.enforcement_report
"""

EXAMPLES = r"""
- name: Open a case by hand
  hostops.plesk.enforcement_case:
    operation: open
    panel: web1
    kind: subscription
    id: 12
    guid: 9f6d2b3c-6a0e-4a35-8f3c-0d5a4b2f7c11
    name: example.com
    cause: phishing
    reason: A bank's login page below /wp-content
    ticket: ABUSE-4711
    evidence: ["https://reports.example/4711"]

- name: Tell everything that happened to a tenant
  hostops.plesk.enforcement_case:
    operation: history
    name: example.com
  register: told

- name: Show it
  hostops.plesk.enforcement_report:
    report: "{{ told.report }}"

- name: Find out what is to be sent
  hostops.plesk.enforcement_case:
    operation: notices
  register: due

- name: Send it
  community.general.mail:
    to: "{{ item.recipient }}"
    subject: "{{ item.tenant }}: {{ item.cause }}"
    body: "{{ lookup('ansible.builtin.template', item.measure ~ '.' ~ (item.language or 'en') ~ '.j2') }}"
  loop: "{{ due.notices | selectattr('recipient') }}"
  register: mails
  ignore_errors: true # a mail that failed is still to be sent

- name: Record what was sent
  hostops.plesk.enforcement_case:
    operation: sent
    notices: "{{ mails.results | rejectattr('failed') | map(attribute='item.notice') }}"
    channel: mail

- name: Prove that nobody altered the journal or cut it off
  hostops.plesk.enforcement_case:
    operation: verify
    expected_head: "{{ kept_head }}"
"""

RETURN = r"""
cases:
  description: The cases, oldest first. In check mode, V(open) returns the case as it would be opened, with another id.
  returned: success
  type: list
  elements: dict
  contains:
    case: {description: Id of the case., returned: always, type: str}
    cause: {description: Its cause., returned: always, type: str}
    panel: {description: Panel of the tenant., returned: always, type: str}
    kind: {description: Kind of the tenant., returned: always, type: str}
    id: {description: Plesk's id of the tenant., returned: always, type: int}
    guid: {description: Plesk's GUID of the tenant., returned: always, type: str}
    tenant: {description: Login or name of the tenant., returned: always, type: str}
    opened_at: {description: "When it was opened (ISO 8601, UTC).", returned: always, type: str}
    opened_by: {description: Who opened it., returned: always, type: str}
    reason: {description: Why it was opened., returned: always, type: str}
    ticket: {description: Number of a ticket elsewhere., returned: always, type: str}
    evidence: {description: Texts or addresses that prove it., returned: always, type: list, elements: str}
    upstream_reference: {description: Reference of the upstream provider., returned: always, type: str}
    deadline: {description: Until when it is to be settled., returned: always, type: str}
    closed_at: {description: "When it was closed, or empty.", returned: always, type: str}
    closed_by: {description: "Who closed it, or empty.", returned: always, type: str}
    outcome:
      description: How it ended, or empty. V(payment) and the like where its last hold was lifted on this ground.
      returned: always
      type: str
    holds: {description: Ids of its holds that are in force., returned: always, type: list, elements: str}
entries:
  description: What happened, oldest first.
  returned: success
  type: list
  elements: dict
  contains:
    seq: {description: Number of the entry in the journal., returned: always, type: int}
    at: {description: "When (ISO 8601, UTC).", returned: always, type: str}
    actor: {description: Who., returned: always, type: str}
    case: {description: "In which case, or empty.", returned: always, type: str}
    what: {description: "What happened, as a sentence.", returned: always, type: str}
    action:
      description: What happened, for programs, such as V(hold.placed) or V(tenant.restored).
      returned: always
      type: str
    object:
      description: Panel, kind and id of the object, separated by slashes, or empty.
      returned: always
      type: str
      sample: web1/subscription/12
    payload: {description: Everything that was written down., returned: always, type: dict}
    hash: {description: The hash of the entry., returned: always, type: str}
holds:
  description: The holds of the case in force, each as M(hostops.plesk.enforcement_hold_info) returns it, for V(show).
  returned: success
  type: list
  elements: dict
findings:
  description: The findings on record in the case, oldest first, for V(show).
  returned: success
  type: list
  elements: dict
  contains:
    finding: {description: Id of the finding., returned: always, type: str}
    case: {description: The newest case that it was put to., returned: always, type: str}
    source: {description: Name of the input that it came from., returned: always, type: str}
    standing: {description: Whether the source repeats it for as long as it is so., returned: always, type: bool}
    observed_at: {description: "When it was observed (ISO 8601, UTC).", returned: always, type: str}
    due: {description: "Since when it is due (YYYY-MM-DD), or empty.", returned: always, type: str}
    reference: {description: "What the source calls it, such as the number of an invoice.", returned: always, type: str}
    summary: {description: What it says., returned: always, type: str}
notices:
  description:
    - The notices, oldest first, for V(show), V(notices) and V(sent). In check mode, V(sent) returns them as if they were sent.
    - This is what a program needs that writes them. It is in the rows of the report of V(notices), too.
  returned: success
  type: list
  elements: dict
  contains:
    notice: {description: Id of the notice., returned: always, type: str}
    case: {description: Its case., returned: always, type: str}
    cause: {description: The cause of the case., returned: always, type: str}
    panel: {description: Panel of the tenant., returned: always, type: str}
    kind: {description: Kind of the tenant., returned: always, type: str}
    id: {description: Plesk's id of the tenant., returned: always, type: int}
    guid: {description: Plesk's GUID of the tenant., returned: always, type: str}
    tenant: {description: Login or name of the tenant., returned: always, type: str}
    measure: {description: "What it tells of; V(warn), V(restrict) or V(suspend).", returned: always, type: str}
    announces: {description: "The measure that it announces, or empty.", returned: always, type: str}
    effective_at: {description: "When that comes at the earliest (ISO 8601, UTC), or empty.", returned: always, type: str}
    recipient: {description: "To whom it goes, or empty where nobody knows.", returned: always, type: str}
    language: {description: "In which language, or empty.", returned: always, type: str}
    recorded_at: {description: "When it was recorded (ISO 8601, UTC).", returned: always, type: str}
    state: {description: V(recorded) until it is V(sent)., returned: always, type: str}
    channel: {description: "By what way it was sent, or empty.", returned: always, type: str}
    reason: {description: Why the case was opened., returned: always, type: str}
    ticket: {description: Number of a ticket elsewhere., returned: always, type: str}
    deadline: {description: Until when the case is to be settled., returned: always, type: str}
    closed_at: {description: "When the case was closed (ISO 8601, UTC), or empty.", returned: always, type: str}
    outcome: {description: "How the case ended, or empty.", returned: always, type: str}
    restrictions: {description: "What the holds of the case take now, by name with parameters.", returned: always, type: dict}
    findings: {description: "The findings of the case, as in RV(findings).", returned: always, type: list, elements: dict}
exemptions:
  description: The exemptions in the file.
  returned: success
  type: list
  elements: dict
  contains:
    protects: {description: Whom it protects., returned: always, type: str, sample: domain example.com}
    state: {description: V(in force) or V(expired)., returned: always, type: str}
    owner: {description: Who answers for it., returned: always, type: str}
    reason: {description: Why., returned: always, type: str}
    until: {description: Until when., returned: always, type: str}
    place: {description: File and line., returned: always, type: str}
verified:
  description: Whether every entry of the journal is as it was written.
  returned: for V(verify)
  type: bool
broken:
  description: The first entry that is not, with its number C(seq) and C(why).
  returned: when the journal does not hold
  type: dict
report:
  description: The same for people, for the option O(hostops.plesk.enforcement_report#module:report).
  returned: for all operations but V(head), when the ledger could be read
  type: dict
journal_head:
  description: The hash of the newest entry of the journal. Keep it elsewhere to be able to prove that nothing was cut off.
  returned: when the ledger could be read
  type: str
error:
  description: The error that ended the task, with C(kind), C(code), C(message), C(operation) and C(retryable).
  returned: when the ledger or an option could not be used
  type: dict
"""

from ansible_collections.hostops.plesk.plugins.module_utils._ansible.argspec import ArgumentSpec
from ansible_collections.hostops.plesk.plugins.module_utils._ansible.cases import enforcement_case as body
from ansible_collections.hostops.plesk.plugins.module_utils._ansible.ledger import LEDGER
from ansible_collections.hostops.plesk.plugins.module_utils._ansible.module import run_module
from ansible_collections.hostops.plesk.plugins.module_utils._core.hold import CAUSES
from ansible_collections.hostops.plesk.plugins.module_utils._core.tenant import KINDS

OPERATIONS = [
    "open",
    "annotate",
    "list",
    "show",
    "history",
    "close",
    "notices",
    "sent",
    "verify",
    "exemptions",
    "head",
]

SPEC = LEDGER + ArgumentSpec(
    options={
        "operation": {"type": "str", "required": True, "choices": OPERATIONS},
        "case": {"type": "str"},
        "state": {"type": "str", "default": "open", "choices": ["open", "closed", "all"]},
        "cause": {"type": "str", "choices": list(CAUSES)},
        "panel": {"type": "str"},
        "kind": {"type": "str", "choices": list(KINDS)},
        "id": {"type": "int"},
        "name": {"type": "str"},
        "guid": {"type": "str"},
        "reason": {"type": "str", "default": ""},
        "ticket": {"type": "str", "default": ""},
        "evidence": {"type": "list", "elements": "str", "default": []},
        "upstream_reference": {"type": "str", "default": ""},
        "deadline": {"type": "str", "default": ""},
        "text": {"type": "str"},
        "outcome": {"type": "str"},
        "notices": {"type": "list", "elements": "str"},
        "channel": {"type": "str"},
        "expected_head": {"type": "str", "default": ""},
        "exemptions": {"type": "path"},
    },
)


def main() -> None:
    run_module(SPEC, body)


if __name__ == "__main__":
    main()
