import numpy as np
import pandas as pd
from sklearn.utils.estimator_checks import parametrize_with_checks

from features.estimator import LeadEncoder


@parametrize_with_checks([LeadEncoder()])
def test_obeys_the_scikit_learn_contract(estimator, check):
    check(estimator)


def test_a_new_table_is_read_with_the_codes_learnt_before():
    learnt = LeadEncoder().fit(pd.DataFrame({"source": ["web", "web", "fair", "fair"]}))

    coded = learnt.transform(pd.DataFrame({"source": ["fair", "mail", None]}))

    np.testing.assert_array_equal(coded, [[2.0], [1.0], [0.0]])
    assert learnt.get_feature_names_out().tolist() == ["source"]
