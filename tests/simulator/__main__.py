# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lets ``python tests/simulator`` start the simulator from any working directory."""

from __future__ import annotations

import sys
from pathlib import Path

if not __package__:  # started as a directory: its modules must be importable as one package
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from simulator.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
