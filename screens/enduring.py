"""A widget that outlives its errors: Textual would let its queue fill for ever and tell nobody."""

from __future__ import annotations

from textual.message import Message
from textual.widget import Widget


class Enduring(Widget):
    """Hands an error of one message to the app, and takes the next message."""

    async def _dispatch_message(self, message: Message) -> None:
        try:
            await super()._dispatch_message(message)
        except Exception as error:
            self.app._handle_exception(error)
