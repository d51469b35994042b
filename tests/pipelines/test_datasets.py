import gzip
import hashlib
import threading
from functools import partial
from http.server import HTTPServer, SimpleHTTPRequestHandler
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from leads.errors import NotFound, Unavailable
from pipelines import datasets
from pipelines.datasets import ARCHIVE, DATASETS, fetch, load
from tests.realdata import BANK, BANK_ADDITIONAL, real_file

REAL = {"bank-additional-full": BANK_ADDITIONAL, "bank-full": BANK}


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def site(tmp_path):
    """A web site on loopback that serves the files of `site.folder`."""
    folder = tmp_path / "site"
    folder.mkdir()
    server = HTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    server.folder = folder
    server.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def publish(site, tables):
    """The archive as it is published: a zip that holds a zip for each table."""
    with ZipFile(site.folder / ARCHIVE, "w") as outer:
        for name, content in tables.items():
            inner = site.folder / "inner.zip"
            with ZipFile(inner, "w") as archive:
                archive.writestr(DATASETS[name].member, content)
            outer.write(inner, DATASETS[name].inner_zip)


@pytest.mark.parametrize("name", DATASETS)
def test_a_fetched_set_is_the_published_one_to_the_last_byte(site, tmp_path, name):
    real = gzip.decompress(real_file(REAL[name]).read_bytes())
    publish(site, {name: real})

    path = fetch(name, tmp_path / "new" / "folder", base_url=site.url)

    assert path.name == f"{name}.csv.gz"
    assert gzip.decompress(path.read_bytes()) == real


def test_a_fetched_set_is_loaded_from_its_folder():
    path = real_file(BANK)

    assert load("bank-full", path.parent).frame.shape == (45_211, 17)


def test_a_changed_file_is_refused_and_nothing_is_written(site, tmp_path):
    publish(site, {"bank-full": b"age;y\n30;no\n"})
    digest = hashlib.sha256(b"age;y\n30;no\n").hexdigest()

    with pytest.raises(Unavailable, match=digest):
        fetch("bank-full", tmp_path / "out", base_url=site.url)

    assert not (tmp_path / "out").exists()


def test_an_archive_that_is_no_zip_is_refused(site, tmp_path):
    (site.folder / ARCHIVE).write_text("<html>moved</html>")

    with pytest.raises(Unavailable, match="not the archive"):
        fetch("bank-full", tmp_path, base_url=site.url)


def test_an_archive_with_any_byte_changed_is_refused(site):
    with ZipFile(site.folder / ARCHIVE, "w", ZIP_DEFLATED) as outer:
        outer.writestr("bank.zip", b"no table" * 9)
    whole = (site.folder / ARCHIVE).read_bytes()

    for at in range(len(whole)):
        changed = whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :]
        with pytest.raises(Unavailable, match="is not the archive that is known"):
            datasets._taken_out(changed, DATASETS["bank-full"], "the site")


def test_a_missing_archive_is_told_with_the_answer(site, tmp_path):
    with pytest.raises(Unavailable, match="answered 404"):
        fetch("bank-full", tmp_path, base_url=site.url)


def test_an_endless_answer_is_cut_off(site, tmp_path, monkeypatch):
    monkeypatch.setattr(datasets, "MOST_BYTES", 1_000)
    (site.folder / ARCHIVE).write_bytes(b"x" * 2_000)

    with pytest.raises(Unavailable, match="more than 1,000 bytes"):
        fetch("bank-full", tmp_path, base_url=site.url)


def test_without_a_connection_the_error_says_what_is_needed(tmp_path):
    with pytest.raises(Unavailable, match="connection to the internet"):
        fetch("bank-full", tmp_path, base_url="http://127.0.0.1:1")


def test_an_unknown_set_is_not_found_and_the_known_ones_are_named(tmp_path):
    with pytest.raises(NotFound, match="bank-additional-full, bank-full"):
        fetch("iris", tmp_path)
