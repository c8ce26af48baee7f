#!/usr/bin/python
# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: enforcement_usage
short_description: Say who is near a limit, who grows fast, and which plan would fit
version_added: "1.0.0"
author:
  - hostops.plesk contributors (@hostops)
description:
  - Compares the disk space, the traffic of the month and the mailboxes of all subscriptions with their limits, and with what the
    ledger remembers of earlier days. Makes a report of those that are over a limit, near to one, or soon at one.
  - Remembers what was read in the ledger, one number for each subscription, resource and day (UTC). A second run on the same day
    takes the place of the first, and is no change where the panels say the same.
  - Works on the files that M(hostops.plesk.plesk_tenant_info) writes, and talks to no panel.
  - The growth of disk space and mailboxes is that of a straight line through the days that were recorded, at least three days
    apart. Traffic begins at nothing with each month, and so does its line. It is foreseen until the month ends.
  - On the first day of a month there is no traffic in the report. Panels count at night, and have counted nothing of that month.
extends_documentation_fragment:
  - hostops.plesk.ledger
  - hostops.plesk.ledger.attributes
attributes:
  check_mode:
    support: full
    description: The report is the same; nothing is recorded. A ledger that is not there counts as empty and is not made.
options:
  facts:
    description:
      - The folder of the files that M(hostops.plesk.plesk_tenant_info) has written with
        O(hostops.plesk.plesk_tenant_info#module:path), one for each panel. All files in it that end in C(.json) are read.
      - Without it, it is only checked whether the other options can be used.
    type: path
  answers:
    description:
      - What each panel answered when it was asked for its file, so that the report names those that have none.
      - Files of other panels, and of those that have failed, are left aside. Without it, all files count.
    type: list
    elements: dict
    default: []
    suboptions:
      panel:
        description: The panel.
        type: str
        required: true
      answer:
        description: The result of M(hostops.plesk.plesk_tenant_info), or of a task that failed.
        type: dict
        required: true
  warning_percent:
    description: From how much of a limit on somebody is near to it, in percent.
    type: float
    default: 80
  over_percent:
    description:
      - Above how much of a limit somebody is over it, in percent.
      - Who uses all that he may and no more is near.
    type: float
    default: 100
  within_days:
    description: Within how many days a limit must be met for an early warning, if it goes on like this. V(0) for no early warnings.
    type: int
    default: 30
  headroom_percent:
    description: How much a plan must have to spare to be named as one that fits, in percent of what is used.
    type: int
    default: 20
  history_days:
    description: How many days before today are looked at for the growth.
    type: int
    default: 30
  resources:
    description: What is looked at.
    type: list
    elements: str
    choices: [disk_bytes, traffic_bytes, mailboxes]
    default: [disk_bytes, traffic_bytes, mailboxes]
notes:
  - A plan fits when it belongs to the reseller, or to the administrator, whose customer has the subscription, holds what is used of
    everything with O(headroom_percent) to spare, and allows more of what is short. The smallest is named. Add-ons are left aside.
seealso:
  - module: hostops.plesk.plesk_tenant_info
  - module: hostops.plesk.enforcement_report
"""

EXAMPLES = r"""
- name: Read all panels
  hostops.plesk.plesk_tenant_info:
    host: "{{ inventory_hostname }}"
    secret_key: "{{ plesk_secret_key }}"
    path: "/var/lib/hosting/facts/{{ inventory_hostname }}.json"

- name: Look for those who are short of anything
  hostops.plesk.enforcement_usage:
    facts: /var/lib/hosting/facts
    warning_percent: 90
  run_once: true
  register: used

- name: Show them
  hostops.plesk.enforcement_report:
    report: "{{ used.report }}"
    csv_path: usage.csv
  run_once: true
"""

RETURN = r"""
report:
  description:
    - A report for O(hostops.plesk.enforcement_report#module:report), with one row for each resource that somebody is short of,
      the worst first. It fails when a panel could not be asked.
    - A row has C(panel), C(tenant), C(owner), C(resource), C(usage), C(percent), C(state), C(growth), C(full_on), C(plan) and
      C(fits) for people. It has C(since), C(id), C(guid), C(reseller), C(used), C(limit), C(growth_per_day), C(days_until_full)
      and C(at_end_of_month) for programs, in bytes or as a count.
    - C(state) is V(over), V(near) or V(filling).
  returned: with O(facts)
  type: dict
recorded:
  description: How many measurements were recorded, or would be in check mode. Those that the ledger has already do not count.
  returned: with O(facts)
  type: int
error:
  description: The error that ended the task, with C(kind), C(code), C(message), C(operation) and C(retryable).
  returned: when the files or the ledger could not be used
  type: dict
"""

from ansible_collections.hostops.plesk.plugins.module_utils._ansible.argspec import ArgumentSpec
from ansible_collections.hostops.plesk.plugins.module_utils._ansible.ledger import LEDGER
from ansible_collections.hostops.plesk.plugins.module_utils._ansible.module import run_module
from ansible_collections.hostops.plesk.plugins.module_utils._ansible.usage import HISTORY_DAYS
from ansible_collections.hostops.plesk.plugins.module_utils._ansible.usage import usage as body
from ansible_collections.hostops.plesk.plugins.module_utils._core.usage import RESOURCES

SPEC = LEDGER + ArgumentSpec(
    options={
        "facts": {"type": "path"},
        "answers": {
            "type": "list",
            "elements": "dict",
            "default": [],
            "options": {"panel": {"type": "str", "required": True}, "answer": {"type": "dict", "required": True}},
        },
        "warning_percent": {"type": "float", "default": 80},
        "over_percent": {"type": "float", "default": 100},
        "within_days": {"type": "int", "default": 30},
        "headroom_percent": {"type": "int", "default": 20},
        "history_days": {"type": "int", "default": HISTORY_DAYS},
        "resources": {"type": "list", "elements": "str", "choices": list(RESOURCES), "default": list(RESOURCES)},
    }
)


def main() -> None:
    run_module(SPEC, body)


if __name__ == "__main__":
    main()
