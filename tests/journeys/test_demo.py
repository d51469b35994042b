import json
import os
import re
import signal
import subprocess
import sys
import time

import pytest

from tests.serving.running import PROJECT, end, free_port

SECONDS = 240


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """`leadflow demo` as a newcomer runs it, with a smaller market, until it serves."""
    folder = tmp_path_factory.mktemp("newcomer")
    command = [sys.executable, "-m", "pipelines.cli", "demo", "--leads", "3000"]
    environment = os.environ | {"PYTHONPATH": str(PROJECT), "PYTHONUNBUFFERED": "1"}
    with (folder / "screen").open("wb") as screen:
        process = subprocess.Popen(
            [*command, "--port", str(free_port())],
            cwd=folder,
            env=environment,
            stdout=screen,
            stderr=screen,
            start_new_session=True,
        )
    try:
        yield process, _read_until_it_serves(process, folder / "screen")
    finally:
        end(process)


def _read_until_it_serves(process, screen):
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        text = screen.read_text()
        if "Ctrl-C ends it." in text:
            return text
        assert process.poll() is None, text
        time.sleep(0.5)
    raise AssertionError(f"not serving after {SECONDS} s:\n{screen.read_text()}")


@pytest.mark.xdist_group("demo")
def test_the_screen_shows_progress_figures_and_scored_leads_with_reasons(demo):
    _, screen = demo

    assert "simulat" in screen
    assert "demo: version 1 is the champion" in screen
    assert re.search(r"probability\s+x average\s+tier\s+top reasons", screen)
    assert screen.count("as often as average") > 24


@pytest.mark.xdist_group("demo")
def test_the_curl_examples_work_as_printed(demo):
    _, screen = demo
    key = re.search(r"export KEY=(\S+)", screen)[1]
    commands = re.findall(r"^curl .*$", screen, flags=re.MULTILINE)

    answers = [
        json.loads(
            subprocess.run(
                command, shell=True, check=True, capture_output=True, env=os.environ | {"KEY": key}
            ).stdout
        )
        for command in commands
    ]

    status, scored, explained, lead = answers
    assert status["model"]["version"] == "1"
    assert scored["results"][0]["status"] == "ok"
    assert explained["probability"] == scored["results"][0]["probability"]
    assert len(explained["reasons"]) == 3
    assert lead["lead_id"] == scored["results"][0]["lead_id"]


@pytest.mark.xdist_group("demo")
def test_messy_files_in_two_languages_become_fewer_leads_and_the_screen_says_why(demo):
    _, screen = demo
    rows = dict(re.findall(r"^(\S+\.(?:csv|xlsx))\s+(\d+(?:\s+\d+)+)$", screen, re.MULTILINE))
    counts = {name: [int(number) for number in told.split()] for name, told in rows.items()}

    assert set(counts) == {"incoming.csv", "web_form.csv", "event_list.xlsx", "china_team.csv"}
    for n_rows, *outcomes, _in_review in counts.values():
        assert sum(outcomes) == n_rows
    assert sum(line[3] for line in counts.values()) >= 5
    assert re.search(
        r"name is the same \((?:\w+ / [\u4e00-\u9fff]+|[\u4e00-\u9fff]+ / \w+)\)", screen
    )


@pytest.mark.xdist_group("demo")
def test_ctrl_c_ends_it_and_leaves_nothing_running(demo):
    process, screen = demo
    address = re.search(r"serving on (http://\S+);", screen)[1]

    os.kill(process.pid, signal.SIGINT)

    assert process.wait(timeout=60) == 0
    port = address.rsplit(":", 1)[1]
    assert subprocess.run(["curl", "-s", f"{address}/readyz"], check=False).returncode == 7, port


@pytest.mark.long
def test_once_shows_it_all_twice_over_and_leaves(tmp_path):
    command = [sys.executable, "-m", "pipelines.cli", "demo", "--once", "--port", str(free_port())]
    environment = os.environ | {"PYTHONPATH": str(PROJECT)}

    for _ in range(2):
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )

        assert done.returncode == 0, done.stderr
        assert set(re.findall(r"  ([ABCD])  [+-] ", done.stdout)) == set("ABCD")


def test_a_folder_that_is_no_demos_is_left_alone(tmp_path):
    from leads.errors import Conflict
    from pipelines.demo import own_folder

    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "mine.txt").write_text("mine")

    with pytest.raises(Conflict, match="was not made by a demo"), own_folder(tmp_path / "demo"):
        pass

    assert (tmp_path / "demo" / "mine.txt").read_text() == "mine"


def test_two_demos_do_not_share_a_folder(tmp_path):
    from leads.errors import Conflict
    from pipelines.demo import own_folder

    with (
        own_folder(tmp_path / "demo"),
        pytest.raises(Conflict, match="another demo is running"),
        own_folder(tmp_path / "demo"),
    ):
        pass
