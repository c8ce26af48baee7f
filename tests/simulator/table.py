# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables with indices, so that every kind of filter is a dictionary look-up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Generic, TypeVar

Row = TypeVar("Row")


class Table(Generic[Row]):
    """Rows by id, with an index per attribute in ``unique`` (one row per value) and ``groups`` (many rows per value).

    Empty values are not indexed. An indexed attribute is changed through :meth:`replace` only.
    """

    def __init__(self, *, unique: tuple[str, ...] = (), groups: tuple[str, ...] = ()) -> None:
        self.rows: dict[int, Row] = {}
        self._unique: dict[str, dict[Any, Row]] = {name: {} for name in unique}
        self._groups: dict[str, dict[Any, dict[int, Row]]] = {name: {} for name in groups}

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(list(self.rows.values()))

    def get(self, row_id: int) -> Row | None:
        return self.rows.get(row_id)

    def find(self, attribute: str, value: Any) -> Row | None:
        """The one row that has this value."""
        return self._unique[attribute].get(value)

    def group(self, attribute: str, value: Any) -> list[Row]:
        """The rows that have this value, by ascending id."""
        rows = self._groups[attribute].get(value)
        return [rows[row_id] for row_id in sorted(rows)] if rows else []

    def group_size(self, attribute: str, value: Any) -> int:
        return len(self._groups[attribute].get(value, ()))

    def add(self, row: Row) -> Row:
        self.rows[row.id] = row  # type: ignore[attr-defined]
        self._index(row)
        return row

    def remove(self, row: Row) -> None:
        del self.rows[row.id]  # type: ignore[attr-defined]
        self._unindex(row)

    def replace(self, row: Row, **values: Any) -> bool:
        """Set attributes and keep the indices right; tells whether anything changed."""
        changes = {name: value for name, value in values.items() if getattr(row, name) != value}
        if not changes:
            return False
        indexed = any(name in self._unique or name in self._groups for name in changes)
        if indexed:
            self._unindex(row)
        for name, value in changes.items():
            setattr(row, name, value)
        if indexed:
            self._index(row)
        return True

    def _index(self, row: Row) -> None:
        for name, index in self._unique.items():
            if value := getattr(row, name):
                index[value] = row
        for name, groups in self._groups.items():
            if value := getattr(row, name):
                groups.setdefault(value, {})[row.id] = row  # type: ignore[attr-defined]

    def _unindex(self, row: Row) -> None:
        for name, index in self._unique.items():
            if index.get(value := getattr(row, name)) is row:
                del index[value]
        for name, groups in self._groups.items():
            if (members := groups.get(getattr(row, name))) is not None:
                del members[row.id]  # type: ignore[attr-defined]
