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
  - Never changes anything on the panel.
  - With O(path) it leaves the facts of the whole panel in a file, for those who decide on a whole fleet. A file that an earlier run
    has left there is removed before the panel is asked, so that a panel that cannot be read has no file. That is so in check
    mode too.
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
      - V(plan) is the names of service plan and add-ons, whether the subscription is locked against changes of its plan, and
        which plans there are.
      - V(mailboxes) is the number of mailboxes of every subscription and domain.
      - V(aliases) is the other names of every domain.
      - V(addresses) is the IP addresses of every subscription, and which of the panel's addresses are shared.
      - V(contacts) is the e-mail address and the language of every reseller and customer.
      - With O(path) all of them are read, whatever stands here.
    type: list
    elements: str
    choices: [usage, plan, mailboxes, aliases, addresses, contacts]
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
  path:
    description:
      - A file, readable by its owner alone, to which everything is written as JSON instead of being returned. It has no secrets,
        and the e-mail addresses of the tenants.
      - The folder must exist. A file of any other kind is never replaced.
      - The same panel in the same state gives the same file, except for RV(read_at).
      - Goes with no selector, and with neither O(effective) nor O(select), for the file is about the whole panel.
    type: path
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

- name: Leave the facts of every panel in a folder, for a decision on the whole fleet
  hostops.plesk.plesk_tenant_info:
    host: "{{ inventory_hostname }}"
    secret_key: "{{ plesk_secret_key }}"
    path: "facts/{{ inventory_hostname }}.json"
"""

RETURN = r"""
not_found:
  description: The values of the selector that select nothing.
  returned: success
  type: list
  elements: str
read_at:
  description: When reading began, in UTC.
  returned: success
  type: str
  sample: "2026-11-23T16:00:00Z"
role:
  description: The role of the credentials, V(admin) or V(reseller). A reseller sees what is his, and no more.
  returned: success
  type: str
own_bit:
  description: The reason that these credentials set and clear in a status, 16 for an administrator and 32 for a reseller.
  returned: success
  type: int
totals:
  description: How many C(resellers), C(customers), C(subscriptions) and C(domains) were read.
  returned: success
  type: dict
gaps:
  description: The objects that are there and could not be read, each with C(kind), C(id) and C(message).
  returned: success
  type: list
  elements: dict
path:
  description: Where the facts were written.
  returned: with O(path)
  type: str
resellers:
  description: >-
    Resellers, by id, each with C(panel), C(kind), C(id), C(name), C(guid), C(status), C(reasons), C(effective),
    C(suspended_parents), C(owner), C(created), C(external_id) and C(contact), with
    O(facts=contacts) also C(email) and C(locale).
  returned: with O(layout=flat), without O(select) and O(path)
  type: list
  elements: dict
customers:
  description: Customers, by id, with the same keys as resellers.
  returned: with O(layout=flat), without O(select) and O(path)
  type: list
  elements: dict
subscriptions:
  description: >-
    Subscriptions, by id, with C(note), C(expiration), C(ascii_name), C(plan), C(plan_addons), C(locked) and C(usage) in the
    place of C(contact), with O(facts=mailboxes) also C(mailboxes), with O(facts=addresses) also C(addresses).
  returned: with O(layout=flat), without O(select) and O(path)
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
  description: >-
    Domains, by id, with C(turn_off_action), C(ascii_name) and C(main) in the place of C(external_id) and C(contact), with
    O(facts=mailboxes) also C(mailboxes), with O(facts=aliases) also C(aliases).
  returned: with O(layout=flat), without O(select) and O(path)
  type: list
  elements: dict
addresses:
  description: The IP addresses of the panel, each with C(address), C(public_address) and C(exclusive).
  returned: with O(facts=addresses), without O(select) and O(path)
  type: list
  elements: dict
plans:
  description: >-
    The service plans that the role may see, each with C(guid), C(name), C(owner) (the login of a reseller, empty for the
    administrator) and its C(limits), where null is unlimited.
  returned: with O(facts=plan), without O(select) and O(path)
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
from ansible_collections.hostops.plesk.plugins.module_utils._core.panel_document import FACTS

SELECTORS = ("login", "name", "owner_login", "domain", "guid", "external_id", "id")

SPEC = CONNECTION + ArgumentSpec(
    options={
        **{name: {"type": "list", "elements": "str"} for name in SELECTORS[:-1]},
        "id": {"type": "list", "elements": "int"},
        "kind": {"type": "str", "choices": ["reseller", "customer", "subscription", "domain"]},
        "effective": {"type": "str", "choices": ["active", "suspended"]},
        "facts": {"type": "list", "elements": "str", "choices": list(FACTS), "default": ["usage", "plan"]},
        "layout": {"type": "str", "choices": ["flat", "tree"], "default": "flat"},
        "select": {"type": "str"},
        "path": {"type": "path"},
    },
    mutually_exclusive=[(*SELECTORS, "path"), ("path", "effective"), ("path", "select")],
    required_by={"id": ("kind",)},
)


def main() -> None:
    run_module(SPEC, body)


if __name__ == "__main__":
    main()
