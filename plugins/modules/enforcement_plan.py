#!/usr/bin/python
# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: enforcement_plan
short_description: Decide what is to be done to tenants, and write it down as a plan
version_added: "1.0.0"
author:
  - hostops.plesk contributors (@hostops)
description:
  - Makes a plan of what is asked for, what the panels say, what the ledger knows, the limits and the exemptions. Talks to no panel.
  - The plan is a JSON file with a digest, for M(hostops.plesk.enforcement_apply). The same inputs give the same bytes.
  - A tenant that must not be touched, or cannot be, is left out, and the report says why.
  - What speaks against the plan as a whole, such as a limit that it exceeds, refuses it. No plan file is written then, and the task
    fails after all. It returns the report nevertheless.
  - Who is to be lifted is decided by the ledger. A lift ends the holds that the ground may end, and the tenant stays held as long
    as one is left.
extends_documentation_fragment:
  - hostops.plesk.ledger
  - hostops.plesk.ledger.attributes
options:
  action:
    description: Place holds, or lift them.
    type: str
    required: true
    choices: [suspend, restore]
  requests:
    description:
      - What is asked for, in the form in which P(hostops.plesk.targets#lookup) returns it. Each names a C(target) and, optionally,
        C(kind), C(panel), C(note), C(origin) and what goes into its case. These are C(cause), C(reason), C(until), C(permanent),
        C(evidence), C(ticket), C(upstream_reference), C(deadline) and C(measure).
      - A target with two causes is two requests. Of the measures, only V(suspend) is applied yet.
    type: list
    elements: dict
    required: true
  facts:
    description: What each panel answered to the requests.
    type: list
    elements: dict
    required: true
    suboptions:
      panel:
        description: The panel.
        type: str
        required: true
      answer:
        description:
          - The result of M(hostops.plesk.plesk_target_info) with C(facts=true), for the questions that
            P(hostops.plesk.target_questions#filter) gives. That of a failed task says that the panel could not be asked.
        type: dict
        required: true
  source:
    description: The name of the input. How much it asks for is compared with the last plan of the same source that was
      applied, or begun to be.
    type: str
    default: targets
  level:
    description: What a domain stands for, as it was when the panels were asked.
    type: str
    default: subscription
    choices: [subscription, domain, customer]
  on_unknown:
    description: Whether a target that fits nobody, or several, refuses the plan (V(stop)) or is reported (V(report)).
    type: str
    default: stop
    choices: [stop, report]
  limits:
    description: The file of limits. Without it, the documented defaults.
    type: path
  exemptions:
    description: The file of exemptions.
    type: path
  max_tenants:
    description: In place of C(tenants_per_run) of the limits.
    type: int
  max_subscriptions:
    description: In place of C(subscriptions_per_run) of the limits.
    type: int
  cause:
    description:
      - The cause of requests that name none.
      - Without any it is recorded as V(unstated), which an operator lifts, or its date.
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
  reason:
    description: The reason, for requests that name none.
    type: str
  until:
    description:
      - When the holds are due to be lifted, for requests that do not say.
      - A date such as V(2027-01-31), which is included, a time such as V(2027-01-31T18:00:00Z), or a duration such as V(7d).
    type: str
  permanent:
    description: Whether the holds are meant to stay, for requests that do not say. Such plans need more approvers.
    type: bool
    default: false
  evidence:
    description: Files or addresses that prove the cause, for requests that name none.
    type: list
    elements: str
  ticket:
    description: The ticket, for requests that name none.
    type: str
  upstream_reference:
    description: The reference of the upstream provider, for requests that name none.
    type: str
  deadline:
    description: When the matter has to be settled, for requests that do not say. Written like O(until).
    type: str
  note:
    description: Kept on the panel with subscriptions beside case and cause, for requests that have no note.
    type: str
  domain_state:
    description: How domains are turned off, with O(level=domain). V(disabled) takes them out of the web server.
    type: str
    default: suspended
    choices: [suspended, disabled]
  end_sessions:
    description: Whether the panel sessions of suspended customers are ended.
    type: bool
    default: false
  ground:
    description:
      - Why holds are lifted. A payment lifts holds for nonpayment only. V(due) lifts those whose date has passed.
      - V(resolved) lifts holds for abuse and load that is over.
      - V(release) lifts holds for orders of the upstream provider and needs O(release).
    type: str
    default: operator
    choices: [operator, payment, due, release, resolved]
  release:
    description: The reference with which the upstream provider has released a tenant.
    type: str
  cases:
    description: Lift the holds of these cases only.
    type: list
    elements: str
  causes:
    description: Lift the holds for these causes only.
    type: list
    elements: str
  due:
    description: Lift the holds only whose date has passed.
    type: bool
    default: false
  expiration:
    description: A new date (V(2027-12-31)), or V(never), for subscriptions that have expired.
    type: str
  as_of:
    description: The time at which the plan is made, such as V(2026-11-23T16:00:00Z). By default now.
    type: str
  path:
    description:
      - The plan file. Its directory must exist. The file is readable by its owner only.
      - By default a new file in C(hostops.plesk/plans) in E(XDG_STATE_HOME) or in C(~/.local/state).
      - In check mode C(check.json) there, which the next check run replaces.
    type: path
  report_path:
    description: A file for people, in Markdown. It is also written for a plan that is refused.
    type: path
notes:
  - The plan is written in check mode too, so that applying it can be checked. The ledger is not.
seealso:
  - module: hostops.plesk.plesk_target_info
  - module: hostops.plesk.enforcement_apply
  - module: hostops.plesk.enforcement_report
"""

EXAMPLES = r"""
- name: Plan to suspend what the abuse desk lists
  hostops.plesk.enforcement_plan:
    action: suspend
    requests: "{{ requests }}"
    facts: "{{ facts }}"
    source: abuse.csv
    cause: phishing
    ticket: ABUSE-4711
    exemptions: exemptions.yml
    path: plan.json
    report_path: plan.md
  vars:
    requests: "{{ query('hostops.plesk.targets', 'abuse.csv') }}"
    facts: >-
      {{ hostvars | hostops.plesk.panel_answers(groups['plesk'], 'found') }}
  run_once: true
  register: made

- name: Show it
  hostops.plesk.enforcement_report:
    report: "{{ made.report }}"
"""

RETURN = r"""
digest:
  description: The digest of the plan, which is what approvers sign.
  returned: when a plan was made
  type: str
  sample: "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
path:
  description: The plan file, empty if the plan is refused.
  returned: when a plan was made
  type: str
panels:
  description: The panels that the plan has items for.
  returned: when a plan was made
  type: list
  elements: str
item_count:
  description: How many items it has.
  returned: when a plan was made
  type: int
approvers:
  description: How many persons other than its maker have to approve it.
  returned: when a plan was made
  type: int
commands:
  description: The commands with which they do.
  returned: when a plan was made
  type: list
  elements: str
journal_head:
  description: The hash of the newest entry of the journal, empty if it has none. Kept elsewhere, it tells if entries are cut off.
  returned: when a plan was made
  type: str
report:
  description: The report for M(hostops.plesk.enforcement_report). Its C(failures) are the reasons to refuse the plan.
  returned: when a plan was made
  type: dict
refused:
  description: Whether the plan as a whole is refused.
  returned: when a plan was made
  type: bool
error:
  description: The error that kept a plan from being made, with C(kind), C(code), C(message), C(operation) and C(retryable).
  returned: when an option or the ledger could not be used
  type: dict
"""

from ansible_collections.hostops.plesk.plugins.module_utils._ansible.argspec import ArgumentSpec
from ansible_collections.hostops.plesk.plugins.module_utils._ansible.ledger import LEDGER
from ansible_collections.hostops.plesk.plugins.module_utils._ansible.module import run_module
from ansible_collections.hostops.plesk.plugins.module_utils._ansible.planning import make_plan as body
from ansible_collections.hostops.plesk.plugins.module_utils._core.hold import CAUSES, GROUNDS

TEXT = {"type": "str"}
PATH = {"type": "path"}
TEXTS = {"type": "list", "elements": "str"}
NO = {"type": "bool", "default": False}

SPEC = LEDGER + ArgumentSpec(
    options={
        "action": {"type": "str", "required": True, "choices": ["suspend", "restore"]},
        "requests": {"type": "list", "elements": "dict", "required": True},
        "facts": {
            "type": "list",
            "elements": "dict",
            "required": True,
            "options": {
                "panel": {"type": "str", "required": True},
                "answer": {"type": "dict", "required": True},
            },
        },
        "source": {"type": "str", "default": "targets"},
        "level": {"type": "str", "default": "subscription", "choices": ["subscription", "domain", "customer"]},
        "on_unknown": {"type": "str", "default": "stop", "choices": ["stop", "report"]},
        "limits": PATH,
        "exemptions": PATH,
        "max_tenants": {"type": "int"},
        "max_subscriptions": {"type": "int"},
        "cause": {"type": "str", "choices": list(CAUSES)},
        "reason": TEXT,
        "until": TEXT,
        "permanent": NO,
        "evidence": TEXTS,
        "ticket": TEXT,
        "upstream_reference": TEXT,
        "deadline": TEXT,
        "note": TEXT,
        "domain_state": {"type": "str", "default": "suspended", "choices": ["suspended", "disabled"]},
        "end_sessions": NO,
        "ground": {"type": "str", "default": "operator", "choices": list(GROUNDS)},
        "release": TEXT,
        "cases": TEXTS,
        "causes": TEXTS,
        "due": NO,
        "expiration": TEXT,
        "as_of": TEXT,
        "path": PATH,
        "report_path": PATH,
    }
)


def main() -> None:
    run_module(SPEC, body)


if __name__ == "__main__":
    main()
