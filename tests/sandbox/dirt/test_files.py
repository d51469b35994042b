import pandas as pd
import pytest

from leads.errors import InvalidInput
from pipelines.cli.shell import run
from sandbox.dirt.files import LAYOUTS, MESSY_FILES, TRUTH
from sandbox.dirt.leads import messy_leads
from sandbox.export import FILES, write_market, write_messy_market
from sandbox.market import simulate


@pytest.fixture(scope="module")
def market():
    return simulate(seed=1, n_leads=400, n_incoming=20)


@pytest.fixture(scope="module")
def folder(market, tmp_path_factory):
    out = tmp_path_factory.mktemp("messy")
    write_market(market, out)
    write_messy_market(market, out, seed=5)
    return out


def read(layout, folder):
    if layout.separator == "xlsx":
        return pd.read_excel(folder / layout.file, dtype=str)
    return pd.read_csv(
        folder / layout.file, sep=layout.separator, encoding=layout.encoding, dtype=str
    )


def test_every_lead_of_the_market_is_handed_out_one_to_four_times(market, folder):
    truth = pd.read_csv(folder / TRUTH)

    assert set(truth["person"]) == set(market.truth.lead_id)
    assert truth["person"].value_counts().between(1, 4).all()


def test_the_truth_names_each_row_of_each_file(folder):
    truth = pd.read_csv(folder / TRUTH, dtype={"external_id": str})

    for layout in LAYOUTS.values():
        table, known = read(layout, folder), truth[truth["file"] == layout.file]
        assert list(known["row"]) == list(range(1, len(table) + 1))
        assert list(known["external_id"]) == list(table[layout.headers["external_id"]])


def test_a_work_mail_is_the_one_of_the_market(market):
    dirty = messy_leads(market, seed=5)
    leads = pd.concat([market.leads, market.incoming])
    business = leads[leads["email_type"] == "business"].set_index("lead_id")["email"]
    of_row = pd.Series(dirty.person).map(business)

    assert (dirty.leads["email"] == of_row)[of_row.notna()].mean() > 0.5


def test_the_same_seed_writes_the_same_bytes(market, folder, tmp_path):
    write_messy_market(market, tmp_path, seed=5)

    for name in MESSY_FILES:
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()


def test_the_files_of_the_market_are_those_of_a_market_without_dirt(market, folder, tmp_path):
    write_market(market, tmp_path)

    assert {path.name for path in tmp_path.iterdir()} == set(FILES)
    for path in tmp_path.iterdir():
        assert path.read_bytes() == (folder / path.name).read_bytes()


def test_messy_files_of_an_earlier_time_are_cleared_away(market, tmp_path):
    write_messy_market(market, tmp_path, seed=5)
    write_market(market, tmp_path)

    assert {path.name for path in tmp_path.iterdir()} == set(FILES)


def test_the_product_reads_all_of_them(folder):
    from pipelines.tables import read_table

    for layout in LAYOUTS.values():
        assert read_table(folder / layout.file).frame.shape == read(layout, folder).shape


def test_the_command_writes_them(tmp_path, capsys):
    assert run(["sandbox", "--out", str(tmp_path), "--leads", "50", "--messy"]) == 0

    assert {path.name for path in tmp_path.iterdir()} == {*FILES, *MESSY_FILES} - {"incoming.csv"}
    assert TRUTH in capsys.readouterr().out


def test_a_folder_that_cannot_be_made_is_told_before_the_simulation(market, tmp_path, capsys):
    (tmp_path / "file").write_text("")
    out = tmp_path / "file" / "below"

    assert run(["sandbox", "--out", str(out), "--leads", "50"]) == 2
    assert f"cannot write into {out}" in capsys.readouterr().err
    with pytest.raises(InvalidInput, match="cannot write into"):
        write_market(market, out)
