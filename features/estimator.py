"""The encoder behind scikit-learn's interface, for training, baselines and notebooks."""

from collections.abc import Mapping
from typing import Any, Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from features.encoder import Encoder
from features.inference import infer_schema
from features.schema import DeclaredField


class LeadEncoder(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # untyped bases
    """Any lead table as the numbers the model sees.

    Missing values are allowed and stay missing: NaN for numbers, booleans and dates, code 0 for
    categories. Columns that cannot be learnt from are left out; `schema_.dropped` says why.

    Parameters
    ----------
    declared : mapping of str to DeclaredField, optional
        What is known about columns; the others are inferred.
    as_of : datetime, optional
        Aware UTC; ages of dates are counted back from here. Needed only for tables with dates.

    Attributes
    ----------
    schema_ : Schema
    encoder_ : Encoder
    n_features_in_ : int
    feature_names_in_ : ndarray of str, only when fitted on named columns

    Examples
    --------
    >>> table = pd.DataFrame({"employees": ["12,000", "40", "unknown"], "paid": ["yes", "no", ""]})
    >>> LeadEncoder().fit_transform(table)
    array([[1.2e+04, 1.0e+00],
           [4.0e+01, 0.0e+00],
           [    nan,     nan]])

    """

    def __init__(
        self, declared: Mapping[str, DeclaredField] | None = None, as_of: Any = None
    ) -> None:
        self.declared = declared
        self.as_of = as_of

    def fit(self, X: Any, y: Any = None) -> Self:  # noqa: ARG002  scikit-learn's signature
        """Infer the fields and learn the category codes.

        X : (n_leads, n_columns) frame or array. Raises InvalidInput for declarations that name
        columns which are not there.
        """
        frame = self._frame(X, reset=True)
        self.schema_ = infer_schema(frame, declared=self.declared)
        self.encoder_ = Encoder.fit(frame, self.schema_)
        return self

    def transform(self, X: Any) -> np.ndarray:
        """The encoded rows, (n_leads, n_fields) float64."""
        check_is_fitted(self)
        return self.encoder_.encode_frame(self._frame(X, reset=False), as_of=self.as_of)

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:  # noqa: ARG002
        """The encoded columns' names, (n_fields,)."""
        check_is_fitted(self)
        return np.array(self.encoder_.feature_names, dtype=object)

    def _frame(self, X: Any, *, reset: bool) -> pd.DataFrame:
        if isinstance(X, pd.DataFrame):
            validate_data(self, X, reset=reset, skip_check_array=True)
            return X.set_axis([str(name) for name in X.columns], axis=1)
        array = validate_data(self, X, reset=reset, dtype=None, ensure_all_finite="allow-nan")
        return pd.DataFrame(array, columns=[f"x{i}" for i in range(array.shape[1])])

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.string = True
        return tags
