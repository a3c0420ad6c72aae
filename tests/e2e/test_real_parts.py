"""The real parts work by themselves, so that a failing story points at OpsDesk and not at them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from jeepney import DBusAddress, new_method_call
from jeepney.io.blocking import open_dbus_connection
from support import breakers
from support.breakers import REFUSED
from support.desktop import desktop
from support.processes import eventually, running
from support.prometheus import Target, node_exporter, prometheus

#: a window and a red tray icon, in bare Qt
ICON = """
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QApplication, QLabel, QSystemTrayIcon
app = QApplication([])
app.setQuitOnLastWindowClosed(False)
window = QLabel("hello")
window.setWindowTitle("Größe — OpsDesk")
window.resize(400, 300)
window.show()
pixmap = QPixmap(22, 22)
pixmap.fill(QColor("red"))
icon = QSystemTrayIcon(QIcon(pixmap))
icon.show()
app.exec()
"""


def test_prometheus_scrapes_itself_and_a_node_exporter() -> None:
    with node_exporter() as node, prometheus([node]) as server:
        server.wait_for('up{job="prometheus"} == 1')
        server.wait_for('up{job="node"} == 1')


def test_a_fluxgate_breaker_opens_by_failing_calls_and_recovers() -> None:
    with (
        breakers.fluxgate("billing") as service,
        prometheus([Target("shop", service.address)]) as server,
    ):
        server.wait_for('up{job="shop"} == 1')
        state = 'circuit_breaker_state{circuit_name="billing",state="%s"} == 1'
        assert server.query("circuit_breaker_state") == []  # it says nothing before a change

        service.trip()
        server.wait_for(state % "open")
        assert service.call() in (REFUSED, 502)

        service.heal()
        server.wait_for(state % "closed")


def test_an_opossum_breaker_counts_its_events() -> None:
    with (
        breakers.opossum("inventory") as service,
        prometheus([Target("stock", service.address)]) as server,
    ):
        service.heal()
        server.wait_for('circuit{name="inventory",event="success"} > 0')

        service.trip()
        server.wait_for('circuit{name="inventory",event="open"} > 0')

        service.heal()
        server.wait_for('circuit{name="inventory",event="close"} > 0')


@pytest.mark.parametrize("start", [breakers.fluxgate, breakers.opossum])
def test_both_services_keep_one_contract(start: type[breakers.fluxgate]) -> None:
    with start("one") as service:
        assert service.call() == 200
        service.trip()
        service.heal()
        assert "# TYPE" in service.metrics()


def test_a_desktop_hosts_a_tray_icon_and_shows_a_window(tmp_path: Path) -> None:
    with (
        desktop(notifications=False) as here,
        running([sys.executable, "-c", ICON], env=here.env) as app,
    ):
        window = eventually(lambda: here.windows(app.pid), "the window")[0]
        assert window.title == "Größe — OpsDesk"
        icon = eventually(here.tray_icons, "the icon in the tray")[0]
        red = eventually(lambda: b"\0\0\xff" in here.picture(icon.box).colours(), "a red icon")
        assert red

        here.screenshot(tmp_path / "screen.png")
        assert (tmp_path / "screen.png").read_bytes().startswith(b"\x89PNG")

        here.close(window)
        eventually(lambda: not here.windows(app.pid), "the window to be gone")
        assert here.tray_icons()


def test_a_desktop_without_a_tray_gets_one_later() -> None:
    with desktop(tray=False, notifications=False) as here:
        assert here.tray_icons() == []
        here.start_tray()
        with running([sys.executable, "-c", ICON], env=here.env):
            assert eventually(here.tray_icons, "the icon in the tray")


def test_the_notification_daemon_shows_and_the_recorder_writes_down() -> None:
    with desktop(tray=False) as here:
        bus = DBusAddress(
            "/org/freedesktop/Notifications",
            bus_name="org.freedesktop.Notifications",
            interface="org.freedesktop.Notifications",
        )
        with open_dbus_connection(here.env["DBUS_SESSION_BUS_ADDRESS"]) as connection:
            signature = "susssasa{sv}i"
            hints = {"urgency": ("y", 2)}
            first = ("test", 0, "", "Breaker 'billing' is open", "since now", [], hints, 0)
            asked = new_method_call(bus, "Notify", signature, first)
            number = connection.send_and_get_reply(asked).body[0]
            eventually(lambda: here.displayed() == 1, "dunst to show it")
            second = ("test", number, "", "Closed", "after 2 s", [], {}, 500)
            connection.send_and_get_reply(new_method_call(bus, "Notify", signature, second))
            eventually(lambda: here.displayed() == 0, "dunst to let it expire")

        shown = eventually(lambda: here.notifications()[2:] and here.notifications(), "the record")
        assert [(event.event, event.id) for event in shown] == [
            ("notify", number),
            ("notify", number),
            ("closed", number),
        ]
        assert (shown[0].summary, shown[0].urgency) == ("Breaker 'billing' is open", 2)
        assert (shown[1].replaces, shown[1].body) == (number, "after 2 s")
