#!/usr/bin/python
# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: plesk_customer_state
short_description: Suspend or activate customers
version_added: "1.0.0"
author:
  - hostops.plesk contributors (@hostops)
description:
  - Suspends or activates customers of one panel, with all their subscriptions and domains.
  - Only the caller's own reason is set and cleared, on the customer alone; Plesk does the rest. The result shows every
    subscription and domain below, before and after.
  - A reseller's credentials set the reason C(reseller). A panel that refuses it on customers is reported with the error kind
    V(unsupported); suspend the customer's subscriptions there.
extends_documentation_fragment:
  - hostops.plesk.connection
  - hostops.plesk.batch
  - hostops.plesk.attributes
options:
  login:
    description:
      - Logins of the customers.
      - Exactly one of O(login), O(id), O(guid), O(external_id) must be set.
    type: list
    elements: str
  id:
    description:
      - Plesk's ids of the customers.
      - Exactly one of O(login), O(id), O(guid), O(external_id) must be set.
    type: list
    elements: int
  guid:
    description:
      - GUIDs of the customers.
      - Exactly one of O(login), O(id), O(guid), O(external_id) must be set.
    type: list
    elements: str
  external_id:
    description:
      - External ids of the customers, as set by a billing system.
      - Exactly one of O(login), O(id), O(guid), O(external_id) must be set.
    type: list
    elements: str
  state:
    description:
      - V(suspended) sets our reason.
      - V(active) clears it.
    type: str
    required: true
    choices: [active, suspended]
  end_sessions:
    description:
      - Whether to end the customer's live panel sessions after suspending him. Administrators only. Sessions of additional users
        that he created have other logins and are not ended.
    type: bool
    default: false
seealso:
  - module: hostops.plesk.plesk_subscription_state
  - module: hostops.plesk.plesk_reseller_state
  - module: hostops.plesk.plesk_tenant_info
"""

EXAMPLES = r"""
- name: Suspend a customer and throw him out of the panel
  hostops.plesk.plesk_customer_state:
    host: web1.example.com
    secret_key: "{{ plesk_secret_key }}"
    login: [alice]
    state: suspended
    end_sessions: true

- name: Activate customers by the ids of the billing system
  hostops.plesk.plesk_customer_state:
    host: web1.example.com
    secret_key: "{{ plesk_secret_key }}"
    external_id: ["crm:1001", "crm:1002"]
    state: active
"""

RETURN = r"""
summary:
  description: How many objects were requested, changed, unchanged and failed.
  returned: when the parameters are valid
  type: dict
  sample: {requested: 3, changed: 1, unchanged: 1, failed: 1}
customers:
  description: One entry for each customer, in the order asked for.
  returned: when the parameters are valid
  type: list
  elements: dict
  contains:
    panel:
      description: Name of the panel.
      returned: always
      type: str
    requested:
      description: The value by which it was selected.
      returned: always
      type: str
    name:
      description: Login of the customer.
      returned: always
      type: str
    id:
      description: Plesk's id.
      returned: always
      type: int
    guid:
      description: Plesk's GUID.
      returned: always
      type: str
    owner:
      description: The object above, with C(kind), C(id) and C(name); null for a reseller.
      returned: always
      type: dict
    changed:
      description: Whether it changed.
      returned: always
      type: bool
    action:
      description:
        - What was done to it. One of V(unchanged), V(suspended), V(disabled), V(activated), V(renewed), V(noted) (the note alone
          changed), V(sessions_ended) (nothing but sessions ended) and V(reclosed) (an activation took a reason of somebody else
          with it, so ours was put back).
      returned: always
      type: str
      sample: suspended
    before:
      description: Its C(status), the C(reasons) in it and what is C(effective) over the whole chain, as it was.
      returned: always
      type: dict
      sample: {status: 0, reasons: [], effective: active}
    after:
      description: The same as read back from the panel; in check mode as it would be.
      returned: always
      type: dict
      sample: {status: 16, reasons: [admin], effective: suspended}
    effective:
      description:
        - Whether it is served now, with everything above it active. V(unknown) if something above it could not be read.
      returned: always
      type: str
      sample: suspended
    suspended_parents:
      description: What above it keeps it off, nearest first, each with C(kind), C(id), C(name) and C(reasons).
      returned: always
      type: list
      elements: dict
    cascade:
      description:
        - Everything below the customer, in lists by kind (subscriptions, domains). Each entry has C(id), C(name),
          C(before) and C(after) with C(status) and C(effective), and C(cleared).
        - C(cleared) are the reasons, other than C(parent), that the panel took off it together with the change of its parent. A
          panel that copies a parent's reason to everything below takes that off again, whether it was there before or not.
        - In check mode C(after.effective) is what the change would bring, and C(after.status) is as it is now, less the reason
          C(parent) where nothing above is off any more.
      returned: always
      type: dict
    sessions_ended:
      description: How many live sessions were ended; in check mode how many there are.
      returned: with O(end_sessions=true) and O(state=suspended)
      type: int
    error:
      description:
        - Why it is not in the state wanted, or null.
        - C(kind) is one of V(not_found), V(expired), V(verification), V(permission), V(authentication), V(connection), V(timeout),
          V(tls), V(http), V(protocol), V(rejected), V(busy), V(failed), V(unsupported), V(not_attempted), V(settings), V(panel).
      returned: always
      type: dict
      sample:
        kind: not_found
        code: 1013
        message: "Plesk error 1013: object does not exist"
        operation: get
        retryable: false
error:
  description: The error that ended the run for the whole panel.
  returned: when the panel could not be used
  type: dict
"""

from ansible_collections.hostops.plesk.plugins.module_utils._ansible.argspec import (
    BATCH,
    CONNECTION,
    ArgumentSpec,
    selectors,
    state,
)
from ansible_collections.hostops.plesk.plugins.module_utils._ansible.module import run_module
from ansible_collections.hostops.plesk.plugins.module_utils._ansible.panel import Result, Task
from ansible_collections.hostops.plesk.plugins.module_utils._ansible.state import StateRequest, set_state
from ansible_collections.hostops.plesk.plugins.module_utils._plesk.customers import CUSTOMERS

SPEC = (
    CONNECTION
    + BATCH
    + selectors("login", "id", "guid", "external_id")
    + state("active", "suspended")
    + ArgumentSpec(options={"end_sessions": {"type": "bool", "default": False}})
)


def wanted(params: dict) -> StateRequest:
    """What the parameters ask for."""
    return StateRequest(CUSTOMERS, params["state"], end_sessions=params["end_sessions"])


def body(task: Task) -> Result:
    """The whole task."""
    return set_state(task, wanted(task.params))


def main() -> None:
    run_module(SPEC, body)


if __name__ == "__main__":
    main()
