"""The thread that keeps a worker's keys as the store has them.

Every second it reads the valid keys; what was revoked or has expired stops opening with the next
look. While the store is away the keys read last go on opening, until they expire: scoring does
not stop with the store. Off the request path it also notes, once a minute, which keys were used.
"""

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import structlog

from leads.clock import Clock
from leads.errors import LeadflowError
from serving.keys import Keyring, ValidKey
from serving.store_desk import StoreDesk

if TYPE_CHECKING:
    from leads.access import ApiKey

LOOK_EVERY = 1.0
NOTE_EVERY = 60
"""Looks after which the keys that were used are noted."""
FIRST_LOOK_SECONDS = 3.0

log = structlog.get_logger()


class KeyWatch:
    """Follows the keys in the store; one a worker process."""

    def __init__(
        self,
        keys: Keyring,
        store: StoreDesk,
        *,
        has_store: Callable[[], bool],
        clock: Clock,
    ) -> None:
        self._keys = keys
        self._store = store
        self._has_store = has_store
        self._clock = clock
        self._known: Sequence[ApiKey] = ()
        self._is_away = False
        self._looked = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="keys", daemon=True)

    def start(self) -> None:
        """Follow; the first look is waited for, unless the store lets it wait for long."""
        self._thread.start()
        self._looked.wait(FIRST_LOOK_SECONDS)

    def stop(self) -> None:
        """Stop following."""
        self._stop.set()

    def look(self) -> None:
        """Take the keys as they are now."""
        if not self._known and not self._has_store():
            return
        now = self._clock()
        try:
            with self._store.store().reading() as unit:
                self._known = unit.keys.valid(now)
        except LeadflowError as error:
            self._away(str(error))
        else:
            self._is_away = False
        self._keys.put([_valid(key) for key in self._known if key.is_valid(now)])

    def _follow(self) -> None:
        looks = 0
        while not self._stop.is_set():
            try:
                self.look()
                looks += 1
                if looks % NOTE_EVERY == 0:
                    self.note_use()
            except Exception:  # the thread must outlive whatever the store does
                log.exception("keys_not_read")
            self._looked.set()
            self._stop.wait(LOOK_EVERY)

    def note_use(self) -> None:
        """Let the store know which keys were used; it may have to wait for a writer."""
        used, now = self._keys.used(), self._clock()
        if used:
            self._store.later(lambda unit: unit.keys.note_use(used, at=now))

    def _away(self, why: str) -> None:
        if not self._is_away:
            log.warning("store_away", why=why, keys_kept=len(self._known))
        self._is_away = True


def _valid(key: "ApiKey") -> ValidKey:
    return ValidKey(
        key_id=key.key_id,
        digest=bytes.fromhex(key.secret_hash),
        scopes=frozenset(key.scopes),
        per_minute=key.per_minute,
    )
