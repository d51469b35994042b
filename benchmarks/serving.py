"""What a scored request costs: against an empty route, `mlflow models serve`, plain BentoML.

    python -m benchmarks.serving [--rounds 7] [--seconds 4] [--only cpu|rate]

Everything runs on loopback, taken in turns within one run, and is ended whatever happens. The
figures are *simulated*: seeded leads with 19 fields, 100 trees.
"""

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import psutil

from benchmarks.callers import answers_per_second, ask_in_turn, post
from tests.serving import models
from tests.serving.running import KEY, PROJECT, free_port, running

N_FIELDS, N_TREES, N_LEAVES = 19, 160, 6  # as the recipe makes them
CONNECTIONS = 8
WARM, TIMES = 200, 1500
UNLIMITED = {"LEADFLOW_REQUESTS_PER_MINUTE": "0", "LEADFLOW_LOG_LEVEL": "warning"}
OURS = "serving.service:LeadScoring"


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=7)
    asked.add_argument("--seconds", type=float, default=4.0)
    asked.add_argument("--only", choices=["cpu", "rate"])
    asked.add_argument("--trees", type=int, default=N_TREES)
    asked.add_argument("--leaves", type=int, default=N_LEAVES)
    options = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        var = Path(folder)
        models.write_version(
            var, version="1", n_fields=N_FIELDS, n_trees=options.trees, n_leaves=options.leaves
        )
        models.promote(var, version="1")
        if options.only != "rate":
            cpu_per_request(var, rounds=options.rounds)
        if options.only != "cpu":
            requests_per_second(var, rounds=options.rounds, seconds=options.seconds)


def cpu_per_request(var: Path, *, rounds: int) -> None:
    """CPU time of the worker for one request, in turns with an empty route beside it."""
    requests = {
        "empty Starlette route": post("/empty", _score_body(), key=KEY),
        "/v1/score": post("/v1/score", _score_body(), key=KEY),
    }
    taken: dict[str, list[float]] = {name: [] for name in requests}
    with running("benchmarks.served_beside_nothing:LeadScoring", var=var, **UNLIMITED) as service:
        worker = _worker(service.pid)
        for _ in range(rounds):
            for name, request in requests.items():
                ask_in_turn(service.port, request, times=WARM)
                before = sum(worker.cpu_times()[:2])
                ask_in_turn(service.port, request, times=TIMES)
                taken[name].append((sum(worker.cpu_times()[:2]) - before) / TIMES * 1e6)
    empty, scored = (statistics.median(values) for values in taken.values())
    print(f"CPU per request, median of {rounds} rounds of {TIMES}: empty route {empty:.0f} us, "
          f"/v1/score {scored:.0f} us, ratio {scored / empty:.2f} (aim 2.2)")  # fmt: skip


def requests_per_second(var: Path, *, rounds: int, seconds: float) -> None:
    """Answers a second with one worker and 8 connections, the three services in turns."""
    lead = _lead()
    split = {
        "dataframe_split": {"columns": [*lead], "data": [[*lead.values()]]},
        "params": {"as_of": "2026-03-02T09:00:00+00:00"},
    }
    requests = {
        "/v1/score": post("/v1/score", _score_body(), key=KEY),
        "mlflow models serve": post("/invocations", json.dumps(split).encode(), key=KEY),
        "@bentoml.api + scikit-learn": post(
            "/score", json.dumps({"leads": [lead]}).encode(), key=KEY
        ),
    }
    rates: dict[str, list[float]] = {name: [] for name in requests}
    spent: dict[str, list[float]] = {name: [] for name in requests}
    with ExitStack() as started:
        ours = started.enter_context(running(OURS, var=var, **UNLIMITED))
        theirs = started.enter_context(mlflow_serving(var))
        plain = started.enter_context(
            running(
                "benchmarks.plain_bentoml:Plain",
                var=var / "plain",
                BENCH_LEADS=str(_leads_file(var)),
            )
        )
        served = [(ours.pid, ours.port), theirs, (plain.pid, plain.port)]
        for _ in range(rounds):
            for (name, request), (pid, port) in zip(requests.items(), served, strict=True):
                before = _cpu_seconds(pid)
                rate = answers_per_second(port, request, connections=CONNECTIONS, seconds=seconds)
                spent[name].append((_cpu_seconds(pid) - before) / (rate * seconds) * 1e6)
                rates[name].append(rate)
    print(f"1 worker, {CONNECTIONS} connections, median of {rounds} rounds of {seconds:g} s:")
    for name in requests:
        rate, cpu = statistics.median(rates[name]), statistics.median(spent[name])
        ahead = statistics.median(rates["/v1/score"]) / rate
        cheaper = cpu / statistics.median(spent["/v1/score"])
        print(f"  {name}: {rate:.0f} requests/s (/v1/score {ahead:.1f}x), "
              f"{cpu:.0f} us of CPU each ({cheaper:.1f}x of /v1/score)")  # fmt: skip


@contextmanager
def mlflow_serving(var: Path) -> Iterator[tuple[int, int]]:
    """`mlflow models serve` of the model as `leadflow train` logs it; its process and port."""
    import mlflow

    from scoring.bundle import load_bundle
    from training.tracking import MODEL_CODE, signature_of

    folder, port = var / "mlflow-model", free_port()
    bundle = var / "bundles" / models.NAME / "1"
    mlflow.pyfunc.save_model(
        folder,
        python_model=str(MODEL_CODE),
        artifacts={"bundle": str(bundle)},
        signature=signature_of(load_bundle(bundle).encoder),
        pip_requirements=["lightgbm"],
    )
    command = [
        *(sys.executable, "-m", "mlflow", "models", "serve", "--env-manager", "local"),
        *("-m", str(folder), "-h", "127.0.0.1", "-p", str(port), "--workers", "1"),
    ]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT), "PATH": _with_our_programs()}
    with (var / "mlflow.log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=PROJECT, env=environment, stdout=log, stderr=log, start_new_session=True
        )
    try:
        _wait_for(f"http://127.0.0.1:{port}/ping", process)
        yield process.pid, port
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _with_our_programs() -> str:
    """Mlflow starts uvicorn by its name."""
    return f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(url, timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise AssertionError(f"{url} did not answer")


def _worker(pid: int) -> psutil.Process:
    """The process that answers: BentoML's only child."""
    (worker,) = psutil.Process(pid).children()
    return worker


def _cpu_seconds(pid: int) -> float:
    """CPU time of a process and all it started."""
    parent = psutil.Process(pid)
    return sum(sum(one.cpu_times()[:2]) for one in (parent, *parent.children(recursive=True)))


def _lead() -> dict[str, object]:
    return {
        **{name: value for name, value in models.LEAD.items() if name != "created"},
        **{f"detail_{i}": round(0.37 * i - 2, 2) for i in range(N_FIELDS - len(models.LEAD))},
    }


def _score_body() -> bytes:
    lead = {"external_id": "00Q5e000001abcd", "attributes": _lead()}
    return json.dumps({"leads": [lead]}).encode()


def _leads_file(var: Path) -> Path:
    """The leads a plain service trains on: the same fields without the date."""
    frame, outcomes = models.some_leads(seed=0, n_fields=N_FIELDS)
    path = var / "leads.csv"
    frame.drop(columns="created").assign(outcome=outcomes).to_csv(path, index=False)
    return path


if __name__ == "__main__":
    main()
