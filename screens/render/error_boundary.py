"""What outlives its errors: Textual would end its loop, let its queue fill for ever, and tell nobody."""

from __future__ import annotations

from textual.message import Message
from textual.message_pump import MessagePump


class Enduring(MessagePump):
    """Hands an error of one message to the app, and takes the next message. To be named before the widget's class."""

    async def _dispatch_message(self, message: Message) -> None:
        try:
            await super()._dispatch_message(message)
        except Exception as error:
            self.app._handle_exception(error)
