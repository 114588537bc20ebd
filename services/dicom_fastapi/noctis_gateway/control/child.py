"""The receiver as a supervised child process, where there is no systemd."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import shutil
import signal
from datetime import UTC, datetime
from pathlib import Path

from noctis_gateway.control.manager import Action, ReceiverState, Refused, State

log = logging.getLogger(__name__)

READY_S = 15.0
STOP_S = 3.0
"""How long `stop` waits for what a `drain` would wait out."""
BACKOFF_MIN_S, BACKOFF_MAX_S = 0.5, 30.0
CALM_S = 60.0
"""A process that lived this long starts the pauses anew."""
BAD_CONFIGURATION = 2
"""Exit code of a receiver that will not start however often it is tried."""


class Child:
    """Keeps one process running for as long as it is wanted. Lives on the event loop."""

    def __init__(self, program: str, config: Path | None) -> None:
        self._command = [program, "run", *(["--config", str(config)] if config else [])]
        self._process: asyncio.subprocess.Process | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._lock = asyncio.Lock()
        self._change = asyncio.Event()
        self._state: State = "stopped"
        self._since = datetime.now(UTC)
        self._restarts = 0
        self._last_exit: int | None = None
        self._listening: list[str] = []

    async def state(self) -> ReceiverState:
        """How it is."""
        return ReceiverState(
            manager="child",
            state=self._state,
            pid=self._process.pid if self._process else None,
            since=self._since.strftime("%Y-%m-%dT%H:%M:%SZ"),
            restarts=self._restarts,
            last_exit=self._last_exit,
            listening=self._listening,
        )

    async def act(self, action: Action) -> None:
        """Do something with it."""
        async with self._lock:
            if action == "start":
                await self._start()
            elif action == "reload":
                self._signal(signal.SIGHUP)
            elif action == "drain":
                self._drain()
            elif action == "stop":
                await self._stop()
            else:
                await self._stop()
                await self._start()

    async def close(self) -> None:
        """The receiver ends with the gateway; what runs in it may end first, as the receiver's `drain_s` says."""
        async with self._lock:
            if self._process:
                self._drain()
            if self._keeper:
                await self._keeper

    def _enter(self, state: State) -> None:
        self._state, self._since = state, datetime.now(UTC)
        self._change.set()

    async def _start(self) -> None:
        if self._state == "draining":
            raise Refused("it is draining; stop it, or wait until it has ended")
        if self._keeper and not self._keeper.done():
            raise Refused("it runs already")
        self._enter("starting")
        self._restarts = 0
        self._keeper = asyncio.create_task(self._keep())
        try:
            async with asyncio.timeout(READY_S):
                while self._state == "starting":
                    self._change.clear()
                    await self._change.wait()
        except TimeoutError:
            raise Refused("it has been started and does not say that it listens; see its log") from None
        if self._state != "running":
            raise Refused(f"it did not start (exit code {self._last_exit}); see its log")

    def _drain(self) -> None:
        self._signal(signal.SIGTERM)
        self._enter("draining")

    async def _stop(self) -> None:
        if self._process is None:
            if self._keeper and not self._keeper.done():  # between two tries
                self._keeper.cancel()
                self._enter("stopped")
            return
        self._drain()
        keeper = self._keeper
        if keeper is None:
            return
        done, _ = await asyncio.wait([keeper], timeout=STOP_S)
        if not done:
            # What was not acknowledged is not lost: the sender has it.
            self._signal(signal.SIGKILL)
            await asyncio.wait([keeper])

    def _signal(self, number: signal.Signals) -> None:
        if self._process is None:
            raise Refused("it does not run")
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(number)

    async def _keep(self) -> None:
        pause = BACKOFF_MIN_S
        while True:
            begun = asyncio.get_running_loop().time()
            try:
                code = await self._one()
            except OSError as error:
                log.error("receiver: %s cannot be started (%s)", self._command[0], error.strerror)
                self._enter("failed")
                return
            self._process, self._last_exit, self._listening = None, code, []
            if self._state == "draining":
                self._enter("stopped")
                return
            if code == BAD_CONFIGURATION or (self._state == "starting" and self._restarts == 0):
                log.error("receiver: ended with %d and is not started again", code)
                self._enter("failed")
                return
            if asyncio.get_running_loop().time() - begun > CALM_S:
                pause = BACKOFF_MIN_S
            log.warning("receiver: ended with %d; starting it again in %.1f s", code, pause)
            self._restarts += 1
            self._enter("starting")
            await asyncio.sleep(pause)
            pause = min(pause * 2, BACKOFF_MAX_S)

    async def _one(self) -> int:
        """Run a process to its end; its exit code."""
        kept = {n: v for n, v in os.environ.items() if not n.startswith("NOCTIS_") or n.startswith("NOCTIS_RX_")}
        if token := os.environ.get("NOCTIS_FASTAPI_TOKEN"):
            kept["NOCTIS_FASTAPI_TOKEN"] = token
        # A gateway that is killed takes it along: two receivers on one storage refuse each other.
        setpriv = shutil.which("setpriv")
        prefix = [setpriv, "--pdeathsig", "TERM"] if setpriv else []
        process = await asyncio.create_subprocess_exec(
            *prefix, *self._command, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, env=kept
        )
        self._process = process
        assert process.stdout  # noqa: S101 (asked for above)
        async for line in process.stdout:
            text = line.decode("utf-8", "replace").strip()
            if text.startswith("listening on "):
                self._listening.append(text.removeprefix("listening on "))
                if self._state == "starting":
                    self._enter("running")
        return await process.wait()
