# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""People with keys of their own, who sign plans with the command that a plan prints."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path


class Signers:
    """A folder with keys, and the file of those who may sign."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.allowed = folder / "allowed_signers"
        self.allowed.touch()

    def key(self, name: str) -> Path:
        """The private key of a person, made when first asked for."""
        key = self.folder / f"key-{name}"
        if not key.exists():
            self._run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(key))
        return key

    def allow(self, *names: str) -> str:
        """Let these people approve, and nobody else; the path of the file."""
        lines = [f"{name}@hosting.example {self.key(name).with_suffix('.pub').read_text().strip()}" for name in names]
        self.allowed.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        return str(self.allowed)

    def sign(self, plan: Path, name: str, namespace: str = "hostops-plan") -> Path:
        """Sign the digest that a plan file has; the path of the signature, which lies beside the plan."""
        digest = json.loads(plan.read_text(encoding="utf-8"))["digest"]
        signature = plan.with_name(f"{plan.name}.{name}.sig")
        command = ["ssh-keygen", "-Y", "sign", "-n", namespace, "-f", str(self.key(name))]
        signature.write_text(self._run(*command, text=digest), encoding="utf-8")
        return signature

    def _run(self, *command: str, text: str = "") -> str:
        done = subprocess.run(command, cwd=self.folder, input=text, capture_output=True, text=True, check=True)
        return done.stdout
