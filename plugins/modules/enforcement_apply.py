#!/usr/bin/python
# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: enforcement_apply
short_description: Apply a plan to one panel, and remember it in the ledger
version_added: "1.0.0"
author:
  - hostops.plesk contributors (@hostops)
description:
  - Carries out the part of a plan that is about one panel. The plan is a file made by M(hostops.plesk.enforcement_plan).
  - Before anything is written, the whole plan is refused when it was altered, is too old, lacks approvals, exceeds a limit together
    with what other plans did meanwhile, touches an exempted tenant, or is not about this panel at all. Without a ledger that can be
    written nothing is written.
  - Exemptions and limits are checked by what the plan says, and once more by what the panel says.
  - Then the panel is read again. A tenant whose state is not the one that the plan was made on is left alone and reported.
  - Intent and snapshots go to the ledger, the writes to the panel, what was read back to the ledger. Killed anywhere and run again
    with the same plan, it ends in the same state.
  - A tenant is given back only when no hold is left on it, as it was before the first one. What others changed meanwhile stays.
extends_documentation_fragment:
  - hostops.plesk.connection
  - hostops.plesk.ledger
  - hostops.plesk.batch
  - hostops.plesk.attributes
options:
  plan:
    description: The plan file.
    type: path
    required: true
  signatures:
    description:
      - Files with the signatures of those who approve the plan.
      - By default all files beside O(plan) whose name is that of the plan, followed by C(.NAME.sig).
    type: list
    elements: path
  allowed_signers:
    description: Who may approve, in the format of C(ssh-keygen) for allowed signers. Needed as soon as a plan needs an approval.
    type: path
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
seealso:
  - module: hostops.plesk.enforcement_plan
  - module: hostops.plesk.enforcement_case
"""

EXAMPLES = r"""
- name: Apply a plan that was made and signed before
  hostops.plesk.enforcement_apply:
    panel: web1
    host: web1.example.com
    secret_key: "{{ plesk_secret_key }}"
    plan: plan.json
    allowed_signers: allowed_signers
    exemptions: exemptions.yml
"""

RETURN = r"""
summary:
  description: How many items of the plan are about this panel, and how many of them were changed, unchanged, skipped and failed.
  returned: always
  type: dict
  sample: {requested: 3, changed: 2, unchanged: 0, skipped: 1, failed: 0}
tenants:
  description: One entry for each item, in the order of the plan.
  returned: always
  type: list
  elements: dict
  contains:
    panel:
      description: Name of the panel.
      returned: always
      type: str
    item:
      description: Id of the item in the plan.
      returned: always
      type: str
    operation:
      description: V(hold) or V(lift).
      returned: always
      type: str
    measure:
      description: The measure of the item. V(suspend), V(restrict), V(restore), V(keep), V(warn), V(note) or V(close).
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
    case:
      description: The case of a hold; empty for a lift.
      returned: always
      type: str
    cases:
      description: The cases whose holds are placed or lifted.
      returned: always
      type: list
      elements: str
    cause:
      description: The cause of a hold.
      returned: always
      type: str
    changed:
      description: Whether anything on the panel was changed, or in the ledger where that is all an item does.
      returned: always
      type: bool
    action:
      description:
        - What was done. V(suspended), V(noted) (only the marker), V(activated), V(renewed), V(reclosed), V(kept) (a hold was lifted
          and others remain), V(closed) (the tenant is gone), V(sessions_ended), V(skipped), V(failed) or V(unchanged).
        - Of the items of a policy also V(restricted), V(unrestricted), V(warned) (a notice was recorded), V(recorded) (findings
          were put to the case) and V(case_closed).
      returned: always
      type: str
    skipped:
      description: Why the item was left alone, or empty.
      returned: always
      type: str
    before:
      description: The state before, as in the state modules.
      returned: always
      type: dict
    after:
      description: The state read back.
      returned: always
      type: dict
    effective:
      description: Whether the tenant is served now, with everything above it.
      returned: always
      type: str
    remaining:
      description: The holds that keep the tenant dark besides those of this item.
      returned: always
      type: list
      elements: str
    restored:
      description: What was put back below the tenant, for the panel had taken it away with the activation.
      returned: always
      type: list
      elements: str
    kept:
      description: What others had changed since, and was left as they want it.
      returned: always
      type: list
      elements: str
    sessions_ended:
      description: How many panel sessions were ended, or null.
      returned: always
      type: int
    restrictions:
      description: What a restriction takes, or what is given back of one; with the parameters of each.
      returned: always
      type: dict
    not_stopped:
      description: What the restriction does not stop, in sentences.
      returned: always
      type: list
      elements: str
    remarks:
      description: What is to be said of single settings, such as one that the panel does not have.
      returned: always
      type: list
      elements: str
    notice:
      description:
        - The notice that is due with the item, or null. It has C(measure), C(announces), C(effective_at), C(recipient) and
          C(language).
      returned: always
      type: dict
    error:
      description: Why the item failed, or null, with C(kind), C(code), C(message), C(operation) and C(retryable).
      returned: always
      type: dict
journal_head:
  description: The hash of the newest entry of the ledger's journal. Keep it elsewhere to be able to prove that nothing was cut off.
  returned: always
  type: str
error:
  description:
    - The error that ended the run, with C(kind), C(code), C(message), C(operation) and C(retryable).
    - The kind V(refused) means that nothing was written; the message names everything that speaks against the plan.
  returned: when the panel or the plan could not be used
  type: dict
"""

from ansible_collections.hostops.plesk.plugins.module_utils._ansible.applying import apply_plan as body
from ansible_collections.hostops.plesk.plugins.module_utils._ansible.argspec import BATCH, CONNECTION, ArgumentSpec
from ansible_collections.hostops.plesk.plugins.module_utils._ansible.ledger import LEDGER
from ansible_collections.hostops.plesk.plugins.module_utils._ansible.module import run_module

SPEC = (
    CONNECTION
    + LEDGER
    + BATCH
    + ArgumentSpec(
        options={
            "plan": {"type": "path", "required": True},
            "signatures": {"type": "list", "elements": "path"},
            "allowed_signers": {"type": "path"},
            "limits": {"type": "path"},
            "exemptions": {"type": "path"},
            "max_tenants": {"type": "int"},
            "max_subscriptions": {"type": "int"},
        }
    )
)


def main() -> None:
    run_module(SPEC, body)


if __name__ == "__main__":
    main()
