"""Small tables of leads for tests: a few honest columns, an outcome, a date, an account."""

import numpy as np
import pandas as pd

DAY = np.timedelta64(1, "D")
START = np.datetime64("2024-01-01", "us")


def a_table(*, n=900, seed=0, rate=0.25, accounts=None) -> pd.DataFrame:
    """Leads oldest first; `visits` and `source` tell something, `screen` nothing."""
    rng = np.random.default_rng(seed)
    visits = rng.poisson(2.0, n)
    source = rng.choice(["Referral", "Trade fair", "Advertisement"], n)
    score = 0.7 * (visits - 2) + np.select([source == "Referral"], [1.2], 0.0)
    luck = score + rng.logistic(size=n)
    won = luck > np.quantile(luck, 1 - rate)
    frame = pd.DataFrame(
        {
            "visits": visits,
            "source": source,
            "screen": rng.integers(300, 2000, n),
            "came": START + np.sort(rng.integers(0, 365, n)) * DAY,
            "won": np.where(won, "yes", "no"),
        }
    )
    if accounts is not None:
        frame["account"] = [f"A{code}" for code in rng.integers(0, accounts, n)]
    return frame
