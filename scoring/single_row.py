"""One lead's raw margin at a fraction of what `Booster.predict` costs for a single row.

`Booster.predict` prepares anew for every call; LightGBM's C API has a prepared form for exactly
this case, which its Python package does not wrap. The trees walked are the same and so is every
bit of the result. Each thread prepares its own call, since the buffers belong to it.
"""

import ctypes
import threading
import weakref
from collections.abc import Callable, Sequence

import lightgbm as lgb
from lightgbm import basic

_RAW_SCORE = 1
_FLOAT64 = 1
_ALL_TREES = -1


class SingleRow:
    """Raw margins of single rows; may be called from many threads at once."""

    def __init__(self, booster: lgb.Booster) -> None:
        self._booster = booster
        self._calls = threading.local()

    def margin(self, values: Sequence[float]) -> float:
        """The margin of one encoded row of n_features floats."""
        try:
            call: Callable[[Sequence[float]], float] = self._calls.call
        except AttributeError:
            call = self._calls.call = _prepared(self._booster)
        return call(values)


def _prepared(booster: lgb.Booster) -> Callable[[Sequence[float]], float]:
    n_features = booster.num_feature()
    config = ctypes.c_void_p()
    basic._safe_call(  # noqa: SLF001
        basic._LIB.LGBM_BoosterPredictForMatSingleRowFastInit(  # noqa: SLF001
            booster._handle,  # noqa: SLF001
            ctypes.c_int(_RAW_SCORE),
            ctypes.c_int(0),
            ctypes.c_int(_ALL_TREES),
            ctypes.c_int(_FLOAT64),
            ctypes.c_int32(n_features),
            b"num_threads=1",
            ctypes.byref(config),
        )
    )
    row = (ctypes.c_double * n_features)()
    margin = ctypes.c_double()
    length = ctypes.c_int64()
    predict = basic._LIB.LGBM_BoosterPredictForMatSingleRowFast  # noqa: SLF001
    where = (config, ctypes.byref(row), ctypes.byref(length), ctypes.byref(margin))

    def call(values: Sequence[float]) -> float:
        row[:] = values
        basic._safe_call(predict(*where))  # noqa: SLF001
        return margin.value

    # the prepared call reads the booster's trees: both live until the last thread is done
    call.booster = booster  # type: ignore[attr-defined]
    weakref.finalize(call, basic._LIB.LGBM_FastConfigFree, config)  # noqa: SLF001
    return call
