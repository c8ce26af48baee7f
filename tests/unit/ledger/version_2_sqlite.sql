-- Copyright (c) 2026, hostops.plesk contributors
-- GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
-- SPDX-License-Identifier: GPL-3.0-or-later

-- A ledger of version 2, with one hold in force and one that was lifted. Never changed: ledgers like this one are out there.

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
	id INTEGER NOT NULL,
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
	"key" TEXT NOT NULL,
	payload TEXT NOT NULL,
	previous TEXT NOT NULL,
	hash TEXT NOT NULL,
	PRIMARY KEY (seq)
)
-- next
CREATE INDEX journal_of_case ON journal (case_id)
-- next
CREATE INDEX journal_of_key ON journal ("key")
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
	id INTEGER NOT NULL,
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
	own BIGINT DEFAULT '0' NOT NULL,
	PRIMARY KEY (id),
	FOREIGN KEY(case_id) REFERENCES cases (id)
)
-- next
CREATE INDEX holds_of_case ON holds (case_id)
-- next
CREATE INDEX holds_of_object ON holds (panel, kind, object_id)
-- next
CREATE TABLE notices (
	id TEXT NOT NULL,
	case_id TEXT NOT NULL,
	sent_at TEXT NOT NULL,
	channel TEXT NOT NULL,
	recipient TEXT NOT NULL,
	template TEXT NOT NULL,
	state TEXT NOT NULL,
	document TEXT NOT NULL,
	PRIMARY KEY (id),
	FOREIGN KEY(case_id) REFERENCES cases (id)
)
-- next
CREATE INDEX notices_of_case ON notices (case_id)
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
CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal
            BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
-- next
CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal
            BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
-- next
CREATE TRIGGER journal_no_replace BEFORE INSERT ON journal
            WHEN NEW.seq <= (SELECT max(seq) FROM journal)
            BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
-- next
INSERT INTO cases VALUES ('C-1', 'spam', 'web1', 'subscription', 7, 'guid-7', 't7.example', '2026-11-01T08:00:00Z', 'bob@control1', '', '', '[]', '', '', '', '', '')
-- next
INSERT INTO cases VALUES ('C-2', 'nonpayment', 'web1', 'subscription', 8, 'guid-8', 't8.example', '2026-11-01T08:00:00Z', 'bob@control1', '', '', '[]', '', '', '2026-11-01T08:00:00Z', 'bob@control1', 'payment')
-- next
INSERT INTO exemptions_used VALUES (1, 'sha256:aaaa', '2026-11-01T08:00:00Z', '{"id":9,"kind":"subscription","owner":"vip","panel":"web1"}')
-- next
INSERT INTO hostops_ledger VALUES ('checked_at', '2026-11-01T08:00:00Z')
-- next
INSERT INTO hostops_ledger VALUES ('created_at', '2026-11-01T08:00:00Z')
-- next
INSERT INTO hostops_ledger VALUES ('version', '2')
-- next
INSERT INTO journal VALUES (1, '2026-11-01T08:00:00Z', 'bob@control1', 'plan.made', '', '', '{"action":"suspend","by":"bob@control1","items":2,"plan":"sha256:aaaa","requested":2,"source":"abuse.csv"}', '', '8d40c32dfd8a08adb2c0fff4fc0f0b8098a2aa7597ca470aee9983c8a2f8c2eb')
-- next
INSERT INTO journal VALUES (2, '2026-11-01T08:00:00Z', 'bob@control1', 'exemption.used', '', 'web1/subscription/9', '{"id":9,"kind":"subscription","owner":"vip","panel":"web1","plan":"sha256:aaaa"}', '8d40c32dfd8a08adb2c0fff4fc0f0b8098a2aa7597ca470aee9983c8a2f8c2eb', 'cde334b9afe7a52c00b64ad924d424f675fa9324625ecf905955d1fc71eab3a6')
-- next
INSERT INTO journal VALUES (3, '2026-11-01T08:00:00Z', 'bob@control1', 'plan.admitted', '', '', '{"action":"suspend","approvals":[],"items":2,"plan":"sha256:aaaa","source":"abuse.csv"}', 'cde334b9afe7a52c00b64ad924d424f675fa9324625ecf905955d1fc71eab3a6', 'd8d8c3b60acc15369c4071c98ff1ae86c6d75f9d7b21a2c2fba4d231fb4dc54e')
-- next
INSERT INTO journal VALUES (4, '2026-11-01T08:00:00Z', 'bob@control1', 'case.opened', 'C-1', 'web1/subscription/7', '{"cause":"spam","deadline":"","evidence":[],"guid":"guid-7","name":"t7.example","reason":"","ticket":"","upstream_reference":""}', 'd8d8c3b60acc15369c4071c98ff1ae86c6d75f9d7b21a2c2fba4d231fb4dc54e', 'f3dc8b657f1a14baa0a8cfbc7bc0635cc68a930a1ffc13862dca16e128d85626')
-- next
INSERT INTO journal VALUES (5, '2026-11-01T08:00:00Z', 'bob@control1', 'case.opened', 'C-2', 'web1/subscription/8', '{"cause":"nonpayment","deadline":"","evidence":[],"guid":"guid-8","name":"t8.example","reason":"","ticket":"","upstream_reference":""}', 'f3dc8b657f1a14baa0a8cfbc7bc0635cc68a930a1ffc13862dca16e128d85626', '5784629f5f7cde0b4bb6bac74ffa6dfb5cbf879b5da39cebeb5882f8a367108d')
-- next
INSERT INTO journal VALUES (6, '2026-11-01T08:00:00Z', 'bob@control1', 'hold.intended', 'C-1', 'web1/subscription/7', '{"cause":"spam","disable":false,"guid":"guid-7","hold":"H-1","item":"I-H-1","measure":"suspend","name":"t7.example","permanent":false,"plan":"sha256:aaaa","until":"2026-12-01T00:00:00Z"}', '5784629f5f7cde0b4bb6bac74ffa6dfb5cbf879b5da39cebeb5882f8a367108d', 'bdb7de2209637aa1df0d016c7444fb2ac6541532fb90ac5f588b89cc8d457ba3')
-- next
INSERT INTO journal VALUES (7, '2026-11-01T08:00:00Z', 'bob@control1', 'hold.intended', 'C-2', 'web1/subscription/8', '{"cause":"nonpayment","disable":false,"guid":"guid-8","hold":"H-2","item":"I-H-2","measure":"suspend","name":"t8.example","permanent":false,"plan":"sha256:aaaa","until":""}', 'bdb7de2209637aa1df0d016c7444fb2ac6541532fb90ac5f588b89cc8d457ba3', '75c96a9032d22659e13df91b99e64c8074c093ccc93237fc675b0ccaa7e2897c')
-- next
INSERT INTO journal VALUES (8, '2026-11-01T08:00:00Z', 'bob@control1', 'hold.placed', 'C-1', 'web1/subscription/7', '{"cause":"spam","guid":"guid-7","hold":"H-1","item":"I-H-1","measure":"suspend","name":"t7.example","permanent":false,"plan":"sha256:aaaa","state":"done","until":"2026-12-01T00:00:00Z"}', '75c96a9032d22659e13df91b99e64c8074c093ccc93237fc675b0ccaa7e2897c', '86daca685bb2abc94dd03fb7d2e3e8a3627d962b63c6d989458aaa2ff7a50c02')
-- next
INSERT INTO journal VALUES (9, '2026-11-01T08:00:00Z', 'bob@control1', 'hold.placed', 'C-2', 'web1/subscription/8', '{"cause":"nonpayment","guid":"guid-8","hold":"H-2","item":"I-H-2","measure":"suspend","name":"t8.example","permanent":false,"plan":"sha256:aaaa","state":"done","until":""}', '86daca685bb2abc94dd03fb7d2e3e8a3627d962b63c6d989458aaa2ff7a50c02', '48246004c45fa95c2c85b3ed59df073d3ac2f674dc7355c98ed393cf06320e2c')
-- next
INSERT INTO journal VALUES (10, '2026-11-01T08:00:00Z', 'bob@control1', 'plan.admitted', '', '', '{"action":"restore","approvals":[],"items":1,"plan":"sha256:bbbb","source":"abuse.csv"}', '48246004c45fa95c2c85b3ed59df073d3ac2f674dc7355c98ed393cf06320e2c', '15376009f1ed9fdd8950193dfd1d29cdc4ad56486d19e974e76b288030d8761f')
-- next
INSERT INTO journal VALUES (11, '2026-11-01T08:00:00Z', 'bob@control1', 'lift.intended', 'C-2', 'web1/subscription/8', '{"cases":["C-2"],"guid":"guid-8","item":"I-lift-H-2","lifts":["H-2"],"name":"t8.example","plan":"sha256:bbbb"}', '15376009f1ed9fdd8950193dfd1d29cdc4ad56486d19e974e76b288030d8761f', '40be98b8526c53d1a7847dd8b3120096205ed0e985c477faf10771506290f2f3')
-- next
INSERT INTO journal VALUES (12, '2026-11-01T08:00:00Z', 'bob@control1', 'tenant.restored', 'C-2', 'web1/subscription/8', '{"cases":["C-2"],"ground":"payment","guid":"guid-8","item":"I-lift-H-2","lifts":["H-2"],"name":"t8.example","plan":"sha256:bbbb","reference":"","state":"done"}', '40be98b8526c53d1a7847dd8b3120096205ed0e985c477faf10771506290f2f3', 'aa062a58441cfc5e48314849b60230debbc4f45879132f2ade7493ceda3154f4')
-- next
INSERT INTO journal VALUES (13, '2026-11-01T08:00:00Z', 'bob@control1', 'case.closed', 'C-2', 'web1/subscription/8', '{"cause":"nonpayment","guid":"guid-8","name":"t8.example","outcome":"payment"}', 'aa062a58441cfc5e48314849b60230debbc4f45879132f2ade7493ceda3154f4', '94f518b75d29e345db286138d66fd77e09018a09b0ee8620f5c229ff8b42012d')
-- next
INSERT INTO plans VALUES ('sha256:aaaa', 1, 'suspend', 'abuse.csv', 2, 2, 'bob@control1', '2026-11-01T08:00:00Z', '2026-11-01T08:00:00Z', '{"n":1}')
-- next
INSERT INTO plans VALUES ('sha256:bbbb', 10, 'restore', 'abuse.csv', NULL, 1, '', '2026-11-01T08:00:00Z', '2026-11-01T08:00:00Z', '{}')
-- next
INSERT INTO snapshots VALUES (1, 'web1', 'subscription', 7, 'guid-7', 't7.example', '{"note":null,"status":0,"turn_off_action":null}', '{"note":null,"status":16,"turn_off_action":null}', 1, '[]', '2026-11-01T08:00:00Z', '')
-- next
INSERT INTO snapshots VALUES (2, 'web1', 'subscription', 8, 'guid-8', 't8.example', '{"note":null,"status":0,"turn_off_action":null}', '{"note":null,"status":16,"turn_off_action":null}', 1, '[]', '2026-11-01T08:00:00Z', '2026-11-01T08:00:00Z')
-- next
INSERT INTO holds VALUES ('H-1', 'C-1', 'spam', 'web1', 'subscription', 7, 'guid-7', 't7.example', 'suspend', 0, '2026-12-01T00:00:00Z', 0, '', '2026-11-01T08:00:00Z', 'in_force', '', '', '', 16)
-- next
INSERT INTO holds VALUES ('H-2', 'C-2', 'nonpayment', 'web1', 'subscription', 8, 'guid-8', 't8.example', 'suspend', 0, '', 0, '', '2026-11-01T08:00:00Z', 'lifted', '2026-11-01T08:00:00Z', 'payment', '', 16)
-- next
INSERT INTO plan_items VALUES ('sha256:aaaa', 'I-H-1', 'web1', 'subscription', 7, '', 1, 'done', '2026-11-01T08:00:00Z')
-- next
INSERT INTO plan_items VALUES ('sha256:aaaa', 'I-H-2', 'web1', 'subscription', 8, '', 1, 'done', '2026-11-01T08:00:00Z')
-- next
INSERT INTO plan_items VALUES ('sha256:bbbb', 'I-lift-H-2', 'web1', 'subscription', 8, '', 1, 'done', '2026-11-01T08:00:00Z')
