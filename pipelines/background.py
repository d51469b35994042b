"""The service as a process beside this one, for as long as a block of code runs."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

from leads.errors import Conflict, Unavailable
from pipelines.settings import Settings

START_SECONDS = 60
STOP_SECONDS = 25


def check_port(host: str, port: int) -> None:
    """Raise Conflict when something else listens there, before minutes of work are done."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Conflict(
                f"{host}:{port} is in use: stop what listens there, or choose --port"
            ) from error


def address_of(host: str, port: int) -> str:
    """Where the service is reached from this machine."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def direct_client() -> httpx.Client:
    """A client that goes straight to this machine, whatever proxy the environment names."""
    return httpx.Client(trust_env=False, timeout=30)


@contextmanager
def running_service(settings: Settings, *, api_key: str) -> Iterator[str]:
    """The service as a process of its own, ready; its address. Ends with the block."""
    address = address_of(settings.host, settings.port)
    log = settings.var / "service.log"
    environment = os.environ | {
        "LEADFLOW_VAR": str(settings.var),
        "LEADFLOW_DATABASE_URL": settings.database_url.get_secret_value(),
        "LEADFLOW_MODEL_NAME": settings.model_name,
        "LEADFLOW_API_KEY": api_key,
        "LEADFLOW_HOST": settings.host,
        "LEADFLOW_PORT": str(settings.port),
    }
    for request in (signal.SIGTERM, signal.SIGHUP):  # end like Ctrl-C: not without the service
        signal.signal(request, signal.default_int_handler)
    process = None
    try:
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "pipelines.cli", "serve"],
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C reaches us; we then stop the whole group
            )
        _wait_until_ready(address, process, log)
        yield address
    finally:
        if process is not None:
            _stop(process)


def wait_for_interrupt() -> None:
    """Return when somebody presses Ctrl-C or asks the process to end."""
    try:
        while True:
            time.sleep(1)
    except KeyboardInterrupt:
        return


def _wait_until_ready(address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        with suppress(httpx.TransportError):
            if direct_client().get(f"{address}/readyz", timeout=2).is_success:
                return
        time.sleep(0.2)
    raise Unavailable(f"the service did not start; its last words:\n{_last_lines(log)}")


def _last_lines(log: Path, lines: int = 15) -> str:
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """End the service's whole process group, by asking first."""
    for request in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, request)
            process.wait(STOP_SECONDS)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue
        else:
            return
