"""The same bundle behind MLflow: a model from code, as `mlflow models serve` wants it."""

from datetime import UTC, datetime
from typing import Any

import mlflow
from mlflow.pyfunc import PythonModel

AS_OF = datetime(2026, 3, 2, tzinfo=UTC)


class Scored(PythonModel):
    """Scores frames with the bundle."""

    def load_context(self, context: Any) -> None:
        """Load the bundle."""
        from pathlib import Path

        from scoring.bundle import load_bundle
        from scoring.scorer import Scorer

        self.scorer = Scorer(load_bundle(Path(context.artifacts["bundle"])))

    def predict(self, context, model_input, params=None):  # noqa: ARG002  MLflow's own names
        """The probabilities of a frame's leads."""
        return self.scorer.score_frame(model_input, as_of=AS_OF).p_convert


mlflow.models.set_model(Scored())
