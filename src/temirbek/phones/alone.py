"""The bus of a phone server that is alone, which is the rule: what is kept is kept in the store's own file."""

from collections.abc import Mapping
from typing import Any

from temirbek.phones.bus_contract import OnPart, OnWord
from temirbek.phones.store import FileStore


class AloneBus:
    """Tells this process alone; a server that was killed and started again shows what it showed.

    Args:
        store: Keeps the parts; it is open already.
    """

    def __init__(self, store: FileStore) -> None:
        self._store = store
        self._on_part: OnPart | None = None

    async def open(self, on_part: OnPart, on_word: OnWord) -> None:
        """See :class:`temirbek.phones.bus_contract.Bus`; there is nobody whose words could be heard."""
        self._on_part = on_part
        for part, envelope in self._store.kept_parts.items():
            on_part(part, envelope)

    def keep(self, part: str, envelope: Mapping[str, Any]) -> None:
        """See :class:`temirbek.phones.bus_contract.Bus`."""
        self._store.keep_part(part, envelope)
        if self._on_part is not None:
            self._on_part(part, envelope)

    def tell(self, topic: str, body: Mapping[str, Any]) -> None:
        """Nobody else is there."""

    async def close(self) -> None:
        """Nothing is to be left."""
