#!/usr/bin/python
# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: plesk_tenant_info
short_description: Read resellers, customers, subscriptions and domains
version_added: "1.0.0"
author:
  - hostops.plesk contributors (@hostops)
description:
  - Reads the tenants of one panel with their status, the reasons in it, and what is effective over the whole chain of reseller,
    customer, subscription and domain.
  - Without a selector it reads the whole panel. With one it reads the objects selected, everything above them and everything
    below.
  - Never changes anything.
extends_documentation_fragment:
  - hostops.plesk.connection
  - hostops.plesk.attributes.readonly
options:
  login:
    description: Logins of resellers or customers. At most one selector may be set.
    type: list
    elements: str
  name:
    description: Names of subscriptions.
    type: list
    elements: str
  owner_login:
    description: Logins of customers or resellers, for the subscriptions that belong to them directly.
    type: list
    elements: str
  domain:
    description: Names of domains or domain aliases. Finds the subscription and its owner as well.
    type: list
    elements: str
  guid:
    description: GUIDs of any kind of object.
    type: list
    elements: str
  external_id:
    description: External ids of resellers, customers or subscriptions.
    type: list
    elements: str
  id:
    description: Plesk's ids of objects of the O(kind) given.
    type: list
    elements: int
  kind:
    description: The kind of object that O(id), O(guid) or O(external_id) select.
    type: str
    choices: [reseller, customer, subscription, domain]
  effective:
    description: Return only objects that are served, or only objects that are not.
    type: str
    choices: [active, suspended]
  facts:
    description:
      - What to read beyond status and owner. Each costs the panel time.
      - V(usage) is disk space, traffic of the month and mailboxes against their limits, and the expiration.
      - V(plan) is the names of service plan and add-ons, and whether the subscription is locked against changes of its plan.
    type: list
    elements: str
    choices: [usage, plan]
    default: [usage, plan]
  layout:
    description: V(flat) returns a list for each kind, V(tree) nests every object in its owner.
    type: str
    choices: [flat, tree]
    default: flat
  select:
    description:
      - A JMESPath expression over the returned lists, a dictionary with RV(resellers), RV(customers), RV(subscriptions) and
        RV(domains), or RV(tree).
      - The lists themselves are then left out of the result.
    type: str
requirements:
  - jmespath >= 1.0, where the task runs, for O(select)
seealso:
  - module: hostops.plesk.plesk_subscription_state
  - module: hostops.plesk.plesk_target_info
"""

EXAMPLES = r"""
- name: Whose shop is this?
  hostops.plesk.plesk_tenant_info:
    host: web1.example.com
    secret_key: "{{ plesk_secret_key }}"
    domain: [shop.example.com]
    facts: []

- name: Names of all subscriptions that use more than nine tenths of their disk space
  hostops.plesk.plesk_tenant_info:
    host: web1.example.com
    secret_key: "{{ plesk_secret_key }}"
    facts: [usage]
    select: subscriptions[?usage.disk_bytes.percent > `90`].name

- name: Everything that is off, nested
  hostops.plesk.plesk_tenant_info:
    host: web1.example.com
    secret_key: "{{ plesk_secret_key }}"
    effective: suspended
    layout: tree
    facts: []
"""

RETURN = r"""
not_found:
  description: The values of the selector that select nothing.
  returned: success
  type: list
  elements: str
resellers:
  description: >-
    Resellers, by id, each with C(panel), C(kind), C(id), C(name), C(guid), C(status), C(reasons), C(effective),
    C(suspended_parents), C(owner), C(created), C(external_id) and C(contact).
  returned: with O(layout=flat) and without O(select)
  type: list
  elements: dict
customers:
  description: Customers, by id, with the same keys as resellers.
  returned: with O(layout=flat) and without O(select)
  type: list
  elements: dict
subscriptions:
  description: >-
    Subscriptions, by id, with C(note), C(expiration), C(ascii_name), C(plan), C(plan_addons), C(locked) and C(usage) in the
    place of C(contact).
  returned: with O(layout=flat) and without O(select)
  type: list
  elements: dict
  sample:
    - panel: web1
      kind: subscription
      id: 12
      name: example.com
      guid: 5142fa81-95c1-4ab4-84f6-cc588ff53e2b
      status: 16
      reasons: [admin]
      effective: suspended
      note: case 4711, phishing
      expiration: never
      suspended_parents: []
      owner: {kind: customer, id: 7, name: alice}
      created: "2024-03-02"
      external_id: ""
      ascii_name: example.com
      plan: Default Domain
      plan_addons: []
      locked: false
      usage: {disk_bytes: {used: 141190649, limit: 161061273600, percent: 0.1}}
domains:
  description: Domains, by id, with C(turn_off_action), C(ascii_name) and C(main) in the place of C(external_id) and C(contact).
  returned: with O(layout=flat) and without O(select)
  type: list
  elements: dict
tree:
  description: The objects without an owner, each with its C(children).
  returned: with O(layout=tree) and without O(select)
  type: list
  elements: dict
selected:
  description: The value of O(select).
  returned: with O(select)
  type: raw
error:
  description: The error that ended the run, with C(kind), C(code), C(message), C(operation) and C(retryable).
  returned: when the panel could not be used
  type: dict
"""

from ansible_collections.hostops.plesk.plugins.module_utils._ansible.argspec import CONNECTION, ArgumentSpec
from ansible_collections.hostops.plesk.plugins.module_utils._ansible.module import run_module
from ansible_collections.hostops.plesk.plugins.module_utils._ansible.tenants import tenant_info as body

SELECTORS = ("login", "name", "owner_login", "domain", "guid", "external_id", "id")

SPEC = CONNECTION + ArgumentSpec(
    options={
        **{name: {"type": "list", "elements": "str"} for name in SELECTORS[:-1]},
        "id": {"type": "list", "elements": "int"},
        "kind": {"type": "str", "choices": ["reseller", "customer", "subscription", "domain"]},
        "effective": {"type": "str", "choices": ["active", "suspended"]},
        "facts": {"type": "list", "elements": "str", "choices": ["usage", "plan"], "default": ["usage", "plan"]},
        "layout": {"type": "str", "choices": ["flat", "tree"], "default": "flat"},
        "select": {"type": "str"},
    },
    mutually_exclusive=[SELECTORS],
    required_by={"id": ("kind",)},
)


def main() -> None:
    run_module(SPEC, body)


if __name__ == "__main__":
    main()
