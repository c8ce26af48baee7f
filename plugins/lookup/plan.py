# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: plan
author: hostops.plesk contributors (@hostops)
version_added: 1.0.0
short_description: Read a plan file and check its digest
description:
  - Reads a plan that M(hostops.plesk.enforcement_plan) has written, on the control node. What is not a plan, and a plan that was
    altered, is not returned.
options:
  _terms:
    description:
      - The plan files. A relative path is relative to the directory in which Ansible was started.
    type: list
    elements: str
    required: true
  on_mistake:
    description:
      - Whether a file that cannot be used raises an error (V(raise)) or is returned (V(return)). With V(return), each value is a
        dictionary with C(plan), and C(mistake), a sentence that is empty for a plan that can be used.
    type: str
    choices: [raise, return]
    default: raise
"""

EXAMPLES = r"""
- name: Show how many items a plan has
  ansible.builtin.debug:
    msg: "{{ lookup('hostops.plesk.plan', 'plan.json').panels }}"
"""

RETURN = r"""
_raw:
  description: The documents of the plans; O(on_mistake) has another form.
  type: list
  elements: dict
"""

from pathlib import Path
from typing import Any

from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase

from ansible_collections.hostops.plesk.plugins.module_utils._sources.plans import PlanError, read_plan


class LookupModule(LookupBase):
    """Reads plan files."""

    def run(self, terms: list[Any], variables: Any = None, **kwargs: Any) -> list[dict[str, Any]]:
        """See C(RETURN)."""
        self.set_options(var_options=variables, direct=kwargs)
        kept = self.get_option("on_mistake") == "return"
        found = []
        for term in terms:
            try:
                plan = read_plan(_path(str(term))).as_dict()
                found.append({"plan": plan, "mistake": ""} if kept else plan)
            except PlanError as error:
                if not kept:
                    raise AnsibleLookupError(str(error)) from error
                found.append({"plan": {}, "mistake": str(error)})
        return found


def _path(text: str) -> Path:
    """The file that C(text) names; a home that does not exist is left for the reader to report."""
    try:
        return Path(text).expanduser()
    except RuntimeError:
        return Path(text)
