# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """Where the ledger is, and who acts."""

    DOCUMENTATION = r"""
options:
  ledger_url:
    description:
      - Where the ledger is. C(sqlite:///) and a path for a file, which is made if it is not there (four slashes before an absolute
        path); C(postgresql://USER:PASSWORD@HOST/DATABASE) where several control nodes share one.
      - In a password, encode what has a meaning in a URL. C(@) is C(%40), C(/) is C(%2F), C(#) is C(%23).
      - Falls back to the environment variable E(HOSTOPS_LEDGER_URL), then to the file C(hostops.plesk/ledger.sqlite) in
        E(XDG_STATE_HOME) or in C(~/.local/state), in a directory that only its owner can read.
    type: str
  actor:
    description:
      - Who asks for what is done, as the ledger remembers it.
      - Falls back to the environment variable E(HOSTOPS_ACTOR), then to the user and the host that the task runs on, as in
        C(alice@control1). Behind C(sudo), it is the user who called it.
    type: str
requirements:
  - sqlalchemy >= 2.0, where the task runs
  - psycopg >= 3.1, where the task runs, for a ledger in PostgreSQL
"""

    # Attributes of the modules that talk to the ledger alone.
    ATTRIBUTES = r"""
attributes:
  diff_mode:
    support: none
    description: The result says what was written.
  action_group:
    support: full
    description: Use C(group/hostops.plesk.ledger) in C(module_defaults) to set O(ledger_url) and O(actor) once.
    membership:
      - hostops.plesk.ledger
  async:
    support: none
    description: Runs on the control node, without a module process.
  delegation:
    support: full
    description: >-
      Runs on the control node, unless the task is delegated to another host; it then runs there, with the ledger that is there.
"""
