import pandas as pd

from cleansing.matching import Kind, dedupe, kinds_of
from tests.cleansing.matching.tables import columns_of, scores
from tests.realdata import real_file


def test_febrl_1_is_deduplicated_with_kinds_found_from_its_headers():
    frame = pd.read_csv(real_file("febrl/dataset1.csv.gz"), dtype=str, skipinitialspace=True)
    frame = frame.rename(columns=str.strip).astype(object).where(lambda cells: cells.notna(), None)
    truth = frame.pop("rec_id").str.split("-").str[1].to_numpy()
    columns = columns_of(frame)

    kinds = kinds_of(columns)
    _, _, f1 = scores(dedupe(columns, kinds).clusters, truth)

    assert kinds["soc_sec_id"] is Kind.ID_NUMBER
    assert f1 >= 0.995  # exact keys or-ed: .986
