# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bring settings to a panel that may fail in the middle, or not know some: one bad setting keeps no other from its place."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping

from .._plesk.client import Client
from .._plesk.errors import AccessDenied, NotFound, PleskError, Rejected
from .._plesk.settings_writing import SUBSCRIPTION, Piece, write_pieces
from .delivery import FRESH, TRIES, NotAttempted

Pieces = dict[int, list[Piece]]
Errors = dict[int, PleskError]


class SettingsDelivery:
    """The writes of settings of one task, by subscription, many in a packet.

    ``again`` reads subscriptions and returns the pieces that they still need, and an error for each that cannot be read;
    ``mailboxes`` gives the name of a mailbox by that of its setting. ``read_at`` is when the subscriptions were read, on ``clock``,
    in seconds. Afterwards ``errors`` holds the error of each subscription that was not written to the end, ``refused`` the error of
    each setting that the panel does not take, by its name, ``sent`` the subscriptions that a packet may have reached, and
    ``broken`` the error that ended the run for the panel, if any.
    """

    def __init__(
        self,
        client: Client,
        again: Callable[[set[int]], tuple[Pieces, Errors]],
        mailboxes: Mapping[str, str],
        *,
        stop_on_error: bool,
        read_at: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._again = again
        self._mailboxes = mailboxes
        self._stop_on_error = stop_on_error
        self._clock = clock
        self._read_at = read_at
        self._read_again_at: dict[int, float] = {}
        self._waiting: Pieces = {}
        self._unsure: set[int] = set()
        self._tries: dict[Piece, int] = {}
        self._failures = 0
        self.errors: Errors = {}
        self.refused: dict[int, dict[str, PleskError]] = {}
        self.sent: set[int] = set()
        self.broken: PleskError | None = None

    def run(self, pieces: Mapping[int, Iterable[Piece]]) -> None:
        """Write until every piece is done, or has failed for good."""
        self._waiting = {owner: list(found) for owner, found in pieces.items() if found}
        while self._waiting:
            try:
                self._attempt()
                self._failures = 0
            except PleskError as error:
                self._failures += 1
                if error.fatal or not error.retryable or self._failures >= self._client.retry.attempts:
                    self.broken = error
                    self._fail(dict.fromkeys(self._waiting, error))
                else:
                    self._client.failed(self._failures, self._client.writes)

    def _attempt(self) -> None:
        batch = self._batch()
        if not batch:
            return
        owners = {piece.owner for piece in batch}
        before, self._unsure = set(self.sent), owners
        self.sent |= owners
        try:
            errors = write_pieces(self._client, batch, self._mailboxes)
        except (Rejected, AccessDenied) as error:
            # Refused as a whole before anything ran.
            self.sent, self._unsure = before, set()
            self._narrow(batch, error)
        except PleskError as error:
            if error.fatal:
                self.sent = before
            raise
        else:
            self._unsure = set()
            self._settle(batch, errors)

    def _batch(self) -> list[Piece]:
        """The pieces of the next packet, decided anew where a write's fate is unknown or what was read has grown old."""
        if self._unsure:
            self._look_again(self._unsure)
        batch = self._next()
        oldest = self._clock() - FRESH
        old = {piece.owner for piece in batch if self._read_again_at.get(piece.owner, self._read_at) < oldest}
        if old:
            self._look_again(old)
            batch = self._next()
        return batch

    def _next(self) -> list[Piece]:
        waiting = [piece for found in self._waiting.values() for piece in found]
        return waiting[: self._client.writes.take(len(waiting))] if waiting else []

    def _look_again(self, owners: set[int]) -> None:
        """Read subscriptions: what is done is done, the rest is decided anew; what was refused is not tried again."""
        wanted = owners & self._waiting.keys()
        found, errors = self._again(wanted)
        self._unsure = set()
        self._read_again_at.update(dict.fromkeys(owners, self._clock()))
        for owner in wanted:
            known = self.refused.get(owner, {})
            left = [
                piece for piece in found.get(owner, ()) if not known.keys() & {name for name, _value in piece.values}
            ]
            # Those that hold a setting which was refused are tried one setting at a time.
            parts = [part for piece in found.get(owner, ()) if piece not in left for part in _single(piece)]
            left += [part for part in parts if part.values[0][0] not in known]
            if left != self._waiting[owner]:
                self._failures = 0
            self._set(owner, left)
        self._fail(errors)

    def _set(self, owner: int, left: list[Piece]) -> None:
        if left:
            self._waiting[owner] = left
        else:
            self._waiting.pop(owner, None)

    def _narrow(self, batch: list[Piece], error: PleskError) -> None:
        """The packet was refused as a whole: make it smaller until the one bad setting stands alone."""
        if len(batch) > 1:
            self._client.writes.shrink()
        else:
            self._refuse(batch[0], error)

    def _refuse(self, piece: Piece, error: PleskError) -> None:
        """Try half of a piece that the panel does not take; a single setting is given up."""
        halves = piece.halves()
        left = [one for one in self._waiting.get(piece.owner, ()) if one != piece]
        self._set(piece.owner, [*halves, *left])
        if not halves:
            self.refused.setdefault(piece.owner, {})[piece.values[0][0]] = error

    def _settle(self, batch: list[Piece], errors: Mapping[Piece, PleskError]) -> None:
        """Take off what the batch has done, keep what may yet succeed, fail the rest."""
        final: Errors = {}
        busy = 0
        for piece in batch:
            error = errors.get(piece)
            if error is None:
                self._set(piece.owner, [one for one in self._waiting.get(piece.owner, ()) if one != piece])
                continue
            if error.fatal:
                raise error
            self._tries[piece] = self._tries.get(piece, 0) + 1
            if error.retryable and self._tries[piece] < TRIES:
                busy = max(busy, self._tries[piece])
            elif error.retryable or (isinstance(error, NotFound) and piece.kind == SUBSCRIPTION):
                final[piece.owner] = error
            else:
                self._refuse(piece, error)
        self._fail(final)
        if busy and self._waiting:
            self._client.failed(busy, self._client.writes)

    def _fail(self, errors: Errors) -> None:
        for owner, error in errors.items():
            if self._waiting.pop(owner, None) is not None:
                self.errors[owner] = error
        if errors and self._stop_on_error:
            for owner in self._waiting:
                begun = "begun, but not finished" if owner in self.sent else "not attempted"
                self.errors[owner] = NotAttempted(f"{begun}: the task stops at the first error (on_error: stop)")
            self._waiting.clear()


def _single(piece: Piece) -> list[Piece]:
    """A piece for each setting."""
    halves = piece.halves()
    return [one for half in halves for one in _single(half)] if halves else [piece]
