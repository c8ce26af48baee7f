#!/usr/bin/python
# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: plesk_subscription_state
short_description: Suspend or activate subscriptions
version_added: "1.0.0"
author:
  - hostops.plesk contributors (@hostops)
description:
  - Suspends or activates any number of subscriptions of one panel in few packets.
  - Only the caller's own reason is set and cleared (C(admin) for an administrator, C(reseller) for a reseller). The reasons of
    others stay, and so does a subscription that others have switched off; the result names what keeps it off.
  - Every object written is read back. An activation that makes a panel drop the reason of somebody else is closed again.
extends_documentation_fragment:
  - hostops.plesk.connection
  - hostops.plesk.batch
  - hostops.plesk.attributes
options:
  name:
    description:
      - Names of the subscriptions, in Unicode or Punycode.
      - Exactly one of O(name), O(id), O(guid), O(external_id), O(owner_login) must be set.
    type: list
    elements: str
  id:
    description:
      - Plesk's ids of the subscriptions.
      - Exactly one of O(name), O(id), O(guid), O(external_id), O(owner_login) must be set.
    type: list
    elements: int
  guid:
    description:
      - GUIDs of the subscriptions.
      - Exactly one of O(name), O(id), O(guid), O(external_id), O(owner_login) must be set.
    type: list
    elements: str
  external_id:
    description:
      - External ids of the subscriptions, as set by a billing system.
      - Exactly one of O(name), O(id), O(guid), O(external_id), O(owner_login) must be set.
    type: list
    elements: str
  owner_login:
    description:
      - Logins of owners; selects all subscriptions that belong directly to these customers or resellers.
      - Exactly one of O(name), O(id), O(guid), O(external_id), O(owner_login) must be set.
    type: list
    elements: str
  state:
    description:
      - V(suspended) sets our reason.
      - V(active) clears it. An expired subscription fails unless O(expiration) is given; our reason is taken off it all the same
        where Plesk's own keeps it off.
    type: str
    required: true
    choices: [active, suspended]
  note:
    description:
      - Why, in a few words. With O(state=suspended) it is kept inside the administrator's description of the subscription (a
        reseller's credentials use the reseller's description), in brackets after the word C(hostops), at most 200 characters.
        The text around it stays as it is.
      - Removed when the subscription is activated. Not used with O(state=active).
    type: str
  notes:
    description:
      - Notes of single subscriptions, a dictionary with their ids as keys. They stand in the place of O(note).
    type: dict
  expiration:
    description:
      - New expiration for subscriptions that have expired, set before they are activated. A date as C(YYYY-MM-DD), or V(never).
      - Subscriptions that have not expired keep theirs. Used with O(state=active) only.
      - Plesk locks a subscription against changes of its plan when its limits are set.
    type: str
seealso:
  - module: hostops.plesk.plesk_customer_state
  - module: hostops.plesk.plesk_domain_state
  - module: hostops.plesk.plesk_tenant_info
"""

EXAMPLES = r"""
- name: Suspend three subscriptions
  hostops.plesk.plesk_subscription_state:
    host: web1.example.com
    secret_key: "{{ plesk_secret_key }}"
    name: [example.com, example.net, example.org]
    state: suspended
    note: case 4711, phishing

- name: Give one back that has expired in the meantime
  hostops.plesk.plesk_subscription_state:
    host: web1.example.com
    secret_key: "{{ plesk_secret_key }}"
    name: [example.com]
    state: active
    expiration: "2027-12-31"

- name: Suspend everything that belongs to a customer, but not his account
  hostops.plesk.plesk_subscription_state:
    host: web1.example.com
    secret_key: "{{ plesk_secret_key }}"
    owner_login: [alice]
    state: suspended
"""

RETURN = r"""
summary:
  description: How many objects were requested, changed, unchanged and failed.
  returned: when the parameters are valid
  type: dict
  sample: {requested: 3, changed: 1, unchanged: 1, failed: 1}
subscriptions:
  description: One entry for each subscription, in the order asked for.
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
      description: Name of the subscription.
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
      description: >-
        Its C(status), the C(reasons) in it and what is C(effective) over the whole chain, with the C(note) in the description
        and the C(expiration) if it was read, as it was.
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
from ansible_collections.hostops.plesk.plugins.module_utils._plesk.subscriptions import SUBSCRIPTIONS

SPEC = (
    CONNECTION
    + BATCH
    + selectors("name", "id", "guid", "external_id", "owner_login")
    + state("active", "suspended")
    + ArgumentSpec(options={"note": {"type": "str"}, "notes": {"type": "dict"}, "expiration": {"type": "str"}})
)


def wanted(params: dict) -> StateRequest:
    """What the parameters ask for."""
    return StateRequest(
        SUBSCRIPTIONS,
        params["state"],
        note=params["note"],
        notes=params["notes"] or {},
        expiration=params["expiration"],
    )


def body(task: Task) -> Result:
    """The whole task."""
    return set_state(task, wanted(task.params))


def main() -> None:
    run_module(SPEC, body)


if __name__ == "__main__":
    main()
