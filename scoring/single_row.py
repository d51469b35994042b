"""One lead's raw margin, or what each column adds to it, quicker than `Booster.predict`.

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
_CONTRIBUTIONS = 3
_FLOAT64 = 1
_ALL_TREES = -1

Call = Callable[[Sequence[float]], list[float]]


class SingleRow:
    """Raw margins and contributions of single rows; may be called from many threads at once."""

    def __init__(self, booster: lgb.Booster) -> None:
        self._booster = booster
        self._calls = threading.local()

    def margin(self, values: Sequence[float]) -> float:
        """The margin of one encoded row of n_features floats."""
        try:
            call: Call = self._calls.margin
        except AttributeError:
            call = self._calls.margin = _prepared(self._booster, _RAW_SCORE, n_out=1)
        return call(values)[0]

    def contributions(self, values: Sequence[float]) -> list[float]:
        """Log-odds each of n_features columns adds to one encoded row, the base value last."""
        try:
            call: Call = self._calls.contributions
        except AttributeError:
            n_out = self._booster.num_feature() + 1
            call = _prepared(self._booster, _CONTRIBUTIONS, n_out=n_out)
            self._calls.contributions = call
        return call(values)


def _prepared(booster: lgb.Booster, what: int, *, n_out: int) -> Call:
    n_features = booster.num_feature()
    config = ctypes.c_void_p()
    basic._safe_call(  # noqa: SLF001
        basic._LIB.LGBM_BoosterPredictForMatSingleRowFastInit(  # noqa: SLF001
            booster._handle,  # noqa: SLF001
            ctypes.c_int(what),
            ctypes.c_int(0),
            ctypes.c_int(_ALL_TREES),
            ctypes.c_int(_FLOAT64),
            ctypes.c_int32(n_features),
            b"num_threads=1",
            ctypes.byref(config),
        )
    )
    row = (ctypes.c_double * n_features)()
    found = (ctypes.c_double * n_out)()
    length = ctypes.c_int64()
    predict = basic._LIB.LGBM_BoosterPredictForMatSingleRowFast  # noqa: SLF001
    where = (config, ctypes.byref(row), ctypes.byref(length), found)

    def call(values: Sequence[float]) -> list[float]:
        row[:] = values
        basic._safe_call(predict(*where))  # noqa: SLF001
        return found[:]

    # the prepared call reads the booster's trees: both live until the last thread is done
    call.booster = booster  # type: ignore[attr-defined]
    weakref.finalize(call, basic._LIB.LGBM_FastConfigFree, config)  # noqa: SLF001
    return call
