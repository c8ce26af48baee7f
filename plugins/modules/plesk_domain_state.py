#!/usr/bin/python
# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: plesk_domain_state
short_description: Suspend, disable or activate single domains
version_added: "1.0.0"
author:
  - hostops.plesk contributors (@hostops)
description:
  - Turns single domains off and on, and nothing else of their subscription. A main domain and its subscription share an id; this
    module changes the domain, never the subscription.
  - Only the caller's own reason is set and cleared. How a domain was turned off before by somebody else is given back.
  - A tenant may be allowed to activate his own domains. To enforce something, suspend the subscription or the customer.
extends_documentation_fragment:
  - hostops.plesk.connection
  - hostops.plesk.batch
  - hostops.plesk.attributes
options:
  name:
    description:
      - Names of the domains, in Unicode or Punycode.
      - Exactly one of O(name), O(id), O(guid) must be set.
    type: list
    elements: str
  id:
    description:
      - Plesk's ids of the domains.
      - Exactly one of O(name), O(id), O(guid) must be set.
    type: list
    elements: int
  guid:
    description:
      - GUIDs of the domains.
      - Exactly one of O(name), O(id), O(guid) must be set.
    type: list
    elements: str
  state:
    description:
      - V(suspended) shows a page with HTTP status 503; mail and FTP go on.
      - V(disabled) takes the domain out of the web server and switches its mail off; FTP goes on.
      - V(active) clears our reason.
      - A domain that somebody else has disabled stays without mail when it is V(suspended) as well.
    type: str
    required: true
    choices: [active, suspended, disabled]
seealso:
  - module: hostops.plesk.plesk_subscription_state
  - module: hostops.plesk.plesk_tenant_info
"""

EXAMPLES = r"""
- name: Show the maintenance page in the place of one shop
  hostops.plesk.plesk_domain_state:
    host: web1.example.com
    secret_key: "{{ plesk_secret_key }}"
    name: [shop.example.com]
    state: suspended
"""

RETURN = r"""
summary:
  description: How many objects were requested, changed, unchanged and failed.
  returned: when the parameters are valid
  type: dict
  sample: {requested: 3, changed: 1, unchanged: 1, failed: 1}
domains:
  description: One entry for each domain, in the order asked for.
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
      description: Name of the domain.
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
        Its C(status), the C(reasons) in it and what is C(effective) over the whole chain, with the C(turn_off_action) that Plesk
        reports, as it was.
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
    selectors,
    state,
)
from ansible_collections.hostops.plesk.plugins.module_utils._ansible.module import run_module
from ansible_collections.hostops.plesk.plugins.module_utils._ansible.panel import Result, Task
from ansible_collections.hostops.plesk.plugins.module_utils._ansible.state import StateRequest, set_state
from ansible_collections.hostops.plesk.plugins.module_utils._plesk.domains import DOMAINS

SPEC = CONNECTION + BATCH + selectors("name", "id", "guid") + state("active", "suspended", "disabled")


def wanted(params: dict) -> StateRequest:
    """What the parameters ask for."""
    return StateRequest(DOMAINS, params["state"])


def body(task: Task) -> Result:
    """The whole task."""
    return set_state(task, wanted(task.params))


def main() -> None:
    run_module(SPEC, body)


if __name__ == "__main__":
    main()
