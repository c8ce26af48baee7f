# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: targets
author: hostops.plesk contributors (@hostops)
version_added: 1.0.0
short_description: Read and check a list of tenants from YAML or CSV files
description:
  - Reads lists of targets on the control node and checks them strictly. A target names a tenant as people know it, by
    a domain, a subscription, a login, a GUID or a hosted e-mail address.
  - Every mistake in a list is reported at once with its file, its line and what was expected. A list with a mistake
    is not used.
  - Targets that stand in a list more than once are reported with a warning and returned once, with all their notes.
options:
  _terms:
    description:
      - Files that end in C(.csv), C(.yml) or C(.yaml). A relative path is relative to the directory in which Ansible
        was started.
      - A CSV file is UTF-8, separated by commas or semicolons, and has a heading. The column V(target), or a column
        V(domain), V(subscription), V(customer), V(reseller), V(login), V(guid) or V(email) that also says the kind,
        gives the target. The columns V(panel), V(kind), V(note), V(cause), V(reason), V(until), V(permanent), V(evidence),
        V(ticket), V(upstream_reference), V(deadline) and V(measure) are optional.
      - A YAML file is a list, or has a list under the key C(targets), of names or of mappings with C(target) and,
        optionally, the same fields as the columns of a CSV file.
    type: list
    elements: str
  targets:
    description:
      - More targets, in the form of a YAML file's list. A string is divided at its commas.
    type: raw
    default: []
  kind:
    description:
      - The kind of the targets that do not say one themselves.
      - V(object) is exactly the object of a kind with an id on a panel, such as C(subscription 12).
    type: str
    choices: [auto, domain, subscription, customer, reseller, login, guid, email, object]
    default: auto
  panels:
    description: The panels of the run. A target on any other panel is a mistake. By default every panel is accepted.
    type: list
    elements: str
  on_mistake:
    description:
      - Whether mistakes raise one error (V(raise)) or are returned (V(return)). With V(return), the value is a single
        dictionary with the lists C(targets) and C(mistakes), one of which is empty.
    type: str
    choices: [raise, return]
    default: raise
"""

EXAMPLES = r"""
- name: Show what a list asks for
  ansible.builtin.debug:
    msg: "{{ item.target }} on {{ item.panel or 'any panel' }}"
  loop: "{{ query('hostops.plesk.targets', 'abuse.csv', panels=groups['plesk']) }}"
  loop_control:
    label: "{{ item.origin }}"
"""

RETURN = r"""
_raw:
  description: The targets, in the order in which they stand in the lists; O(on_mistake) has another form.
  type: list
  elements: dict
  contains:
    target:
      description: The name, without spaces around it. Domains are in lower case.
      type: str
    kind:
      description: The kind.
      type: str
    panel:
      description: The panel, or none when the whole fleet is to be searched.
      type: str
    note:
      description: The note, or none.
      type: str
    origin:
      description: The file and line from which the target comes.
      type: str
    cause:
      description:
        - The cause, or none.
        - The other fields of the list, such as C(reason), C(until), C(evidence) and C(ticket), are returned as well.
      type: str
"""

from pathlib import Path
from typing import Any

from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase
from ansible.utils.display import Display

from ansible_collections.hostops.plesk.plugins.module_utils._core.target import Origin, Problem, check_targets
from ansible_collections.hostops.plesk.plugins.module_utils._sources.targets import read_rows


class LookupModule(LookupBase):
    """Reads the files and the inline list, and names everything that is wrong in them at once."""

    def run(self, terms: list[Any], variables: Any = None, **kwargs: Any) -> list[dict[str, Any]]:
        """See C(RETURN)."""
        self.set_options(var_options=variables, direct=kwargs)
        targets, mistakes = self._read([_path(str(term)) for term in terms if term])
        if self.get_option("on_mistake") == "return":
            return [{"targets": targets, "mistakes": mistakes}]
        if mistakes:
            listed = "\n".join(f"  {mistake}" for mistake in mistakes)
            raise AnsibleLookupError(f"The list of targets cannot be used:\n{listed}")
        return targets

    def _read(self, paths: list[Path]) -> tuple[list[dict[str, Any]], list[str]]:
        """The targets, or what is wrong with them."""
        rows, problems = _rows(paths, self.get_option("targets"))
        if not rows and not problems:
            return [], ["No targets: give targets or targets_file."]
        checked = check_targets(rows, default_kind=self.get_option("kind"), panels=self.get_option("panels"))
        problems += checked.problems
        if problems:
            return [], [str(problem) for problem in problems]
        for sentence in checked.repeated:
            Display().warning(sentence)
        return [request.as_dict() for request in checked.requests], []


def _path(text: str) -> Path:
    """The file that C(text) names; a home that does not exist is left for the reader to report."""
    try:
        return Path(text).expanduser()
    except RuntimeError:
        return Path(text)


def _rows(paths: list[Path], inline: Any) -> tuple[list[tuple[Origin, Any]], list[Problem]]:
    """The entries of all files and of the option C(targets), with their places."""
    rows, problems = [], []
    for path in paths:
        found, wrong = read_rows(path)
        rows += found
        problems += wrong
    if isinstance(inline, str):
        inline = [part for part in inline.split(",") if part.strip()]
    entries = inline if isinstance(inline, (list, tuple)) else [inline]
    rows += [(Origin("targets", f"entry {number}"), entry) for number, entry in enumerate(entries, 1)]
    return rows, problems
