import pandas as pd
import pytest

from leads.errors import InvalidInput
from sandbox.export import CRM_FILES, write_crm, write_market
from sandbox.market import simulate


@pytest.fixture(scope="module")
def small():
    return simulate(seed=1, n_leads=200, n_incoming=5)


def test_a_market_read_back_is_the_market(small, tmp_path):
    write_market(small, tmp_path / "market")

    for name in ("leads", "incoming", "events", "campaigns", "outcomes"):
        read = pd.read_csv(tmp_path / "market" / f"{name}.csv")
        pd.testing.assert_frame_equal(read, getattr(small, name), check_dtype=False)


def test_the_truth_is_written_for_every_lead(small, tmp_path):
    write_market(small, tmp_path)
    truth = pd.read_csv(tmp_path / "truth.csv")

    assert list(truth) == ["lead_id", "p_true", "p_full"]
    assert list(truth["lead_id"]) == list(small.truth.lead_id)
    assert truth["p_true"].to_numpy() == pytest.approx(small.truth.p_observable)


def test_the_same_seed_writes_the_same_bytes(small, tmp_path):
    again = simulate(seed=1, n_leads=200, n_incoming=5)
    write_market(small, tmp_path / "one")
    write_market(again, tmp_path / "other")

    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "other" / path.name).read_bytes()


def test_an_earlier_export_is_replaced_and_no_stale_file_is_left(small, tmp_path):
    write_market(small, tmp_path)
    write_market(simulate(seed=2, n_leads=50), tmp_path)

    assert len(pd.read_csv(tmp_path / "leads.csv")) == 50
    assert not (tmp_path / "incoming.csv").exists()


def test_a_directory_with_foreign_files_is_refused_and_left_alone(small, tmp_path):
    (tmp_path / "thesis.doc").write_text("years of work")

    with pytest.raises(InvalidInput, match=r"holds thesis\.doc"):
        write_market(small, tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["thesis.doc"]


def test_a_file_in_the_place_of_the_directory_is_refused(small, tmp_path):
    (tmp_path / "market").write_text("")

    with pytest.raises(InvalidInput, match="is a file, a directory is needed"):
        write_market(small, tmp_path / "market")


def test_the_export_of_a_crm_stands_beside_the_market_and_goes_with_the_next_one(tmp_path):
    market = simulate(seed=6, n_leads=40)
    write_market(market, tmp_path)
    write_crm(market, tmp_path, seed=6)
    assert set(CRM_FILES) <= {path.name for path in tmp_path.iterdir()}
    stages = pd.read_csv(tmp_path / "crm_stages.csv")
    assert set(stages["lead_id"]) == set(market.leads["lead_id"])
    write_market(market, tmp_path)
    assert not set(CRM_FILES) & {path.name for path in tmp_path.iterdir()}
