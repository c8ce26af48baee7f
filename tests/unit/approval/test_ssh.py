# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Signatures made and verified by the real ``ssh-keygen``: which of them approve a plan, and what is said of the others."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from ansible_collections.hostops.plesk.plugins.module_utils._approval import ssh
from ansible_collections.hostops.plesk.plugins.module_utils._approval.signature import entries_of, read_signature
from ansible_collections.hostops.plesk.plugins.module_utils._approval.ssh import ApprovalError, verify
from ansible_collections.hostops.plesk.plugins.module_utils._core.approval import NAMESPACE, commands, counted

DIGEST = "sha256:" + "5f" * 32
EXAMPLE = Path(__file__).resolve().parents[3] / "docs" / "examples" / "allowed_signers"

pytestmark = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="needs ssh-keygen of OpenSSH 8.2 or newer")


class Desk:
    """Keys, signatures and the list of those who may sign, in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.signers = folder / "allowed_signers"
        self.signers.write_text("# who may approve\n\n")

    def key(self, name: str, *options: str) -> str:
        """Make a key and return its public half, without the comment."""
        options = options or ("-t", "ed25519")
        subprocess.run(["ssh-keygen", "-q", *options, "-N", "", "-C", "", "-f", self.folder / name], check=True)
        return self.public(name)

    def public(self, name: str) -> str:
        return " ".join((self.folder / f"{name}.pub").read_text().split()[:2])

    def allow(self, line: str) -> None:
        with self.signers.open("a") as file:
            file.write(line + "\n")

    def sign(self, name: str, digest: str = DIGEST, namespace: str = NAMESPACE) -> Path:
        command = ["ssh-keygen", "-Y", "sign", "-n", namespace, "-f", self.folder / name]
        signature = subprocess.run(command, input=digest.encode(), capture_output=True, check=True).stdout
        path = self.folder / f"plan.json.{name}.sig"
        path.write_bytes(signature)
        return path

    def verify(self, path: Path) -> ssh.Approval:
        return verify(DIGEST, path, self.signers)

    def refusal(self, path: Path) -> ApprovalError:
        with pytest.raises(ApprovalError) as refusal:
            self.verify(path)
        return refusal.value

    def fingerprint(self, name: str) -> str:
        command = ["ssh-keygen", "-l", "-f", self.folder / f"{name}.pub"]
        return subprocess.run(command, capture_output=True, check=True, text=True).stdout.split()[1]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.mark.parametrize("options", [("-t", "ed25519"), ("-t", "ecdsa"), ("-t", "rsa", "-b", "2048")])
def test_a_good_signature(desk: Desk, options: tuple[str, ...]) -> None:
    desk.allow(f"ana@example.com {desk.key('ana', *options)} a comment")
    desk.allow(f"jon@example.com {desk.key('jon')}")
    approval = desk.verify(desk.sign("ana"))
    assert approval.principal == "ana@example.com"
    assert approval.key == desk.fingerprint("ana")
    assert approval.path == str(desk.folder / "plan.json.ana.sig")
    assert approval.also == ()


def test_the_printed_command_makes_a_good_signature(desk: Desk) -> None:
    """Exactly what a person pastes, with a key where ssh keeps it and a path that a shell would take apart."""
    home = desk.folder / "home"
    (home / ".ssh").mkdir(parents=True)
    desk.allow(f"ana@example.com {desk.key('home/.ssh/id_ed25519')}")
    plan = desk.folder / "it's a plan $(date).json"
    (command,) = commands(DIGEST, str(plan))
    environment = {**os.environ, "HOME": str(home)}
    subprocess.run(["sh", "-c", command], env=environment, check=True, capture_output=True)
    assert desk.verify(Path(f"{plan}.YOUR-NAME.sig")).principal == "ana@example.com"


def test_a_signature_for_something_else(desk: Desk) -> None:
    desk.allow(f"ana@example.com {desk.key('ana')}")
    refusal = desk.refusal(desk.sign("ana", namespace="git"))
    assert refusal.kind == "namespace"
    assert "is a signature for 'git'; sign again with -n hostops-plan" in str(refusal)


@pytest.mark.parametrize("other", ["sha256:" + "00" * 32, DIGEST + "\n", ""])
def test_a_signature_of_something_else(desk: Desk, other: str) -> None:
    desk.allow(f"ana@example.com {desk.key('ana')}")
    refusal = desk.refusal(desk.sign("ana", other))
    assert refusal.kind == "digest"
    assert f"is not a signature of {DIGEST}" in str(refusal)
    assert "incorrect signature" in str(refusal)


def test_a_signer_whom_nobody_knows(desk: Desk) -> None:
    desk.key("eve")
    desk.allow(f"ana@example.com {desk.key('ana')}")
    refusal = desk.refusal(desk.sign("eve"))
    assert refusal.kind == "unknown"
    assert desk.fingerprint("eve") in str(refusal)
    assert f"not in {desk.signers}; add it" in str(refusal)


@pytest.mark.parametrize(
    ("option", "kind", "text"),
    [
        ('valid-before="20200101Z"', "expired", "key has expired"),
        ('valid-after="20990101Z"', "expired", "not yet valid"),
        ('namespaces="git"', "not_allowed", "not permitted for use in signature namespace"),
    ],
)
def test_a_key_that_is_not_allowed_now(desk: Desk, option: str, kind: str, text: str) -> None:
    desk.allow(f"ana@example.com {option} {desk.key('ana')}")
    refusal = desk.refusal(desk.sign("ana"))
    assert refusal.kind == kind
    assert text in str(refusal)


def test_a_key_that_is_allowed_for_plans_and_for_now(desk: Desk) -> None:
    desk.allow(f'ana@example.com namespaces="git,{NAMESPACE}",valid-before="20990101Z" {desk.key("ana")}')
    assert desk.verify(desk.sign("ana")).principal == "ana@example.com"


def test_a_pattern_names_nobody(desk: Desk) -> None:
    desk.allow(f"*@example.com {desk.key('ana')}")
    refusal = desk.refusal(desk.sign("ana"))
    assert refusal.kind == "unnamed"
    assert "gives to *@example.com; write the name of one person there" in str(refusal)


def test_a_name_beside_a_pattern_is_the_person(desk: Desk) -> None:
    desk.allow(f"*@example.com,ana@example.com {desk.key('ana')}")
    approval = desk.verify(desk.sign("ana"))
    assert (approval.principal, approval.also) == ("ana@example.com", ())


def test_two_names_with_one_key_are_one_person(desk: Desk) -> None:
    key = desk.key("ana")
    desk.allow(f'"ana@example.com,boss@example.com" {key}')
    desk.allow(f"eve@example.com {key}")
    approval = desk.verify(desk.sign("ana"))
    assert (approval.principal, approval.also) == ("ana@example.com", ("boss@example.com", "eve@example.com"))
    assert counted([approval], "somebody") == [approval]
    assert counted([approval], "eve") == []


def test_a_line_that_does_not_allow_is_no_obstacle_to_one_that_does(desk: Desk) -> None:
    key = desk.key("ana")
    desk.allow(f'git@example.com namespaces="git" {key}')
    desk.allow(f"ana@example.com {key}")
    approval = desk.verify(desk.sign("ana"))
    assert (approval.principal, approval.also) == ("ana@example.com", ("git@example.com",))


def test_one_name_with_two_keys_is_one_person(desk: Desk) -> None:
    for name in ("old", "new"):
        desk.allow(f"ana@example.com {desk.key(name)}")
    approvals = [desk.verify(desk.sign(name)) for name in ("old", "new")]
    assert {approval.key for approval in approvals} == {desk.fingerprint("old"), desk.fingerprint("new")}
    assert len(counted(approvals, "eve")) == 1


def test_the_planners_own_signature_is_good_and_does_not_count(desk: Desk) -> None:
    desk.allow(f"eve@example.com {desk.key('eve')}")
    desk.allow(f"ana@example.com {desk.key('ana')}")
    approvals = [desk.verify(desk.sign(name)) for name in ("eve", "ana")]
    assert [approval.principal for approval in counted(approvals, "eve@control1")] == ["ana@example.com"]


def test_a_certificate_of_an_authority(desk: Desk) -> None:
    desk.allow(f"*@example.com cert-authority {desk.key('authority')}")
    desk.key("ana")
    command = [
        "ssh-keygen",
        "-q",
        "-s",
        desk.folder / "authority",
        "-I",
        "ana",
        "-n",
        "ana@example.com",
        desk.folder / "ana.pub",
    ]
    subprocess.run(command, check=True)
    command = ["ssh-keygen", "-Y", "sign", "-n", NAMESPACE, "-f", desk.folder / "ana-cert.pub"]
    path = desk.folder / "plan.json.ana.sig"
    path.write_bytes(subprocess.run(command, input=DIGEST.encode(), capture_output=True, check=True).stdout)
    approval = desk.verify(path)
    assert (approval.principal, approval.key) == ("ana@example.com", desk.fingerprint("ana"))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"garbage\n",
        b"\xff\xfe\0",
        b"-----BEGIN SSH SIGNATURE-----\n!!!!\n-----END SSH SIGNATURE-----\n",
        b"-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n",
        b"-----BEGIN SSH SIGNATURE-----\nU1NIU0lHAAAAAQAAADM=\n-----END SSH SIGNATURE-----\n",
        b"-----BEGIN SSH SIGNATURE-----\nU1NIU0lH\n-----END SSH SIGNATURE-----\n",
    ],
)
def test_garbage(desk: Desk, content: bytes) -> None:
    path = desk.folder / "plan.json.x.sig"
    path.write_bytes(content)
    refusal = desk.refusal(path)
    assert refusal.kind == "garbage"
    assert str(refusal).endswith("; sign again")


def test_a_signature_with_a_bit_turned(desk: Desk) -> None:
    desk.allow(f"ana@example.com {desk.key('ana')}")
    path = desk.sign("ana")
    lines = path.read_text().splitlines()
    lines[-2] = lines[-2].translate(str.maketrans("abcdefghijklm", "nopqrstuvwxyz", ""))
    lines[-3] = lines[-3][::-1]
    path.write_text("\n".join(lines) + "\n")
    assert desk.refusal(path).kind in {"digest", "garbage"}


def test_files_that_cannot_be_read(desk: Desk) -> None:
    desk.allow(f"ana@example.com {desk.key('ana')}")
    path = desk.sign("ana")
    assert desk.refusal(desk.folder / "none.sig").kind == "unreadable"
    desk.signers.unlink()
    refusal = desk.refusal(path)
    assert refusal.kind == "unreadable"
    assert "the allowed signers" in str(refusal)
    desk.signers.write_bytes(b"#" * (ssh.MAX_BYTES + 1))
    assert "too long to be the allowed signers" in str(desk.refusal(path))


def test_damaged_lines_among_the_allowed_signers_allow_nobody_else(desk: Desk) -> None:
    desk.allow('jon@example.com ssh-ed25519 AAAA\n"open quote\neve')
    desk.allow(f"ana@example.com {desk.key('ana')}")
    desk.key("eve")
    assert desk.verify(desk.sign("ana")).principal == "ana@example.com"
    assert desk.refusal(desk.sign("eve")).kind == "unknown"


def test_a_commented_line_allows_nobody(desk: Desk) -> None:
    desk.allow(f"#ana@example.com {desk.key('ana')}")
    assert desk.refusal(desk.sign("ana")).kind == "unknown"


def test_without_the_program(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.allow(f"ana@example.com {desk.key('ana')}")
    path = desk.sign("ana")
    monkeypatch.setenv("PATH", str(desk.folder / "nowhere"))
    refusal = desk.refusal(path)
    assert refusal.kind == "program"
    assert "install OpenSSH 8.2 or newer" in str(refusal)


@pytest.mark.parametrize(
    ("script", "text"),
    [
        ("echo 'unknown option -- Y' >&2; echo 'usage: ssh-keygen [-q]' >&2; exit 1", "knows no '-Y check-novalidate'"),
        ("exec sleep 60", "did not answer within 0.2 seconds"),
    ],
)
def test_a_program_that_does_not_do_its_work(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, script: str, text: str
) -> None:
    path = desk.sign("ana") if desk.key("ana") else None
    program = desk.folder / "bin" / "ssh-keygen"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    monkeypatch.setattr(ssh, "TIMEOUT", 0.2)
    refusal = desk.refusal(path)
    assert refusal.kind == "program"
    assert text in str(refusal)


def test_files_whose_names_look_like_options(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.allow(f"ana@example.com {desk.key('ana')}")
    desk.sign("ana").rename(desk.folder / "-f")
    desk.signers.rename(desk.folder / "-n")
    monkeypatch.chdir(desk.folder)
    assert verify(DIGEST, "-f", "-n").principal == "ana@example.com"


def test_the_example_is_a_list_of_signers(desk: Desk) -> None:
    """Made-up keys, but keys: ssh-keygen reads every line."""
    lines = [line for line in EXAMPLE.read_text().splitlines() if not line.startswith("#")]
    assert lines
    for line in lines:
        (desk.folder / "example.pub").write_text(" ".join(line.split()[2:]) + "\n")
        assert desk.fingerprint("example").startswith("SHA256:")
    desk.key("ana")
    command = ["ssh-keygen", "-Y", "find-principals", "-s", desk.sign("ana"), "-f", EXAMPLE]
    assert "invalid" not in subprocess.run(command, capture_output=True, text=True, check=False).stderr


def test_what_a_signature_says_of_itself(desk: Desk) -> None:
    public = desk.key("ana")
    signature = read_signature(desk.sign("ana").read_text())
    assert (signature.namespace, signature.fingerprint) == (NAMESPACE, desk.fingerprint("ana"))
    (entry,) = entries_of(signature.key, f'"a b,c" namespaces="x, y" {public}\nd {public.replace("A", "B")}\n')
    assert (entry.principals, entry.options, entry.is_timed) == (("a b", "c"), 'namespaces="x, y"', False)
