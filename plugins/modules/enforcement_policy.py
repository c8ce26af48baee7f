#!/usr/bin/python
# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: enforcement_policy
short_description: Decide by a policy what is to be done to tenants, and write it down as a plan
version_added: "1.0.0"
author:
  - hostops.plesk contributors (@hostops)
description:
  - Reads the inputs, finds out which tenants of the fleet their findings are about, and decides by a policy, with what the ledger
    remembers, what is to be done to each of them today. Talks to no panel.
  - What is to be done becomes a plan, as M(hostops.plesk.enforcement_plan) makes one, for M(hostops.plesk.enforcement_apply). It
    may hold, restrict, lift, and record notices. Everything that is waited for, left to a person or not decided is in the report,
    and why.
  - The same inputs, facts, ledger and time give the same plan.
  - What speaks against the plan as a whole, such as an input that is wrong or a limit that it exceeds, refuses it. No plan file is
    written then.
extends_documentation_fragment:
  - hostops.plesk.ledger
  - hostops.plesk.ledger.attributes
options:
  policy:
    description: The file of the policy, in YAML or JSON.
    type: path
    required: true
  inputs:
    description: The file that names the inputs, in YAML or JSON.
    type: path
    required: true
  facts:
    description:
      - The folder with a file of facts for each panel, as M(hostops.plesk.plesk_tenant_info) writes it with C(path).
      - Without it no plan is made, and O(decide_only) must be set. Each subject of a finding is then taken for a tenant of its
        own, of which nothing is known.
    type: path
  answers:
    description:
      - What each panel answered when its facts were read. Panels that could not be read are named in the report; nothing is
        decided there.
      - Facts of other panels are left aside. Without it, all facts in the folder count.
    type: list
    elements: dict
    default: []
    suboptions:
      panel:
        description: The panel.
        type: str
        required: true
      answer:
        description: The result of M(hostops.plesk.plesk_tenant_info).
        type: dict
        required: true
  decide_only:
    description: Only say what is decided. Writes no plan, and nothing to the ledger.
    type: bool
    default: false
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
  end_sessions:
    description: Whether the panel sessions of suspended customers are ended.
    type: bool
    default: false
  as_of:
    description:
      - The time at which it is decided, such as V(2026-11-23T16:00:00Z). By default now.
      - A plan is made for now alone, so any other time needs O(decide_only).
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
  decisions_path:
    description:
      - A file for every decision with what explains it, in JSON. That is the rule, the facts that its conditions could see, the
        dates of the whole ladder, grace, and what comes next.
      - It is also written for a plan that is refused.
    type: path
notes:
  - The plan and the decisions are written in check mode too. The ledger is not.
requirements:
  - jmespath >= 1.0, where the task runs
  - xarf >= 1.0, where the task runs, for inputs in X-ARF
  - holidays >= 0.60, where the task runs, for a policy that names a country
seealso:
  - module: hostops.plesk.plesk_tenant_info
  - module: hostops.plesk.enforcement_apply
  - module: hostops.plesk.enforcement_usage
  - module: hostops.plesk.enforcement_report
"""

EXAMPLES = r"""
- name: What would the policy do?
  hostops.plesk.enforcement_policy:
    policy: policy.yml
    inputs: inputs.yml
    decide_only: true
  register: decided

- name: Show it
  hostops.plesk.enforcement_report:
    report: "{{ decided.report }}"

- name: Plan what the policy wants done
  hostops.plesk.enforcement_policy:
    policy: policy.yml
    inputs: inputs.yml
    facts: facts
    limits: limits.yml
    exemptions: exemptions.yml
    path: plan.json
    report_path: plan.md
    decisions_path: decisions.json
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
  returned: when it was decided
  type: dict
refused:
  description: Whether the plan as a whole is refused.
  returned: when a plan was made
  type: bool
decided:
  description: How many decisions of each sort there are.
  returned: when it was decided
  type: dict
  sample: {warn: 3, wait: 12, suspend: 1}
unattributed:
  description: How many findings are nobody's for certain, and left to a person.
  returned: when it was decided
  type: int
error:
  description: The error that kept a plan from being made, with C(kind), C(code), C(message), C(operation) and C(retryable).
  returned: when an option, a file or the ledger could not be used
  type: dict
"""

from ansible_collections.hostops.plesk.plugins.module_utils._ansible.argspec import ArgumentSpec
from ansible_collections.hostops.plesk.plugins.module_utils._ansible.ledger import LEDGER
from ansible_collections.hostops.plesk.plugins.module_utils._ansible.module import run_module
from ansible_collections.hostops.plesk.plugins.module_utils._ansible.policing import run_policy as body

PATH = {"type": "path"}
NO = {"type": "bool", "default": False}

SPEC = LEDGER + ArgumentSpec(
    options={
        "policy": {"type": "path", "required": True},
        "inputs": {"type": "path", "required": True},
        "facts": PATH,
        "answers": {
            "type": "list",
            "elements": "dict",
            "default": [],
            "options": {
                "panel": {"type": "str", "required": True},
                "answer": {"type": "dict", "required": True},
            },
        },
        "decide_only": NO,
        "limits": PATH,
        "exemptions": PATH,
        "max_tenants": {"type": "int"},
        "max_subscriptions": {"type": "int"},
        "end_sessions": NO,
        "as_of": {"type": "str"},
        "path": PATH,
        "report_path": PATH,
        "decisions_path": PATH,
    }
)


def main() -> None:
    run_module(SPEC, body)


if __name__ == "__main__":
    main()
