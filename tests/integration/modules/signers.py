# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""People with SSH keys, who sign plans as people do: by ``ssh-keygen``."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

NAMESPACE = "hostops-plan"


@dataclass
class Signers:
    """Keys and the file of those who may approve, in one folder."""

    folder: Path

    @property
    def allowed(self) -> str:
        return str(self.folder / "allowed_signers")

    def add(self, name: str, *, principal: str = "", options: str = "", allowed: bool = True) -> None:
        """Make a key; unless ``allowed`` is false, its owner may approve."""
        key = self.folder / name
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", key]
        subprocess.run(command, check=True, capture_output=True)
        if allowed:
            public = key.with_suffix(".pub").read_text(encoding="utf-8").split()
            words = [principal or f"{name}@example.com", options, *public[:2]]
            with Path(self.allowed).open("a", encoding="utf-8") as file:
                file.write(" ".join(filter(None, words)) + "\n")

    def sign(self, name: str, plan: Path, *, content: str = "", namespace: str = NAMESPACE) -> Path:
        """Sign the digest of a plan, or something else; the signature lies beside the plan."""
        content = content or json.loads(plan.read_text(encoding="utf-8"))["digest"]
        command = ["ssh-keygen", "-Y", "sign", "-n", namespace, "-f", str(self.folder / name)]
        done = subprocess.run(command, input=content.encode(), check=True, capture_output=True)
        signature = plan.with_name(f"{plan.name}.{name}.sig")
        signature.write_bytes(done.stdout)
        return signature
