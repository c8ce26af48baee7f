# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What stands in an SSH signature and in a file of allowed signers, to tell people what is wrong; ``ssh-keygen`` alone decides.

The formats: ``PROTOCOL.sshsig`` of OpenSSH, and ALLOWED SIGNERS in ``ssh-keygen(1)``.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

_ARMOUR = re.compile(r"-----BEGIN SSH SIGNATURE-----\s+(.+?)\s+-----END SSH SIGNATURE-----", re.DOTALL)
_MAGIC = b"SSHSIG"
_WORD = re.compile(r'(?:"[^"]*"|[^\s"])+')


@dataclass(frozen=True)
class Signature:
    """The public key (as it goes over the wire) that made a signature, and what it was made for."""

    key: bytes
    namespace: str

    @property
    def fingerprint(self) -> str:
        """The key as ``ssh-keygen -l`` shows it."""
        return "SHA256:" + base64.b64encode(hashlib.sha256(self.key).digest()).decode().rstrip("=")


def read_signature(text: str) -> Signature:
    """What an armoured signature says of itself, which nobody has verified. Raises ``ValueError`` for anything else."""
    match = _ARMOUR.search(text)
    if not match:
        raise ValueError("it has no -----BEGIN SSH SIGNATURE-----")
    try:
        content = base64.b64decode("".join(match[1].split()), validate=True)
    except binascii.Error as error:
        raise ValueError(f"it is damaged ({error})") from None
    if not content.startswith(_MAGIC):
        raise ValueError("it is damaged (no SSHSIG)")
    key, rest = _field(content[len(_MAGIC) + 4 :])
    namespace, _rest = _field(rest)
    return Signature(key, namespace.decode("utf-8", "replace"))


def _field(content: bytes) -> tuple[bytes, bytes]:
    """A field with its length in front, and what comes behind it."""
    end = 4 + int.from_bytes(content[:4], "big")
    if len(content) < 4 or len(content) < end:
        raise ValueError("it is damaged (cut off)")
    return content[4:end], content[end:]


@dataclass(frozen=True)
class Entry:
    """A line (1 is the first) of a file of allowed signers: who has the key, and its options (``valid-before="20270101"``)."""

    line: int
    principals: tuple[str, ...]
    options: str

    @property
    def is_timed(self) -> bool:
        return "valid-before=" in self.options.lower() or "valid-after=" in self.options.lower()


def entries_of(key: bytes, allowed_signers: str) -> list[Entry]:
    """The lines that have exactly this key, in order; certificates are not looked into."""
    wanted = base64.b64encode(key).decode()
    entries = []
    for number, line in enumerate(allowed_signers.split("\n"), 1):
        words = [] if line.lstrip().startswith("#") else _WORD.findall(line)
        if wanted in words[2:]:
            names = tuple(name for name in words[0].strip('"').split(",") if name)
            entries.append(Entry(number, names, " ".join(words[1 : words.index(wanted) - 1])))
    return entries
