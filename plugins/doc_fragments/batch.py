# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """What happens to the rest of a list after an error."""

    DOCUMENTATION = r"""
options:
  on_error:
    description:
      - V(continue) does everything that can be done and names what failed.
      - V(stop) writes nothing if it is clear beforehand that an object would fail, and sends no further packet after one in
        which an object failed. The others of that packet are written.
    type: str
    default: continue
    choices: [continue, stop]
"""
