import json
from pathlib import Path

import pytest

from leads.errors import InvalidInput, NoChampion
from scoring.pointer import mark_good, pointer_path, read_last_good, read_pointer, write_pointer

DIGESTS = {"model.txt": "abc"}


def test_a_pointer_leads_to_the_bundle_also_after_a_move(tmp_path):
    var = tmp_path / "var"
    write_pointer(var, name="m", version="3", bundle=Path("bundles/3"), digests=DIGESTS)
    var.rename(tmp_path / "elsewhere")

    pointer = read_pointer(tmp_path / "elsewhere", "m")

    assert pointer.bundle == tmp_path / "elsewhere" / "bundles" / "3"
    assert (pointer.version, pointer.digests) == ("3", DIGESTS)


def test_a_bundle_outside_var_can_be_pointed_at(tmp_path):
    bundle = tmp_path / "artifacts" / "bundle"

    write_pointer(tmp_path / "var", name="m", version="3", bundle=bundle, digests=DIGESTS)

    assert read_pointer(tmp_path / "var", "m").bundle == bundle


def test_replacing_a_pointer_leaves_only_the_new_one(tmp_path):
    for version in ("3", "4"):
        write_pointer(tmp_path, name="m", version=version, bundle=Path("b"), digests=DIGESTS)

    assert read_pointer(tmp_path, "m").version == "4"
    assert [path.name for path in (tmp_path / "champions").iterdir()] == ["m.json"]


def test_without_a_promotion_there_is_no_champion(tmp_path):
    with pytest.raises(NoChampion, match="'m' has no champion yet"):
        read_pointer(tmp_path, "m")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b"null",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"format": 9, "name": "m"}',
        b'{"format": 1, "name": "m", "version": 3, "bundle": "b", "digests": {}}',
        b'{"format": 1, "name": "n", "version": "3", "bundle": "b", "digests": {}}',
    ],
)
def test_a_broken_pointer_says_what_to_do_and_the_last_good_one_remains(tmp_path, content):
    write_pointer(tmp_path, name="m", version="3", bundle=Path("b"), digests=DIGESTS)
    good = read_pointer(tmp_path, "m")
    mark_good(tmp_path, good)
    pointer_path(tmp_path, "m").write_bytes(content)

    with pytest.raises(InvalidInput, match="promote again to renew it"):
        read_pointer(tmp_path, "m")
    assert read_last_good(tmp_path, "m") == good


@pytest.mark.parametrize("name", ["", "../m", "a/b", ".hidden", "a\0b", "m.last-good", "x" * 101])
def test_a_name_that_makes_no_file_is_refused(tmp_path, name):
    with pytest.raises(InvalidInput, match="model name"):
        write_pointer(tmp_path, name=name, version="1", bundle=Path("b"), digests={})


def test_a_name_may_be_in_any_language(tmp_path):
    write_pointer(tmp_path, name="线索 评分", version="1", bundle=Path("b"), digests={})

    assert json.loads(pointer_path(tmp_path, "线索 评分").read_bytes())["name"] == "线索 评分"
