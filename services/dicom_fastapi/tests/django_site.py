"""The example Django site as a process of its own, with its own database and media folder."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.gateway import SERVICE

SITE = (SERVICE / "../../examples/django-receiver").resolve()
SECRET, API_KEY = "a-secret-for-tests", "a-key-for-tests"

PEOPLE = """
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from dicom_ingest.models import Facility

def person(name, facility=None, **more):
    user = User.objects.create_user(name, password="x", **more)
    if facility:
        user.assigned_facilities.add(Facility.objects.get(ae_title=facility))
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return user, session

def facility(title, **more):
    Facility.objects.create(name=title or "all others", license_number=title, ae_title=title, **more)
"""


@dataclass
class Site:
    """The site over a folder, which outlives its processes."""

    folder: Path
    process: subprocess.Popen[bytes] | None = None
    port: int = 0
    api_key: str = API_KEY

    @property
    def media(self) -> Path:
        """MEDIA_ROOT."""
        return self.folder / "media"

    @property
    def env(self) -> dict[str, str]:
        """What the gateway needs to know of it."""
        base = f"http://127.0.0.1:{self.port}/api/dicom"
        return {
            "NOCTIS_DJANGO_URL": f"{base}/ingest",
            "NOCTIS_SESSION_URL": f"{base}/session",
            "NOCTIS_DJANGO_SECRET": SECRET,
            "NOCTIS_DJANGO_API_KEY": API_KEY,
        }

    def _environment(self) -> dict[str, str]:
        return os.environ | {
            "DJANGO_DATABASE": str(self.folder / "site.sqlite"),
            "MEDIA_ROOT": str(self.media),
            "NOCTIS_DJANGO_SECRET": SECRET,
            "NOCTIS_DJANGO_API_KEY": self.api_key,
        }

    def manage(self, *arguments: str) -> str:
        """Run a command of the site and return what it prints."""
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, cwd=SITE, env=self._environment(), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def shell(self, code: str) -> str:
        """Run Python within the site."""
        return self.manage("shell", "--verbosity", "0", "-c", PEOPLE + code)

    def prepare(self, *titles: str) -> None:
        """Make the tables and a facility for each title."""
        if not self.port:
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                self.port = probe.getsockname()[1]
        self.manage("migrate", "--verbosity", "0")
        if titles:
            self.shell("\n".join(f"facility({title!r})" for title in titles))

    def start(self) -> None:
        """Serve, and wait until it answers."""
        command = [sys.executable, "manage.py", "runserver", "--noreload", "--nothreading", f"127.0.0.1:{self.port}"]
        with (self.folder / "site.log").open("a") as log:
            self.process = subprocess.Popen(command, cwd=SITE, env=self._environment(), stdout=log, stderr=log)
        limit = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                assert time.monotonic() < limit, (self.folder / "site.log").read_text()
                assert self.process.poll() is None, (self.folder / "site.log").read_text()
                time.sleep(0.05)
            else:
                return

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        """End it."""
        if self.process:
            self.process.send_signal(number)
            self.process.wait(10)
            self.process = None

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What the site's database holds."""
        connection = sqlite3.connect(f"file:{self.folder / 'site.sqlite'}?mode=ro", uri=True)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    def count(self, table: str) -> int:
        """Rows of a table of the app."""
        return int(self.rows(f"SELECT count(*) FROM dicom_ingest_{table}")[0][0])  # noqa: S608 (a name from a test)


def eventually(condition: Any, what: str, seconds: float = 60) -> None:  # noqa: ANN401 (anything that can be called)
    """Wait for something that must happen; the limit only keeps a broken build from hanging."""
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, f"never happened: {what}"
        time.sleep(0.05)
