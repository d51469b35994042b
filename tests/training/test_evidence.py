import numpy as np
import pytest

from scoring.bundle import load_bundle
from tests.workshop import a_table
from training.evidence import invite, load_evidence, row_digests, save_evidence

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
    assert list(again.contenders) == ["model", "constant", "logistic_regression"]
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


def test_leads_that_the_champion_learnt_from_are_found(built_workshop, strong):
    """The older model's hold-out is what the newer one learnt from."""
    bundle = load_bundle(folder_of(built_workshop, built_workshop.strong, "first_fit"))
    older = load_evidence(folder_of(built_workshop, built_workshop.weak, "gate"))

    guest = invite(older, bundle=bundle, own=strong)

    assert older.n_holdout == 200
    assert guest.missing == ("visits [30d]",)
    assert guest.unseen.sum() == 200, "without that column its leads cannot be recognised"


def test_digests_tell_leads_apart_by_value_outcome_and_time():
    rows = np.array([[1.0, np.nan], [1.0, np.nan], [1.0, 2.0], [1.0, np.nan]])
    labels = np.array([0.0, 1.0, 0.0, 0.0])
    days = np.array(
        ["2026-01-01", "2026-01-01", "2026-01-01", "2026-01-02"], dtype="datetime64[us]"
    )

    assert len(set(row_digests(rows, labels=labels, moments=days))) == 4
    assert len(set(row_digests(rows, labels=labels, moments=None))) == 3


def test_digests_are_the_same_in_every_process():
    digest = row_digests(np.array([[1.0, np.nan]]), labels=np.array([1.0]), moments=None)

    assert digest.dtype == np.uint64
    assert (
        digest[0] == row_digests(np.array([[1.0, np.nan]]), labels=np.array([1.0]), moments=None)[0]
    )
    assert len(a_table(3)) == 3
