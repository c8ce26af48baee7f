# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The file of limits."""

from __future__ import annotations

from pathlib import Path

from .._core.limits import Limits, check_limits
from .document import read_document, versioned

BEGIN = "To begin, write 'version: 1': every limit has a default."


def read_limits(path: str | Path) -> Limits:
    """The limits in a YAML or JSON file; those that it does not name have their defaults.

    Raises ``DocumentError`` with everything that is wrong with the file: nobody should run with limits that are half understood.
    """
    document = read_document(path, "a file of limits", BEGIN)
    values, wrongs = versioned(document)
    limits, more = check_limits(values)
    document.check([*wrongs, *more])
    return limits
