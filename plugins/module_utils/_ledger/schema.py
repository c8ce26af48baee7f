# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tables of the ledger, the same in SQLite and PostgreSQL.

Times are ISO 8601 in UTC to the second, so that they compare as texts; an empty text is a time that has not come. What is
kept as a document is canonical JSON.
"""

from __future__ import annotations

try:
    import sqlalchemy as sa
except ImportError:
    sa = None  # type: ignore[assignment]

#: The version of what stands here; ``upgrade`` brings older ones up to it.
VERSION = 3

#: Tells that a database holds a ledger, and which version of it.
MARK = "hostops_ledger"

#: What keeps the journal as it is, by dialect. In SQLite, INSERT OR REPLACE deletes without asking the triggers for that.
_APPEND_ONLY = {
    "sqlite": [
        """CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal
            BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
        """CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal
            BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
        """CREATE TRIGGER journal_no_replace BEFORE INSERT ON journal
            WHEN NEW.seq <= (SELECT max(seq) FROM journal)
            BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
    ],
    "postgresql": [
        """CREATE FUNCTION journal_refuse() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$""",
        """CREATE TRIGGER journal_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON journal
            FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse()""",
    ],
}

if sa is not None:
    metadata = sa.MetaData()

    #: SQLite counts by itself in a column of exactly this type only.
    _NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

    def _text(name: str, **rest: object) -> sa.Column[str]:
        return sa.Column(name, sa.Text, nullable=False, **rest)  # type: ignore[arg-type]

    def _object() -> list[sa.Column[object]]:
        """The columns of an ``ObjectRef``."""
        named = [_text("panel"), _text("kind"), sa.Column("object_id", sa.BigInteger, nullable=False)]
        return [*named, _text("guid"), _text("name")]  # type: ignore[list-item]

    def _one_open(name: str, table: sa.Table) -> None:
        """Let a table have one row for each object that has not ended."""
        columns, still_open = table.c, table.c.ended_at == ""
        key = (columns.panel, columns.kind, columns.object_id)
        sa.Index(name, *key, unique=True, sqlite_where=still_open, postgresql_where=still_open)

    mark = sa.Table(MARK, metadata, _text("name", primary_key=True), _text("value"))

    cases = sa.Table(
        "cases",
        metadata,
        _text("id", primary_key=True),
        _text("cause"),
        *_object(),
        _text("opened_at"),
        _text("opened_by"),
        _text("reason"),
        _text("ticket"),
        _text("evidence"),
        _text("upstream_reference"),
        _text("deadline"),
        _text("closed_at"),
        _text("closed_by"),
        _text("outcome"),
        sa.Index("cases_of_object", "panel", "kind", "object_id"),
    )

    holds = sa.Table(
        "holds",
        metadata,
        _text("id", primary_key=True),
        sa.Column("case_id", sa.Text, sa.ForeignKey("cases.id"), nullable=False),
        _text("cause"),
        *_object(),
        _text("measure"),
        sa.Column("disable", sa.Boolean, nullable=False),
        _text("until"),
        sa.Column("permanent", sa.Boolean, nullable=False),
        _text("note"),
        _text("placed_at"),
        _text("state"),
        _text("lifted_at"),
        _text("ground"),
        _text("reference"),
        #: Since version 2: the bit of our reason, 0 where it was not recorded.
        sa.Column("own", sa.BigInteger, nullable=False, server_default="0"),
        #: Since version 3: what a measure ``restrict`` takes, as a document.
        _text("restrictions", server_default="{}"),
        sa.Index("holds_of_object", "panel", "kind", "object_id"),
        sa.Index("holds_of_case", "case_id"),
    )

    snapshots = sa.Table(
        "snapshots",
        metadata,
        sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
        *_object(),
        _text("base"),
        _text("left"),
        sa.Column("sure", sa.Boolean, nullable=False),
        _text("above"),
        _text("taken_at"),
        _text("ended_at"),
    )
    _one_open("one_open_snapshot", snapshots)

    #: ``requested`` is empty for a plan that was applied from a file and made over another ledger; ``seq`` orders plans.
    plans = sa.Table(
        "plans",
        metadata,
        _text("digest", primary_key=True),
        sa.Column("seq", sa.BigInteger, nullable=False),
        _text("action"),
        _text("source"),
        sa.Column("requested", sa.BigInteger),
        sa.Column("size", sa.BigInteger, nullable=False),
        _text("made_by"),
        _text("recorded_at"),
        _text("admitted_at"),
        _text("document"),
    )

    plan_items = sa.Table(
        "plan_items",
        metadata,
        sa.Column("digest", sa.Text, sa.ForeignKey("plans.digest"), primary_key=True),
        _text("item", primary_key=True),
        _text("panel"),
        _text("kind"),
        sa.Column("object_id", sa.BigInteger, nullable=False),
        _text("reseller"),
        sa.Column("subscriptions", sa.BigInteger, nullable=False),
        _text("state"),
        _text("touched_at"),
        sa.Index("plan_items_touched", "touched_at"),
    )

    approvals = sa.Table(
        "approvals",
        metadata,
        sa.Column("digest", sa.Text, sa.ForeignKey("plans.digest"), primary_key=True),
        _text("fingerprint", primary_key=True),
        _text("principal"),
        _text("recorded_at"),
    )

    exemptions_used = sa.Table(
        "exemptions_used",
        metadata,
        sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
        _text("digest"),
        _text("recorded_at"),
        _text("document"),
    )

    #: Since version 3: what settings were before restrictions took them, as documents.
    settings = sa.Table(
        "settings",
        metadata,
        sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
        *_object(),
        _text("base"),
        _text("left"),
        _text("wanted"),
        _text("above"),
        _text("taken_at"),
        _text("ended_at"),
    )
    _one_open("one_open_settings", settings)

    #: Since version 3: the items of plans that write no panel and were recorded, each in its case.
    recordings = sa.Table(
        "recordings",
        metadata,
        _text("digest", primary_key=True),
        _text("item", primary_key=True),
        sa.Column("case_id", sa.Text, sa.ForeignKey("cases.id"), nullable=False),
    )

    #: Since version 3: what was found, each in the newest case that it was put to.
    findings = sa.Table(
        "findings",
        metadata,
        _text("id", primary_key=True),
        sa.Column("case_id", sa.Text, sa.ForeignKey("cases.id"), nullable=False),
        _text("source"),
        sa.Column("standing", sa.Boolean, nullable=False),
        _text("observed_at"),
        _text("due"),
        _text("reference"),
        _text("summary"),
        _text("recorded_at"),
        sa.Index("findings_of_case", "case_id"),
    )

    #: Since version 2: what a tenant is told, and whether and by what way it was sent. The document has the fields of a
    #: ``Notice`` that no column has; no release has filled ``template``.
    notices = sa.Table(
        "notices",
        metadata,
        _text("id", primary_key=True),
        sa.Column("case_id", sa.Text, sa.ForeignKey("cases.id"), nullable=False),
        _text("sent_at"),
        _text("channel"),
        _text("recipient"),
        _text("template"),
        _text("state"),
        _text("document"),
        sa.Index("notices_of_case", "case_id"),
    )

    #: Since version 3: what objects used of what they may use, one number for each resource and day (YYYY-MM-DD, UTC).
    usage = sa.Table(
        "usage",
        metadata,
        _text("panel", primary_key=True),
        _text("kind", primary_key=True),
        sa.Column("object_id", sa.BigInteger, primary_key=True, autoincrement=False),
        _text("guid"),
        _text("name"),
        _text("day", primary_key=True),
        _text("resource", primary_key=True),
        sa.Column("used", sa.BigInteger, nullable=False),
        sa.Column("cap", sa.BigInteger),
    )

    journal = sa.Table(
        "journal",
        metadata,
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        _text("at"),
        _text("actor"),
        _text("action"),
        _text("case_id"),
        _text("key"),
        _text("payload"),
        _text("previous"),
        _text("hash"),
        sa.Index("journal_of_case", "case_id"),
        sa.Index("journal_of_key", "key"),
    )

    for _dialect, _statements in _APPEND_ONLY.items():
        for _statement in _statements:
            sa.event.listen(journal, "after_create", sa.DDL(_statement).execute_if(dialect=_dialect))  # type: ignore[no-untyped-call]
