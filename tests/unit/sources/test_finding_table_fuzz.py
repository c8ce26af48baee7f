# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tables with anything in them: the reader gives findings or says what is wrong, and nothing else."""

from __future__ import annotations

import random
from pathlib import Path

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.hostops.plesk.plugins.module_utils._sources.document import DocumentError
from ansible_collections.hostops.plesk.plugins.module_utils._sources.inputs import collect, read_inputs

NOW = "2026-11-23T16:00:00Z"
DATA = Path(__file__).resolve().parents[3] / "docs" / "examples" / "inputs" / "data"
SAMPLES = [
    (DATA / name).read_bytes() for name in ("spreadsheet.csv", "abuse_desk.yml", "fossbilling.json", "blesta.json")
]


@st.composite
def mutated(draw):
    """A sample with some bytes changed, or any bytes at all."""
    content = bytearray(draw(st.sampled_from(SAMPLES)))
    chance = random.Random(draw(st.integers()))
    for _ in range(draw(st.integers(0, 12))):
        at = chance.randrange(len(content))
        piece = draw(
            st.binary(max_size=3) | st.sampled_from([b'"', b"\n", b";", b"{", b"]", b"\x00", b"\xff", b"0", b": "])
        )
        content[at : at + chance.randrange(4)] = piece
    return bytes(content) or b" "


OPTIONS = [
    {},
    {"list": "response"},
    {
        "list": "result.list",
        "columns": {"account": "buyer.email", "due_date": "due_at", "amount": "total"},
        "account_kind": "email",
    },
    {"list": "reports", "columns": {"subject": "url", "due_date": "seen", "evidence": "note"}, "standing": True},
    {
        "columns": {"subject": "Domain", "due_date": "Fällig am", "amount": "Betrag", "invoice": "Rechnung"},
        "decimal": ",",
        "date_format": "DD.MM.YYYY",
    },
]


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=mutated() | st.binary(max_size=200),
    name=st.sampled_from(["r.csv", "r.json", "r.yml"]),
    options=st.sampled_from(OPTIONS),
)
def test_no_table_makes_the_reader_fail(tmp_path, content, name, options):
    (tmp_path / name).write_bytes(content)
    entry = {"name": "billing", "type": "table", "path": name, "cause": "nonpayment", **options}
    (tmp_path / "inputs.yml").write_text(yaml.safe_dump({"version": 1, "inputs": [entry]}))
    try:
        (one,) = collect(read_inputs(tmp_path / "inputs.yml"), NOW)
    except DocumentError:
        return
    for finding in one.findings:
        assert finding.subjects[0].value
        assert finding.due < NOW[:10] or finding.state == "resolved"
