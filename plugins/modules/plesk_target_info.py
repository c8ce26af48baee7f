#!/usr/bin/python
# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: plesk_target_info
short_description: Find the tenants that names, logins, GUIDs or e-mail addresses mean
version_added: "1.0.0"
author:
  - hostops.plesk contributors (@hostops)
description:
  - Looks up any number of targets on one panel and says which tenant each of them stands for, and what goes dark with it.
  - A target that is not there has no matches; that is no error, for it may be on another panel.
  - Never changes anything.
extends_documentation_fragment:
  - hostops.plesk.connection
  - hostops.plesk.attributes.readonly
options:
  targets:
    description: What to look for.
    type: list
    elements: dict
    required: true
    suboptions:
      target:
        description: A domain, a domain alias, a subscription, a login, a GUID, or an e-mail address in a hosted domain.
        type: str
        required: true
      kind:
        description:
          - What O(targets[].target) is.
          - V(auto) goes by its form. A text with an C(@) is an e-mail address, one in the form of a GUID is a GUID, everything else
            may be a domain, a subscription or a login.
          - V(object) is exactly the object of a kind with an id, whatever O(level) is, such as C(subscription 12).
        type: str
        default: auto
        choices: [auto, domain, subscription, customer, reseller, guid, email, object]
  level:
    description: The tenant that a domain or an e-mail address stands for. Its subscription, the domain alone, or the owner.
    type: str
    default: subscription
    choices: [subscription, domain, customer]
  facts:
    description:
      - Also return what M(hostops.plesk.enforcement_plan) decides on. That is everything above and below each match, the size of
        the panel, and the time of reading.
    type: bool
    default: false
seealso:
  - module: hostops.plesk.enforcement_plan
  - module: hostops.plesk.plesk_tenant_info
"""

EXAMPLES = r"""
- name: Find what an abuse report names
  hostops.plesk.plesk_target_info:
    host: web1.example.com
    secret_key: "{{ plesk_secret_key }}"
    targets:
      - target: shop.example.com
      - target: info@example.net
      - target: alice
        kind: customer
"""

RETURN = r"""
targets:
  description: One entry for each target, in the order asked for.
  returned: success
  type: list
  elements: dict
  contains:
    target:
      description: The target as asked for.
      returned: always
      type: str
    kind:
      description: What it was looked up as. V(name) may be a domain, a subscription or a login.
      returned: always
      type: str
    matches:
      description: The tenants it stands for; more than one is ambiguous.
      returned: always
      type: list
      elements: dict
      contains:
        panel:
          description: Name of the panel.
          returned: always
          type: str
        kind:
          description: Kind of the tenant.
          returned: always
          type: str
        id:
          description: Plesk's id.
          returned: always
          type: int
        name:
          description: Login or name.
          returned: always
          type: str
        guid:
          description: Plesk's GUID.
          returned: always
          type: str
        status:
          description: Plesk's status number.
          returned: always
          type: int
        reasons:
          description: The reasons in the status.
          returned: always
          type: list
          elements: str
        effective:
          description: Whether it is served, with everything above it active.
          returned: always
          type: str
        matched_by:
          description: V(name), V(alias), V(login), V(guid), V(email) or V(id).
          returned: always
          type: str
        domain:
          description: The domain that led to the tenant, or null.
          returned: always
          type: str
        subscription:
          description: Name of the subscription, or null.
          returned: always
          type: str
        owner:
          description: Login of the owner, or null.
          returned: always
          type: str
        cascade:
          description: How many C(subscriptions), C(domains) and C(mailboxes) the tenant has, itself included.
          returned: always
          type: dict
          sample: {subscriptions: 2, domains: 5, mailboxes: 31}
        external_id:
          description: The id that a billing system has given it, or an empty text.
          returned: with O(facts)
          type: str
        turn_off_action:
          description: V(suspend) or V(disable), how a domain is or would be turned off; null for other tenants.
          returned: with O(facts)
          type: str
        reseller:
          description: Login of the reseller above, empty for the administrator's own.
          returned: with O(facts)
          type: str
        chain:
          description: Everything above, nearest first, each with C(kind), C(id), C(name) and C(guid).
          returned: with O(facts)
          type: list
          elements: dict
        below:
          description: Everything below, each with C(kind), C(id), C(name) and C(guid).
          returned: with O(facts)
          type: list
          elements: dict
        gaps:
          description: What is, or may be, above or below and could not be read, with the reason. Usually empty.
          returned: with O(facts)
          type: list
          elements: str
read_at:
  description: When the panel was read, in UTC.
  returned: success and O(facts)
  type: str
  sample: "2026-11-23T16:00:00Z"
totals:
  description: How many C(subscriptions) the panel has, as far as the credentials see it.
  returned: success and O(facts)
  type: dict
  sample: {subscriptions: 412}
own_bit:
  description: The reason in the status that these credentials set and clear, V(16) for an administrator and V(32) for a reseller.
  returned: success and O(facts)
  type: int
  sample: 16
error:
  description: The error that ended the run, with C(kind), C(code), C(message), C(operation) and C(retryable).
  returned: when the panel could not be used
  type: dict
"""

from ansible_collections.hostops.plesk.plugins.module_utils._ansible.argspec import CONNECTION, ArgumentSpec
from ansible_collections.hostops.plesk.plugins.module_utils._ansible.module import run_module
from ansible_collections.hostops.plesk.plugins.module_utils._ansible.targets import target_info as body

KINDS = ["auto", "domain", "subscription", "customer", "reseller", "guid", "email", "object"]

SPEC = CONNECTION + ArgumentSpec(
    options={
        "targets": {
            "type": "list",
            "elements": "dict",
            "required": True,
            "options": {
                "target": {"type": "str", "required": True},
                "kind": {"type": "str", "default": "auto", "choices": KINDS},
            },
        },
        "level": {"type": "str", "default": "subscription", "choices": ["subscription", "domain", "customer"]},
        "facts": {"type": "bool", "default": False},
    }
)


def main() -> None:
    run_module(SPEC, body)


if __name__ == "__main__":
    main()
