#!/usr/bin/python
# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: enforcement_hold_info
short_description: Say who is held for what, and what is due to be lifted
version_added: "1.0.0"
author:
  - hostops.plesk contributors (@hostops)
description:
  - Returns the holds in the ledger that keep tenants dark or restricted. Those are returned that fit everything that is given;
    without any of it, all.
  - Works on the ledger alone and talks to no panel. Never changes anything.
extends_documentation_fragment:
  - hostops.plesk.ledger
  - hostops.plesk.ledger.attributes
attributes:
  check_mode:
    support: full
    description: Reads only. In check mode, a ledger that is not there counts as empty and is not made.
options:
  cases:
    description: Ids of cases.
    type: list
    elements: str
  causes:
    description: Causes.
    type: list
    elements: str
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
  due:
    description: Only holds whose date has passed.
    type: bool
    default: false
  panel:
    description: Only holds on this panel, as the inventory names it.
    type: str
  name:
    description: Only holds on objects with these logins or names. Upper and lower case are the same.
    type: list
    elements: str
  guid:
    description: Only holds on objects with these GUIDs.
    type: list
    elements: str
seealso:
  - module: hostops.plesk.enforcement_case
  - module: hostops.plesk.enforcement_plan
"""

EXAMPLES = r"""
- name: Find what is due
  hostops.plesk.enforcement_hold_info:
    due: true
  register: due

- name: Find who is held for nonpayment
  hostops.plesk.enforcement_hold_info:
    causes: [nonpayment]
"""

RETURN = r"""
holds:
  description: The holds, oldest first.
  returned: success
  type: list
  elements: dict
  contains:
    hold:
      description: Id of the hold.
      returned: always
      type: str
    case:
      description: The case that it belongs to.
      returned: always
      type: str
    cause:
      description: The cause of the case.
      returned: always
      type: str
    panel:
      description: Panel of the object.
      returned: always
      type: str
    kind:
      description: Kind of the object.
      returned: always
      type: str
    id:
      description: Plesk's id of the object.
      returned: always
      type: int
    name:
      description: Login or name of the object.
      returned: always
      type: str
    guid:
      description: Plesk's GUID of the object.
      returned: always
      type: str
    measure:
      description: What is done to the object, V(suspend) or V(restrict).
      returned: always
      type: str
    restrictions:
      description:
        - What a hold with the measure V(restrict) takes, by name. V(throttled) has C(bandwidth) in KB/s, C(max_connections), or
          both; the others have nothing in them. Empty for all other holds.
      returned: always
      type: dict
      sample: {"outgoing_mail_off": {}, "throttled": {"bandwidth": 512}}
    disable:
      description: Whether a domain is taken out of the web server, too.
      returned: always
      type: bool
    until:
      description: From when it is due to be lifted (ISO 8601, UTC), or empty.
      returned: always
      type: str
    due:
      description: Whether this time has passed.
      returned: always
      type: bool
    permanent:
      description: Whether it is meant to stay.
      returned: always
      type: bool
    note:
      description: What the marker on the panel says beside case and cause.
      returned: always
      type: str
    placed_at:
      description: When it was placed (ISO 8601, UTC).
      returned: always
      type: str
    state:
      description: V(in_force), or V(intended) and V(lifting) while a run works on it or after a run that was killed.
      returned: always
      type: str
targets:
  description:
    - The objects of the holds, each once, as targets of M(hostops.plesk.plesk_target_info) and of a plan. Where an object is
      suspended and restricted, the plan has two items for it.
  returned: success
  type: list
  elements: dict
  contains:
    target:
      description: Kind and id of the object.
      returned: always
      type: str
      sample: subscription 12
    kind:
      description: Always V(object).
      returned: always
      type: str
    panel:
      description: Panel of the object.
      returned: always
      type: str
cases:
  description: Those of the cases in O(cases) that the ledger has, whether they hold something or not.
  returned: success
  type: list
  elements: dict
  contains:
    case:
      description: Id of the case.
      returned: always
      type: str
    closed_at:
      description: When it was closed (ISO 8601, UTC), or empty.
      returned: always
      type: str
    outcome:
      description: How it ended, or empty.
      returned: always
      type: str
error:
  description: The error that ended the task, with C(kind), C(code), C(message), C(operation) and C(retryable).
  returned: when the ledger could not be used
  type: dict
"""

from ansible_collections.hostops.plesk.plugins.module_utils._ansible.argspec import ArgumentSpec
from ansible_collections.hostops.plesk.plugins.module_utils._ansible.holds import hold_info as body
from ansible_collections.hostops.plesk.plugins.module_utils._ansible.ledger import LEDGER
from ansible_collections.hostops.plesk.plugins.module_utils._ansible.module import run_module
from ansible_collections.hostops.plesk.plugins.module_utils._core.hold import CAUSES

SPEC = LEDGER + ArgumentSpec(
    options={
        "cases": {"type": "list", "elements": "str"},
        "causes": {"type": "list", "elements": "str", "choices": list(CAUSES)},
        "due": {"type": "bool", "default": False},
        "panel": {"type": "str"},
        "name": {"type": "list", "elements": "str"},
        "guid": {"type": "list", "elements": "str"},
    }
)


def main() -> None:
    run_module(SPEC, body)


if __name__ == "__main__":
    main()
