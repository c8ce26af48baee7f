#!/usr/bin/python
# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: plesk_subscription_restriction
short_description: Restrict subscriptions without suspending them
version_added: "1.0.0"
author:
  - hostops.plesk contributors (@hostops)
description:
  - Takes single powers from any number of subscriptions of one panel, and gives them back exactly as they were.
  - What the settings were is remembered in the ledger before the first write, and every setting is read back after it. Killed
    anywhere and run again, a task ends in the same state.
  - Several causes may restrict one subscription. Each takes what it takes, all of it together is in force, and what one cause has
    taken is given back only when no other wants it. A setting that somebody else changed meanwhile stays as they want it.
  - A value never becomes milder. A limit that is lower already, a throttle that is tighter already and a permission that is not
    granted stay as they are.
  - Setting limits or permissions locks a subscription against changes of its plan. A subscription that followed its plan before
    follows it again when everything is given back, unless that would revert what was set by hand; the result says how to unlock it.
extends_documentation_fragment:
  - hostops.plesk.connection
  - hostops.plesk.ledger
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
      - V(restricted) makes O(restrictions) what the cause takes; what it took before and is not named any more is given back.
      - V(unrestricted) gives back what the cause has taken, all of it or only O(restrictions).
    type: str
    required: true
    choices: [restricted, unrestricted]
  restrictions:
    description:
      - The restrictions, each by its name, or as a dictionary with its name as the key where it has parameters.
      - V(outgoing_mail_off) sets the limits of outgoing mail of subscription, domains and mailboxes to 0, and Sendmail off. Where
        the server does not control outgoing mail at all, the result says that this has no effect.
      - V(mail_off) turns the mail service of every domain off.
      - V(web_off) answers for every domain with an error page; mail stays. Domains are turned off with our own reason.
      - V(web_and_mail_off) takes every domain out of the web server, and its mail with it; files stay reachable.
      - V(permissions_withdrawn) withdraws the permissions for scheduled tasks, shell access, PHP settings and backups.
      - V(throttled) limits C(bandwidth) in KB/s, C(max_connections), or both, of the subscription and of each of its domains.
      - V(growth_frozen) sets the limits of disk space, domains, subdomains, mailboxes, mailing lists, web users and databases to
        what is used at the time, and blocks over-use.
    type: list
    elements: raw
  cause:
    description:
      - Why. A subscription has one hold for each cause.
      - What RV(subscriptions[].remaining) names was taken for other causes, or from what is above the subscription.
    type: str
    default: unstated
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
    description: Why in words, kept with a case that is opened by this task.
    type: str
  ticket:
    description: A ticket, kept with a case that is opened by this task.
    type: str
seealso:
  - module: hostops.plesk.plesk_subscription_state
  - module: hostops.plesk.enforcement_apply
  - module: hostops.plesk.enforcement_case
"""

EXAMPLES = r"""
- name: Stop the mail of a subscription that sends spam, and keep it from changing that
  hostops.plesk.plesk_subscription_restriction:
    host: web1.example.com
    secret_key: "{{ plesk_secret_key }}"
    name: [example.com]
    state: restricted
    restrictions: [outgoing_mail_off, permissions_withdrawn]
    cause: spam
    ticket: ABUSE-4711

- name: Slow two websites down
  hostops.plesk.plesk_subscription_restriction:
    host: web1.example.com
    secret_key: "{{ plesk_secret_key }}"
    name: [example.net, example.org]
    state: restricted
    restrictions:
      - throttled:
          bandwidth: 512
          max_connections: 20
    cause: resource_abuse

- name: Give everything back that was taken for spam
  hostops.plesk.plesk_subscription_restriction:
    host: web1.example.com
    secret_key: "{{ plesk_secret_key }}"
    name: [example.com]
    state: unrestricted
    cause: spam
"""

RETURN = r"""
summary:
  description: How many subscriptions were requested, changed, unchanged and failed.
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
      description:
        - The object above, with C(kind), C(id) and C(name). Kind and name are null where these credentials do not see it, and where
          nothing was to be given back.
      returned: always
      type: dict
    changed:
      description: Whether it changed.
      returned: always
      type: bool
    action:
      description:
        - What was done to it. One of V(restricted), V(unrestricted), V(kept) (the hold was lifted and nothing could be given back,
          for others want it), V(unchanged) and V(failed).
      returned: always
      type: str
      sample: restricted
    before:
      description: The settings that restrictions have to do with, as they were.
      returned: always
      type: dict
      sample: {"outgoing.subscription_limit": "200", "domain example.com: mail": true}
    after:
      description: The same as read back from the panel; in check mode as they would be.
      returned: always
      type: dict
      sample: {"outgoing.subscription_limit": "0", "domain example.com: mail": false}
    plan_lock:
      description:
        - Whether it is locked against changes of its plan, C(before) and C(after). Null without a plan, and where nothing was to
          be given back.
      returned: always
      type: dict
      sample: {before: false, after: true}
    restrictions:
      description: Everything that restricts it now, for whatever cause, each with its parameters.
      returned: always
      type: dict
      sample: {outgoing_mail_off: {}, throttled: {bandwidth: 512}}
    not_stopped:
      description: What goes on all the same, in plain words.
      returned: always
      type: list
      elements: str
      sample: ["mail that is in the queue of the server already"]
    remarks:
      description: What the panel does not have, did not take, or does not give back by itself.
      returned: always
      type: list
      elements: str
    kept:
      description: What others had changed since, and is left as they want it when everything is given back.
      returned: always
      type: list
      elements: str
    remaining:
      description: The other holds that restrict it.
      returned: always
      type: list
      elements: str
    case:
      description: The case of the hold, empty where there is none yet, as in check mode, and where nothing was done.
      returned: always
      type: str
    error:
      description:
        - Why it is not as wanted, or null.
        - C(kind) is one of V(not_found), V(verification), V(permission), V(authentication), V(connection), V(timeout), V(tls),
          V(http), V(protocol), V(rejected), V(refused), V(busy), V(failed), V(unsupported), V(not_attempted), V(settings),
          V(panel), V(ledger).
      returned: always
      type: dict
      sample:
        kind: not_found
        code: 1013
        message: "Plesk error 1013: object does not exist"
        operation: get
        retryable: false
error:
  description: The error that ended the run for the whole panel, or of the ledger.
  returned: when the panel or the ledger could not be used
  type: dict
"""

from ansible_collections.hostops.plesk.plugins.module_utils._ansible.argspec import (
    BATCH,
    CONNECTION,
    ArgumentSpec,
    selectors,
    state,
)
from ansible_collections.hostops.plesk.plugins.module_utils._ansible.ledger import LEDGER
from ansible_collections.hostops.plesk.plugins.module_utils._ansible.module import run_module
from ansible_collections.hostops.plesk.plugins.module_utils._ansible.restriction_request import set_restrictions as body
from ansible_collections.hostops.plesk.plugins.module_utils._core.hold import CAUSES, UNSTATED

SPEC = (
    CONNECTION
    + LEDGER
    + BATCH
    + selectors("name", "id", "guid", "external_id", "owner_login")
    + state("restricted", "unrestricted")
    + ArgumentSpec(
        options={
            "restrictions": {"type": "list", "elements": "raw"},
            "cause": {"type": "str", "default": UNSTATED, "choices": list(CAUSES)},
            "reason": {"type": "str"},
            "ticket": {"type": "str"},
        }
    )
)


def main() -> None:
    run_module(SPEC, body)


if __name__ == "__main__":
    main()
