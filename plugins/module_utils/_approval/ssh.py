# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Approvals as SSH signatures over the digest of a plan, verified by OpenSSH's ``ssh-keygen -Y`` and nothing else."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .._core.approval import NAMESPACE, Approval
from .signature import Entry, Signature, entries_of, read_signature

PROGRAM = "ssh-keygen"
TIMEOUT = 30
"""Seconds that one call may take; it only computes."""

MAX_BYTES = 1024 * 1024
"""No signature and no file of allowed signers is longer; a larger file was named by mistake."""

_KEY = re.compile(r" key (SHA256:\S+)\s*$", re.MULTILINE)
_PATTERN = re.compile(r"[*?!]")


class ApprovalError(Exception):
    """A signature does not count. The text says why and what to do.

    ``kind`` is one of ``program`` (no ``ssh-keygen``, or one that is too old), ``unreadable`` (a file), ``garbage`` (no signature),
    ``namespace`` (made for something else), ``digest`` (of something else), ``unknown`` (a key that nobody may sign with),
    ``expired`` (outside the time for which the key is allowed), ``not_allowed`` (for what else ``ssh-keygen`` says) and
    ``unnamed`` (allowed for a pattern instead of a person).
    """

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(text)
        self.kind = kind


def verify(digest: str, signature_path: str | Path, allowed_signers: str | Path) -> Approval:
    """The approval in a signature file, if it is a good signature of *digest* by somebody who is allowed to sign.

    Raises :class:`ApprovalError`. Whether the signer counts (the planner does not) is for ``_core.approval.counted``.
    """
    text = _read(signature_path, "the signature")
    signers = _read(allowed_signers, "the allowed signers")
    try:
        signature = read_signature(text)
    except ValueError as error:
        raise ApprovalError("garbage", f"{signature_path} is no SSH signature: {error}; sign again") from None
    if signature.namespace != NAMESPACE:
        raise ApprovalError(
            "namespace",
            f"{signature_path} is a signature for {signature.namespace!r}; sign again with -n {NAMESPACE}",
        )
    _check_content(digest, signature_path)
    entries = entries_of(signature.key, signers)
    principal, key = _signer(digest, signature_path, allowed_signers, signature, entries)
    names = {name for entry in entries for name in entry.principals if not _PATTERN.search(name)}
    return Approval(principal, key, str(signature_path), tuple(sorted(names - {principal})))


def _check_content(digest: str, signature_path: str | Path) -> None:
    """Whoever signed: refuse a signature of something else."""
    answer = _call(digest, "check-novalidate", "-n", NAMESPACE, "-s", _file(signature_path))
    if not answer.good:
        raise ApprovalError(
            "digest",
            f"{signature_path} is not a signature of {digest} ({answer.reason}), but of another plan or of this one before it was "
            "altered; sign again",
        )


def _signer(
    digest: str, signature_path: str | Path, allowed_signers: str | Path, signature: Signature, entries: Sequence[Entry]
) -> tuple[str, str]:
    """Who signed, and the fingerprint of the key, as ``ssh-keygen`` finds them."""
    files = "-s", _file(signature_path), "-f", _file(allowed_signers)
    answer = _call("", "find-principals", *files)
    # It names the owners of the first line that has the key; another line may allow what this one does not.
    names = answer.output.splitlines() if answer.good else []
    names = list(dict.fromkeys([*names, *(name for entry in entries for name in entry.principals)]))
    persons = [name for name in names if not _PATTERN.search(name)]
    for name in persons:
        answer = _call(digest, "verify", "-I", name, "-n", NAMESPACE, *files)
        if answer.good:
            key = _KEY.search(answer.output)
            return name, key[1] if key else signature.fingerprint
    whose = f"{signature_path} was made with the key {signature.fingerprint}, which"
    if not names:
        text = f"{whose} is not in {allowed_signers}; add it if its owner may approve plans"
        raise ApprovalError("unknown", text)
    if not persons:
        text = f"{whose} {allowed_signers} gives to {', '.join(names)}; write the name of one person there"
        raise ApprovalError("unnamed", text)
    reason = answer.about(entries) or answer.reason
    kind = "expired" if any(entry.is_timed for entry in entries) else "not_allowed"
    raise ApprovalError(kind, f"{whose} {allowed_signers} does not allow now: {reason}")


@dataclass(frozen=True)
class _Answer:
    good: bool
    output: str
    errors: str

    @property
    def reason(self) -> str:
        """What was said first."""
        return next(iter((self.errors or self.output).splitlines()), f"{PROGRAM} gives no reason")

    def about(self, entries: Sequence[Entry]) -> str:
        """What was said of these lines of the allowed signers, among what was said of others."""
        marks = [f":{entry.line}: " for entry in entries]
        said = [line.partition(mark)[2] for line in self.errors.splitlines() for mark in marks if mark in line]
        return "; ".join(dict.fromkeys(said))


def _call(content: str, action: str, *arguments: str) -> _Answer:
    """One call of ``ssh-keygen -Y`` with *content* as its input."""
    try:
        # No module is at hand here whose run_command could be called: this also runs in an action plugin.
        process = subprocess.run(  # pylint: disable=ansible-bad-function
            [PROGRAM, "-Y", action, *arguments],
            input=content.encode(),
            capture_output=True,
            timeout=TIMEOUT,
            check=False,
            env={**os.environ, "LC_ALL": "C"},
        )
    except subprocess.TimeoutExpired:
        raise ApprovalError("program", f"{PROGRAM} did not answer within {TIMEOUT} seconds; run it again") from None
    except OSError as error:
        hint = "install OpenSSH 8.2 or newer on the control node"
        raise ApprovalError("program", f"{PROGRAM} cannot be run ({error.strerror}); {hint}") from None
    output, errors = (stream.decode("utf-8", "replace").strip() for stream in (process.stdout, process.stderr))
    if process.returncode and "usage:" in errors:
        raise ApprovalError(
            "program", f"{PROGRAM} knows no '-Y {action}'; install OpenSSH 8.2 or newer on the control node"
        )
    return _Answer(process.returncode == 0, output, errors)


def _file(path: str | Path) -> str:
    """A path that can be no option."""
    return str(Path(path).absolute())


def _read(path: str | Path, what: str) -> str:
    try:
        if Path(path).stat().st_size > MAX_BYTES:
            raise ApprovalError("unreadable", f"{path} is too long to be {what}; name the right file")
        return Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise ApprovalError("unreadable", f"{what} in {path} cannot be read: {error.strerror}") from None
