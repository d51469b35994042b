from dataclasses import replace

import numpy as np
import pytest

from leads.errors import Conflict
from scoring.bundle import load_bundle
from training.evidence import invite, load_evidence, newest, row_digests, save_evidence

pytestmark = pytest.mark.xdist_group("mlflow")


def folder_of(workshop, trained, name):
    return workshop.folder / f"var/mlruns/{trained.run_id}/artifacts/{name}"


@pytest.fixture
def strong(built_workshop):
    return load_evidence(folder_of(built_workshop, built_workshop.strong, "gate"))


def test_what_is_saved_is_what_is_loaded(strong, tmp_path):
    save_evidence(strong, tmp_path / "again")
    again = load_evidence(tmp_path / "again")

    assert again.kind == strong.kind == "newest_quarter"
    assert again.stream.equals(strong.stream)
    assert list(again.contenders) == ["model", "constant", "logistic_regression", "points"]
    np.testing.assert_array_equal(
        again.contenders["model"].kept_up, again.contenders["model"].judged
    )
    np.testing.assert_array_equal(again.moments, strong.moments)
    np.testing.assert_array_equal(again.out_of_fold, strong.out_of_fold)


def test_only_columns_that_a_model_reads_are_kept(strong):
    assert set(strong.stream.columns) == {"visits [30d]", "industry", "员工人数", "noise"}


def test_a_model_re_scored_on_its_own_hold_out_gives_its_own_margins(built_workshop, strong):
    bundle = load_bundle(folder_of(built_workshop, built_workshop.strong, "first_fit"))

    guest = invite(strong, bundle=bundle, own=strong)

    ours = strong.contenders["model"]
    np.testing.assert_array_equal(guest.contender.margins, ours.margins)
    np.testing.assert_array_equal(guest.contender.kept_up, ours.kept_up)
    assert guest.unseen.all()


def test_leads_that_the_other_model_learnt_from_are_found(built_workshop, strong):
    bundle = load_bundle(folder_of(built_workshop, built_workshop.strong, "first_fit"))
    rows = bundle.encoder.encode_frame(strong.stream, as_of=strong.moments)
    digests = row_digests(rows, labels=strong.stage.labels, moments=strong.moments)

    guest = invite(strong, bundle=bundle, own=replace(strong, seen=digests[:100]))

    assert list(np.flatnonzero(~guest.unseen)) == list(range(100))


def test_an_older_fit_has_not_seen_a_newer_hold_out(built_workshop, strong):
    bundle = load_bundle(folder_of(built_workshop, built_workshop.weak, "first_fit"))
    older = load_evidence(folder_of(built_workshop, built_workshop.weak, "gate"))

    guest = invite(strong, bundle=bundle, own=older)

    assert guest.unseen.all()
    assert guest.missing == ()


def test_the_newer_hold_out_is_the_one_that_reaches_further(built_workshop, strong):
    older = load_evidence(folder_of(built_workshop, built_workshop.weak, "gate"))

    assert newest(older, strong) is strong
    assert newest(strong, older) is strong


def test_a_hold_out_without_a_column_that_is_read_cannot_be_used(built_workshop, strong):
    bundle = load_bundle(folder_of(built_workshop, built_workshop.strong, "first_fit"))
    older = load_evidence(folder_of(built_workshop, built_workshop.weak, "gate"))

    with pytest.raises(Conflict, match=r"kept without 'visits \[30d\]'.*train again"):
        invite(older, bundle=bundle, own=strong)


def test_digests_tell_leads_apart_by_value_outcome_and_time():
    rows = np.array([[1.0, np.nan], [1.0, np.nan], [1.0, 2.0], [1.0, np.nan]])
    labels = np.array([0.0, 1.0, 0.0, 0.0])
    days = np.array(
        ["2026-01-01", "2026-01-01", "2026-01-01", "2026-01-02"], dtype="datetime64[us]"
    )

    assert len(set(row_digests(rows, labels=labels, moments=days))) == 4
    assert len(set(row_digests(rows, labels=labels, moments=None))) == 3


def test_a_digest_is_the_same_in_every_process():
    digests = row_digests(np.array([[1.0, np.nan]]), labels=np.array([1.0]), moments=None)

    assert digests.tolist() == [4227574713474222438]
