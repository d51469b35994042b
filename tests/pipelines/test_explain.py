import pandas as pd
import pytest

from leads.errors import InvalidInput, NotFound
from leads.score import Locale
from pipelines.explain import explain_lead, find_lead, who, write_sheet
from pipelines.models import Model
from pipelines.tables import write_table
from scoring.bundle import load_bundle
from scoring.scorer import Scorer
from tests.factories import NOON
from tests.workshop import a_table


@pytest.fixture
def leads(tmp_path):
    frame = a_table(30).drop(columns="won")
    frame.insert(0, "lead_id", [f"L-{n}" for n in range(len(frame))])
    path = tmp_path / "leads.csv"
    write_table(path, frame)
    return path


def test_a_lead_is_found_by_row_or_by_a_column(leads):
    assert find_lead(leads, row=3)[1]["lead_id"] == "L-2"
    assert find_lead(leads, where="lead_id = L-7")[0] == 8


def test_a_lead_that_is_not_there_is_not_found(leads):
    with pytest.raises(NotFound, match=r"no row 31; it has 30 rows"):
        find_lead(leads, row=31)
    with pytest.raises(NotFound, match="no lead with lead_id=L-99"):
        find_lead(leads, where="lead_id=L-99")


@pytest.mark.parametrize("where", ["L-7", "id=L-7"])
def test_a_condition_we_cannot_read_says_how_to_write_it(leads, where):
    with pytest.raises(InvalidInput, match=r"write column=value|it has lead_id"):
        find_lead(leads, where=where)


def test_the_sheet_is_written_in_both_languages(built_workshop, leads, tmp_path):
    built_workshop.strong.result.write_bundle(tmp_path / "bundle")
    bundle = load_bundle(tmp_path / "bundle")
    explained = explain_lead(
        leads, scorer=Scorer(bundle), as_of=NOON, where="lead_id=L-7", locales=tuple(Locale)
    )

    model = Model(name="leads", version="2", bundle=bundle)
    write_sheet(tmp_path / "lead.html", explained, model=model, as_of=NOON)

    page = (tmp_path / "lead.html").read_text(encoding="utf-8")
    for explanation in explained.explanations.values():
        assert explanation.reasons[0].text in page


def test_a_lead_is_called_by_its_name_and_company():
    assert (
        who({"first_name": "Li", "last_name": "Wei", "company": "Acme", "x": 1}) == "Li Wei, Acme"
    )
    assert who({"first_name": "伟", "last_name": "李"}) == "李伟"
    assert who({"姓名": "李伟", "公司": None}) == "李伟"
    assert who({"x": 1}) == ""


def test_a_lead_is_found_by_a_whole_number_in_a_column_of_fractions(tmp_path):
    pd.DataFrame({"id": [7.0, None, 123.0]}).to_parquet(tmp_path / "leads.parquet")

    assert find_lead(tmp_path / "leads.parquet", where="id=123")[0] == 3
