"""Making a model: labels, splits, trainer, evaluation, tracking, registry, promotion."""
