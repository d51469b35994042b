import hashlib
import json
import os
import shutil

import pytest

from leads.errors import Conflict, DamagedBundle
from scoring.bundle import MANIFEST, PARTS, load_bundle, read_manifest, write_bundle
from tests.scoring.tables import a_model, a_table


@pytest.fixture
def copied(written, tmp_path):
    return shutil.copytree(written, tmp_path / "copy")


def forge(directory, name, content):
    """Put other content in, with a manifest that agrees: what a foe or a wrong tool would do."""
    (directory / name).write_bytes(content)
    manifest = json.loads((directory / MANIFEST).read_bytes())
    manifest["files"][name] = {
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    (directory / MANIFEST).write_text(json.dumps(manifest))


def test_what_was_written_is_what_is_loaded(written, model):
    bundle = load_bundle(written)

    assert bundle.curve == model["curve"]
    assert bundle.reference == model["reference"]
    assert bundle.encoder.to_state() == model["encoder"].to_state()
    assert bundle.card == model["card"]
    assert bundle.manifest == read_manifest(written)
    assert bundle.booster.model_to_string() == (written / "model.txt").read_text()


def test_equal_inputs_make_equal_bytes(written, tmp_path):
    write_bundle(tmp_path / "again", **a_model(*a_table()))

    for name in (*PARTS, MANIFEST):
        assert (tmp_path / "again" / name).read_bytes() == (written / name).read_bytes(), name


def test_an_existing_bundle_is_never_overwritten(written, model):
    with pytest.raises(Conflict, match="exists already"):
        write_bundle(written, **model)


def test_a_failed_write_leaves_nothing_behind(model, tmp_path):
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_bundle(tmp_path / "new", **{**model, "card": {"auc": float("nan")}})

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", PARTS)
def test_one_changed_byte_in_any_file_is_noticed(copied, name):
    content = bytearray((copied / name).read_bytes())
    content[len(content) // 2] ^= 1
    (copied / name).write_bytes(content)

    with pytest.raises(DamagedBundle, match=f"{name} is not what was written: its sha256"):
        load_bundle(copied)


@pytest.mark.parametrize("name", PARTS)
def test_a_truncated_file_is_noticed(copied, name):
    content = (copied / name).read_bytes()
    (copied / name).write_bytes(content[: len(content) // 2])

    with pytest.raises(DamagedBundle, match=f"{name} has [0-9,]+ bytes; [0-9,]+ were written"):
        load_bundle(copied)


@pytest.mark.parametrize("name", [*PARTS, MANIFEST])
def test_a_missing_file_is_named(copied, name):
    (copied / name).unlink()

    with pytest.raises(DamagedBundle, match=f"{name} is missing"):
        load_bundle(copied)


@pytest.mark.parametrize("name", [*PARTS, MANIFEST])
def test_a_link_is_refused_wherever_it_leads(copied, tmp_path, name):
    (copied / name).rename(tmp_path / name)
    (copied / name).symlink_to(tmp_path / name)

    with pytest.raises(DamagedBundle, match=f"{name} is a link"):
        load_bundle(copied)


def test_a_pipe_is_refused_instead_of_waited_for(copied):
    (copied / "card.json").unlink()
    os.mkfifo(copied / "card.json")

    with pytest.raises(DamagedBundle, match=r"card\.json is a link or no file"):
        load_bundle(copied)


def test_a_file_that_does_not_belong_is_refused(copied):
    (copied / "model.pkl").write_bytes(b"")

    with pytest.raises(DamagedBundle, match=r"model\.pkl does not belong to a bundle"):
        load_bundle(copied)


@pytest.mark.parametrize("name", PARTS)
def test_the_same_file_of_another_bundle_is_refused(copied, tmp_path, name):
    frame, outcomes = a_table(seed=8)
    frame["industry"] = frame["industry"].replace("Retail", "Energy")
    other = a_model(frame, outcomes, rounds=3) | {"card": {"name": "other"}}
    other["curve"] = type(other["curve"]).identity()
    write_bundle(tmp_path / "other", **other)
    shutil.copy(tmp_path / "other" / name, copied / name)

    with pytest.raises(DamagedBundle, match=name):
        load_bundle(copied)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is not JSON"),
        (b"[" * 60_000, "is not JSON"),
        (b"[]", "should be a JSON object, not list"),
        (b"{}", "is not ours"),
        (b'{"format": "leadflow-bundle", "version": 2}', "bundle format 2 is unknown"),
        (b'{"format": "leadflow-bundle", "version": 1, "files": {}}', "should name model"),
        (b"x" * 70_000, "at most 64,000 are right"),
    ],
)
def test_a_foreign_manifest_is_refused(copied, content, message):
    (copied / MANIFEST).write_bytes(content)

    with pytest.raises(DamagedBundle, match=message):
        load_bundle(copied)


def test_a_place_without_a_bundle_says_so(tmp_path):
    with pytest.raises(DamagedBundle, match="is no directory"):
        load_bundle(tmp_path / "nothing")
    with pytest.raises(DamagedBundle, match=r"manifest\.json is missing"):
        load_bundle(tmp_path)


@pytest.mark.parametrize("name", ["encoder.json", "calibrator.json", "reference.json"])
@pytest.mark.parametrize("content", [b'{"some": "thing"}', b"[1]", b"not json", b'{"margins": 3}'])
def test_foreign_json_under_a_matching_manifest_is_refused(copied, name, content):
    forge(copied, name, content)

    with pytest.raises(DamagedBundle, match=name):
        load_bundle(copied)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda text: text[: len(text) // 2], "no LightGBM model text, or only a part"),
        (lambda text: "import os\n" + text, "no LightGBM model text"),
        (lambda text: text.replace("objective=binary", "objective=regression"), "two classes"),
        (lambda text: text.replace("employees", "employers"), "named otherwise"),
    ],
)
def test_a_model_that_does_not_fit_is_refused_before_lightgbm_reads_it(copied, change, message):
    forge(copied, "model.txt", change((copied / "model.txt").read_text()).encode())

    with pytest.raises(DamagedBundle, match=message):
        load_bundle(copied)


def test_an_encoder_of_other_fields_is_refused(copied):
    state = json.loads((copied / "encoder.json").read_bytes())
    state["fields"].pop()
    forge(copied, "encoder.json", json.dumps(state).encode())

    with pytest.raises(DamagedBundle, match=r"reference\.json has bands of"):
        load_bundle(copied)


def test_a_bundle_rewritten_after_promotion_is_refused(copied, written):
    promoted = read_manifest(written)
    forge(copied, "card.json", b'{"name": "lead-scoring", "version": "2"}')

    with pytest.raises(DamagedBundle, match=r"card\.json changed since the bundle was promoted"):
        load_bundle(copied, digests=promoted)
