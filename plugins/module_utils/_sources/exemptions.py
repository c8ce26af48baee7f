# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The file of exemptions."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from .._core.exemption import Exemption, check_exemptions
from .document import read_document, versioned

BEGIN = "Where nobody is exempted, write 'version: 1' and 'exemptions: []'."


def read_exemptions(path: str | Path) -> list[Exemption]:
    """The exemptions in a YAML or JSON file, the expired ones among them, each with its place.

    Raises ``DocumentError`` with everything that is wrong with the file: one that is left out would protect nobody.
    """
    document = read_document(path, "a file of exemptions", BEGIN)
    values, wrongs = versioned(document)
    found, more = check_exemptions(values)
    document.check([*wrongs, *more])
    return [replace(exemption, place=str(document.origin(place))) for place, exemption in found]
