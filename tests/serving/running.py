"""A service as a real process on a loopback port, ended whatever happens."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from pipelines.environment import FIXED
from pipelines.serve import serve_command

PROJECT = Path(__file__).resolve().parents[2]
KEY = "a-key-for-tests-only"
START_SECONDS = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A running service."""

    url: str
    port: int
    pid: int
    log: Path

    def client(self, **headers: str) -> httpx.Client:
        """An HTTP client that carries the key."""
        given = {"authorization": f"Bearer {KEY}"} | headers
        return httpx.Client(base_url=self.url, headers=given, timeout=30)


@contextmanager
def running(
    served: str,
    *,
    var: Path,
    key: str | None = KEY,
    until: str = "/readyz",
    cwd: Path = PROJECT,
    **variables: str,
) -> Iterator[Service]:
    """Start a service in a process group of its own, wait until it answers, and end it."""
    port = free_port()
    log = var / f"service-{port}.log"
    var.mkdir(parents=True, exist_ok=True)
    environment = {
        **{name: value for name, value in os.environ.items() if "LEADFLOW" not in name},
        **FIXED,
        "LEADFLOW_VAR": str(var),
        "BENTOML_HOME": str(var / "bentoml"),
        "PYTHONPATH": str(PROJECT),
        **({"LEADFLOW_API_KEY": key} if key else {}),
        **variables,
    }
    command = serve_command(host="127.0.0.1", port=port, served=served)
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, cwd=cwd, env=environment, stdout=out, stderr=out, start_new_session=True
        )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_for(url + until, process, log)
        yield Service(url=url, port=port, pid=process.pid, log=log)
    finally:
        end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    """Ask the whole group to stop, and insist."""
    for sign, patience in ((signal.SIGTERM, 10), (signal.SIGKILL, 5)):
        try:
            os.killpg(process.pid, sign)
            process.wait(timeout=patience)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            if httpx.get(url, timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"{url} did not answer:\n{log.read_text()[-4000:]}")


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
