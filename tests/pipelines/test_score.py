import pandas as pd
import pytest

from leads.errors import InvalidInput
from pipelines.score import score_file
from pipelines.tables import read_table, write_table
from scoring.bundle import load_bundle
from scoring.scorer import Scorer
from tests.factories import NOON
from tests.workshop import a_table


@pytest.fixture(scope="session")
def scorer(built_workshop, tmp_path_factory):
    folder = tmp_path_factory.mktemp("bundle") / "strong"
    built_workshop.strong.result.write_bundle(folder)
    return Scorer(load_bundle(folder))


@pytest.fixture
def leads(tmp_path):
    frame = a_table(120).drop(columns="won")
    frame.insert(0, "lead id", [f"L-{n}" for n in range(len(frame))])
    path = tmp_path / "leads.csv"
    write_table(path, frame)
    return path


def test_ids_stand_beside_the_scores_and_the_models_columns_do_not(scorer, leads, tmp_path):
    done = score_file(leads, tmp_path / "scored.csv", scorer=scorer, as_of=NOON)

    scored = read_table(tmp_path / "scored.csv").frame
    assert done.n_leads == 120
    told = ["probability", "points", "tier", "fit", "engagement"]
    assert list(scored.columns) == ["lead id", "created", *told]
    assert scored["lead id"].tolist()[:2] == ["L-0", "L-1"]


def test_a_file_scored_in_chunks_is_the_file_scored_whole(scorer, leads, tmp_path):
    score_file(leads, tmp_path / "whole.csv", scorer=scorer, as_of=NOON)

    score_file(leads, tmp_path / "chunks.csv", scorer=scorer, as_of=NOON, chunk_rows=7)

    assert (tmp_path / "chunks.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()


def test_the_file_agrees_with_single_leads_to_the_last_bit(scorer, leads, tmp_path):
    score_file(leads, tmp_path / "scored.parquet", scorer=scorer, as_of=NOON)

    scored = pd.read_parquet(tmp_path / "scored.parquet")
    rows = read_table(leads).frame.to_dict("records")
    scores = [scorer.score_one(row, as_of=NOON) for row in rows]
    assert scored["probability"].tolist() == [score.p_convert for score in scores]
    assert scored["fit"].tolist() == [score.fit for score in scores]
    assert scored["engagement"].isna().all()  # nothing in this table is about what leads do


def test_a_file_with_nothing_beside_the_models_columns_gets_row_numbers(scorer, tmp_path):
    write_table(tmp_path / "bare.csv", a_table(5)[["industry", "员工人数"]])

    done = score_file(tmp_path / "bare.csv", tmp_path / "out.csv", scorer=scorer, as_of=NOON)

    assert read_table(tmp_path / "out.csv").frame["row"].tolist() == ["1", "2", "3", "4", "5"]
    assert "visits [30d]" in done.absent


def test_a_file_without_any_of_the_models_columns_is_refused_and_nothing_written(scorer, tmp_path):
    write_table(tmp_path / "other.csv", pd.DataFrame({"colour": ["red"]}))

    with pytest.raises(InvalidInput, match=r"none of the columns the model looks at.*colour"):
        score_file(tmp_path / "other.csv", tmp_path / "out.csv", scorer=scorer, as_of=NOON)

    assert [path.name for path in tmp_path.iterdir()] == ["other.csv"]


def test_a_ragged_line_late_in_the_file_leaves_no_half_written_result(scorer, leads, tmp_path):
    with leads.open("a") as file:
        file.write("one,field,too,many,here,and,more\n")

    with pytest.raises(InvalidInput, match="as many fields as the header"):
        score_file(leads, tmp_path / "out.csv", scorer=scorer, as_of=NOON)

    assert [path.name for path in tmp_path.iterdir()] == ["leads.csv"]


def test_the_leads_are_never_overwritten_by_their_scores(scorer, leads, tmp_path):
    (tmp_path / "link.csv").symlink_to(leads)
    content = leads.read_bytes()

    for out in (leads, tmp_path / "." / "leads.csv", tmp_path / "link.csv"):
        with pytest.raises(InvalidInput, match="is the file with the leads"):
            score_file(leads, out, scorer=scorer, as_of=NOON)

    assert leads.read_bytes() == content
