-- Copyright (c) 2026, hostops.plesk contributors
-- GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
-- SPDX-License-Identifier: GPL-3.0-or-later

-- A ledger of version 1, with one hold in force. Never changed: ledgers like this one are out there.

CREATE TABLE cases (
	id TEXT NOT NULL,
	cause TEXT NOT NULL,
	panel TEXT NOT NULL,
	kind TEXT NOT NULL,
	object_id BIGINT NOT NULL,
	guid TEXT NOT NULL,
	name TEXT NOT NULL,
	opened_at TEXT NOT NULL,
	opened_by TEXT NOT NULL,
	reason TEXT NOT NULL,
	ticket TEXT NOT NULL,
	evidence TEXT NOT NULL,
	upstream_reference TEXT NOT NULL,
	deadline TEXT NOT NULL,
	closed_at TEXT NOT NULL,
	closed_by TEXT NOT NULL,
	outcome TEXT NOT NULL,
	PRIMARY KEY (id)
)
-- next
CREATE INDEX cases_of_object ON cases (panel, kind, object_id)
-- next
CREATE TABLE exemptions_used (
	id BIGSERIAL NOT NULL,
	digest TEXT NOT NULL,
	recorded_at TEXT NOT NULL,
	document TEXT NOT NULL,
	PRIMARY KEY (id)
)
-- next
CREATE TABLE hostops_ledger (
	name TEXT NOT NULL,
	value TEXT NOT NULL,
	PRIMARY KEY (name)
)
-- next
CREATE TABLE journal (
	seq BIGINT NOT NULL,
	at TEXT NOT NULL,
	actor TEXT NOT NULL,
	action TEXT NOT NULL,
	case_id TEXT NOT NULL,
	key TEXT NOT NULL,
	payload TEXT NOT NULL,
	previous TEXT NOT NULL,
	hash TEXT NOT NULL,
	PRIMARY KEY (seq)
)
-- next
CREATE INDEX journal_of_case ON journal (case_id)
-- next
CREATE INDEX journal_of_key ON journal (key)
-- next
CREATE TABLE plans (
	digest TEXT NOT NULL,
	seq BIGINT NOT NULL,
	action TEXT NOT NULL,
	source TEXT NOT NULL,
	requested BIGINT,
	size BIGINT NOT NULL,
	made_by TEXT NOT NULL,
	recorded_at TEXT NOT NULL,
	admitted_at TEXT NOT NULL,
	document TEXT NOT NULL,
	PRIMARY KEY (digest)
)
-- next
CREATE TABLE snapshots (
	id BIGSERIAL NOT NULL,
	panel TEXT NOT NULL,
	kind TEXT NOT NULL,
	object_id BIGINT NOT NULL,
	guid TEXT NOT NULL,
	name TEXT NOT NULL,
	base TEXT NOT NULL,
	"left" TEXT NOT NULL,
	sure BOOLEAN NOT NULL,
	above TEXT NOT NULL,
	taken_at TEXT NOT NULL,
	ended_at TEXT NOT NULL,
	PRIMARY KEY (id)
)
-- next
CREATE UNIQUE INDEX one_open_snapshot ON snapshots (panel, kind, object_id) WHERE ended_at = ''
-- next
CREATE TABLE approvals (
	digest TEXT NOT NULL,
	fingerprint TEXT NOT NULL,
	principal TEXT NOT NULL,
	recorded_at TEXT NOT NULL,
	PRIMARY KEY (digest, fingerprint),
	FOREIGN KEY(digest) REFERENCES plans (digest)
)
-- next
CREATE TABLE holds (
	id TEXT NOT NULL,
	case_id TEXT NOT NULL,
	cause TEXT NOT NULL,
	panel TEXT NOT NULL,
	kind TEXT NOT NULL,
	object_id BIGINT NOT NULL,
	guid TEXT NOT NULL,
	name TEXT NOT NULL,
	measure TEXT NOT NULL,
	disable BOOLEAN NOT NULL,
	until TEXT NOT NULL,
	permanent BOOLEAN NOT NULL,
	note TEXT NOT NULL,
	placed_at TEXT NOT NULL,
	state TEXT NOT NULL,
	lifted_at TEXT NOT NULL,
	ground TEXT NOT NULL,
	reference TEXT NOT NULL,
	PRIMARY KEY (id),
	FOREIGN KEY(case_id) REFERENCES cases (id)
)
-- next
CREATE INDEX holds_of_case ON holds (case_id)
-- next
CREATE INDEX holds_of_object ON holds (panel, kind, object_id)
-- next
CREATE TABLE plan_items (
	digest TEXT NOT NULL,
	item TEXT NOT NULL,
	panel TEXT NOT NULL,
	kind TEXT NOT NULL,
	object_id BIGINT NOT NULL,
	reseller TEXT NOT NULL,
	subscriptions BIGINT NOT NULL,
	state TEXT NOT NULL,
	touched_at TEXT NOT NULL,
	PRIMARY KEY (digest, item),
	FOREIGN KEY(digest) REFERENCES plans (digest)
)
-- next
CREATE INDEX plan_items_touched ON plan_items (touched_at)
-- next
CREATE FUNCTION journal_refuse() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$
-- next
CREATE TRIGGER journal_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON journal
            FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse()
-- next
INSERT INTO cases VALUES ('C-1', 'spam', 'web1', 'subscription', 7, 'guid-7', 't7.example', '2026-10-01T08:00:00Z', 'bob@control1', '', '', '[]', '', '', '', '', '')
-- next
INSERT INTO hostops_ledger VALUES ('version', '1')
-- next
INSERT INTO hostops_ledger VALUES ('created_at', '2026-10-01T08:00:00Z')
-- next
INSERT INTO hostops_ledger VALUES ('checked_at', '2026-10-01T08:00:00Z')
-- next
INSERT INTO journal VALUES (1, '2026-10-01T08:00:00Z', 'bob@control1', 'plan.made', '', '', '{"action":"suspend","by":"bob@control1","items":1,"plan":"sha256:aaaa","requested":1,"source":"abuse.csv"}', '', '05ea2f405b2e9a7488cfb087d1e0e2dcfb1851b8ea70b017046a2d241be105e3')
-- next
INSERT INTO journal VALUES (2, '2026-10-01T08:00:00Z', 'bob@control1', 'plan.admitted', '', '', '{"action":"suspend","approvals":[],"items":1,"plan":"sha256:aaaa","source":"abuse.csv"}', '05ea2f405b2e9a7488cfb087d1e0e2dcfb1851b8ea70b017046a2d241be105e3', '6be05ac15aa0635d328ff1617575af4341314d35d24e922d74210c8651473a3a')
-- next
INSERT INTO journal VALUES (3, '2026-10-01T08:00:00Z', 'bob@control1', 'case.opened', 'C-1', 'web1/subscription/7', '{"cause":"spam","deadline":"","evidence":[],"guid":"guid-7","name":"t7.example","reason":"","ticket":"","upstream_reference":""}', '6be05ac15aa0635d328ff1617575af4341314d35d24e922d74210c8651473a3a', '58a5e10aa58243fab90fe3909322700b9f9332356b892b2948e970323ad28a9e')
-- next
INSERT INTO journal VALUES (4, '2026-10-01T08:00:00Z', 'bob@control1', 'hold.intended', 'C-1', 'web1/subscription/7', '{"cause":"spam","disable":false,"guid":"guid-7","hold":"H-1","item":"I-H-1","measure":"suspend","name":"t7.example","permanent":false,"plan":"sha256:aaaa","until":"2026-12-01T00:00:00Z"}', '58a5e10aa58243fab90fe3909322700b9f9332356b892b2948e970323ad28a9e', '7665702709bc50a9e7c48c4debc7be3cdf81819593905b261b925e7861a36c28')
-- next
INSERT INTO journal VALUES (5, '2026-10-01T08:00:00Z', 'bob@control1', 'hold.placed', 'C-1', 'web1/subscription/7', '{"cause":"spam","guid":"guid-7","hold":"H-1","item":"I-H-1","measure":"suspend","name":"t7.example","permanent":false,"plan":"sha256:aaaa","state":"done","until":"2026-12-01T00:00:00Z"}', '7665702709bc50a9e7c48c4debc7be3cdf81819593905b261b925e7861a36c28', '35c3d6e55059f3e7b332134da9ae3ee093a930fc8763a48f2659b9844f95bf00')
-- next
INSERT INTO plans VALUES ('sha256:aaaa', 1, 'suspend', 'abuse.csv', 1, 1, 'bob@control1', '2026-10-01T08:00:00Z', '2026-10-01T08:00:00Z', '{"n":1}')
-- next
INSERT INTO snapshots VALUES (1, 'web1', 'subscription', 7, 'guid-7', 't7.example', '{"note":null,"status":0,"turn_off_action":null}', '{"note":null,"status":16,"turn_off_action":null}', true, '[]', '2026-10-01T08:00:00Z', '')
-- next
INSERT INTO holds VALUES ('H-1', 'C-1', 'spam', 'web1', 'subscription', 7, 'guid-7', 't7.example', 'suspend', false, '2026-12-01T00:00:00Z', false, '', '2026-10-01T08:00:00Z', 'in_force', '', '', '')
-- next
INSERT INTO plan_items VALUES ('sha256:aaaa', 'I-H-1', 'web1', 'subscription', 7, '', 1, 'done', '2026-10-01T08:00:00Z')
-- next
SELECT setval('snapshots_id_seq', 1)
