"""What the server and those who follow it agree on beyond HTTP and server-sent events."""

from __future__ import annotations

#: of an answer that does not end
MEDIA_TYPE = "text/event-stream"
#: name of the events that carry a snapshot; others are passed over
EVENT = "snapshot"
#: seconds after which a server that has nothing new says that it is still there, by a comment
HEARTBEAT = 10.0
#: seconds of silence after which one who follows takes the way for lost: others beat more seldom
SILENCE = 45.0
