"""Making a model: labels, splits, trainer, evaluation, tracking, registry, promotion.

import training
result = training.train(frame, target="converted", time="created_at")
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from training.learning import TrainingResult, train

__all__ = ["TrainingResult", "train"]


def __getattr__(name: str) -> Any:  # Any: a module's attribute
    """What a notebook needs; loaded when asked for, because it loads LightGBM and more."""
    if name in __all__:
        from training import learning

        return getattr(learning, name)
    raise AttributeError(f"module 'training' has no attribute {name!r}")
