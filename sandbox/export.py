"""A market written down as the files a CRM would export, and its truth beside them."""

from pathlib import Path

import pandas as pd

from leads.errors import InvalidInput
from leads.progress import Progress, silent
from sandbox.market import Market

FILES = ("leads.csv", "incoming.csv", "events.csv", "campaigns.csv", "outcomes.csv", "truth.csv")


def write_market(market: Market, out: Path, *, progress: Progress = silent) -> None:
    """Write FILES into the directory `out`, over an earlier export if there is one.

    Empty `incoming` makes no file. Raises InvalidInput if `out` holds anything else.
    """
    _refuse_foreign(out)
    out.mkdir(parents=True, exist_ok=True)
    tables = _tables(market)
    for done, name in enumerate(FILES, start=1):
        (out / name).unlink(missing_ok=True)
        if name in tables:
            _write(tables[name], out / name)
        progress("writing the market", done, len(FILES))


def _refuse_foreign(out: Path) -> None:
    if out.exists() and not out.is_dir():
        raise InvalidInput(f"{out} is a file, a directory is needed")
    foreign = sorted({path.name for path in out.glob("*")} - set(FILES))
    if foreign:
        raise InvalidInput(
            f"{out} holds {foreign[0]}, not part of a market export; name a new or empty directory"
        )


def _tables(market: Market) -> dict[str, pd.DataFrame]:
    truth = pd.DataFrame(
        {
            "lead_id": market.truth.lead_id,
            "p_true": market.truth.p_observable,
            "p_full": market.truth.p_full,
        }
    )
    tables = {
        "leads.csv": market.leads,
        "events.csv": market.events,
        "campaigns.csv": market.campaigns,
        "outcomes.csv": market.outcomes,
        "truth.csv": truth,
    }
    return tables | ({"incoming.csv": market.incoming} if len(market.incoming) else {})


def _write(table: pd.DataFrame, path: Path) -> None:
    whole = {
        str(name): table[name].astype("Int64")
        for name in table.select_dtypes("float64")
        if (table[name].dropna() % 1 == 0).all() and name not in ("p_true", "p_full")
    }
    table.assign(**whole).to_csv(path, index=False, lineterminator="\n")
