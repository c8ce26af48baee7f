# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """Attributes of every module."""

    DOCUMENTATION = r"""
attributes:
  check_mode:
    support: full
    description: Says what would change without changing anything; the client refuses to write.
  diff_mode:
    support: full
    description: Shows status, reasons and note of every object that changes, before and after.
  action_group:
    support: full
    description: Use C(group/hostops.plesk.plesk) in C(module_defaults) to set the connection options once.
    membership:
      - hostops.plesk.plesk
  async:
    support: none
    description: Runs on the control node, without a module process.
  delegation:
    support: full
    description: >-
      Runs on the control node, unless the task is delegated to another host; it then runs there. On the control node the
      environment is that of Ansible itself; C(environment) of a task or play has no effect there.
"""

    # For modules that never write.
    READONLY = r"""
attributes:
  check_mode:
    support: full
    description: Reads only.
  diff_mode:
    support: N/A
    description: Reads only.
  action_group:
    support: full
    description: Use C(group/hostops.plesk.plesk) in C(module_defaults) to set the connection options once.
    membership:
      - hostops.plesk.plesk
  async:
    support: none
    description: Runs on the control node, without a module process.
  delegation:
    support: full
    description: >-
      Runs on the control node, unless the task is delegated to another host; it then runs there. On the control node the
      environment is that of Ansible itself; C(environment) of a task or play has no effect there.
"""
