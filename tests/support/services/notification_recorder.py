"""Writes down what passes between applications and the notification daemon, as lines of JSON.

A monitor on the session bus: it sees what is sent without being asked anything itself. It prints
one line when it listens; then each event goes to the file given as argument.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, TextIO

from jeepney import HeaderFields, MessageType
from jeepney.bus_messages import Monitoring
from jeepney.io.blocking import open_dbus_connection
from jeepney.low_level import Message

RULES = ("interface='org.freedesktop.Notifications'", "type='method_return'")


def record(file: TextIO) -> None:
    """Write every event until the bus goes away or the process is ended."""
    with open_dbus_connection("SESSION") as connection:
        connection.send_and_get_reply(Monitoring().BecomeMonitor(list(RULES)))
        print("listening", flush=True)
        pending: dict[tuple[str, int], dict[str, Any]] = {}
        while True:
            event = _event(connection.receive(), pending)
            if event:
                file.write(json.dumps(event) + "\n")
                file.flush()


def _event(message: Message, pending: dict[tuple[str, int], dict[str, Any]]) -> dict[str, Any]:
    """Return what a message says; a call of Notify waits in ``pending`` until it has its id."""
    fields = message.header.fields
    member = fields.get(HeaderFields.member, "")
    if message.header.message_type is MessageType.method_return:
        asked = (fields.get(HeaderFields.destination, ""), fields[HeaderFields.reply_serial])
        event = pending.pop(asked, None)
        return {} if event is None else event | {"id": message.body[0]}
    if member == "Notify":
        pending[fields[HeaderFields.sender], message.header.serial] = _notify(message.body)
    elif member == "CloseNotification":
        return {"event": "close", "id": message.body[0]}
    elif member == "NotificationClosed":
        return {"event": "closed", "id": message.body[0]}
    elif member == "ActionInvoked":
        return {"event": "action", "id": message.body[0], "actions": [message.body[1]]}
    return {}


def _notify(body: tuple[Any, ...]) -> dict[str, Any]:
    app, replaces, _icon, summary, text, actions, hints, timeout = body
    return {
        "event": "notify",
        "app": app,
        "replaces": replaces,
        "summary": summary,
        "body": text,
        "actions": actions,
        "urgency": hints.get("urgency", ("y", 1))[1],
        "timeout": timeout,
        "category": hints.get("category", ("s", ""))[1],
    }


if __name__ == "__main__":
    with Path(sys.argv[1]).open("a", encoding="utf-8") as log:
        record(log)
