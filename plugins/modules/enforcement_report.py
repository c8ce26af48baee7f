# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: enforcement_report
author: hostops.plesk contributors (@hostops)
version_added: 1.0.0
short_description: Show a report as a table and keep it as JSON and CSV
description:
  - Prints a report as plain text on the control node and writes it to files where asked.
  - Files are replaced in one step and readable by their owner alone (mode 0600). A cell that a spreadsheet would take
    for a formula is written with an apostrophe before it. What looks like a secret is replaced by asterisks.
  - The task fails after all this when the report names reasons to fail.
notes:
  - This is an action plugin. It runs on the control node only and needs no connection to a host.
  - A report is written in check mode too, and then has C(check_mode) set to V(true) in its JSON.
  - The task never counts as a change.
options:
  report:
    description:
      - What to show. The filters P(hostops.plesk.plan_review#filter), P(hostops.plesk.run_report#filter),
        P(hostops.plesk.case_report#filter) and P(hostops.plesk.fleet_report#filter) make it.
    type: dict
    required: true
    suboptions:
      title:
        description: The line above the table.
        type: str
        required: true
      columns:
        description: The keys of O(report.rows) to show, in this order. By default all of them.
        type: list
        elements: str
        default: []
      fields:
        description: More columns of the CSV file, which it has even where there are no rows.
        type: list
        elements: str
        default: []
      rows:
        description: The rows of the table and of the CSV file. All keys go to the files.
        type: list
        elements: dict
        default: []
      totals:
        description: The rows of a second table.
        type: list
        elements: dict
        default: []
      lines:
        description: Sentences below the tables.
        type: list
        elements: str
        default: []
      failures:
        description: Reasons to fail.
        type: list
        elements: str
        default: []
      data:
        description: More keys for the JSON file.
        type: dict
        default: {}
  json_path:
    description: The JSON file to write. Its directory must exist.
    type: path
  csv_path:
    description: The CSV file to write, another one than O(json_path). Its directory must exist.
    type: path
"""

EXAMPLES = r"""
- name: Show who is overdue
  hostops.plesk.enforcement_report:
    report:
      title: Overdue
      rows:
        - {tenant: example.com, days: 12}
        - {tenant: example.net, days: 3}
    csv_path: overdue.csv
"""

RETURN = r"""
files:
  description: The files written.
  returned: always
  type: list
  elements: str
"""
