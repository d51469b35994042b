"""A market written down as the files a CRM would export, and its truth beside them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from leads.errors import InvalidInput
from leads.progress import Progress, silent
from sandbox.crm import crm_export
from sandbox.dirt.files import MESSY_FILES, write_messy
from sandbox.dirt.leads import messy_leads
from sandbox.market import Market

FILES = ("leads.csv", "incoming.csv", "events.csv", "campaigns.csv", "outcomes.csv", "truth.csv")
CRM_FILES = (
    *("crm_campaigns.csv", "crm_leads.csv", "crm_activities.csv", "crm_mails.csv"),
    "crm_stages.csv",
)
"""In the order in which they are imported."""


def write_market(market: Market, out: Path, *, progress: Progress = silent) -> None:
    """Write FILES into the directory `out`, over an earlier export if there is one.

    Empty `incoming` makes no file. Raises InvalidInput if `out` holds anything else or cannot be
    written into.
    """
    make_room(out)
    tables = _tables(market)
    with _telling_where(out):
        for name in (*MESSY_FILES, *CRM_FILES):
            (out / name).unlink(missing_ok=True)
        for done, name in enumerate(FILES, start=1):
            (out / name).unlink(missing_ok=True)
            if name in tables:
                _write(tables[name], out / name)
            progress("writing the market", done, len(FILES))


def write_messy_market(
    market: Market, out: Path, *, seed: int, progress: Progress = silent
) -> None:
    """Write the market's leads as five sources would export them beside the market's own files.

    Raises InvalidInput as `write_market` does, which comes first: it clears earlier files away.
    """
    dirty = messy_leads(market, seed=seed)
    make_room(out)
    with _telling_where(out):
        write_messy(dirty, out, progress=progress)


def write_crm(market: Market, out: Path, *, seed: int, progress: Progress = silent) -> None:
    """Write the market's dated facts as a CRM would export them (CRM_FILES).

    Raises InvalidInput as `write_market` does, which comes first: it clears earlier files away.
    """
    export = crm_export(market, seed=seed)
    tables = dict(
        zip(
            CRM_FILES,
            (export.campaigns, export.leads, export.activities, export.mails, export.stages),
            strict=True,
        )
    )
    make_room(out)
    with _telling_where(out):
        for done, (name, table) in enumerate(tables.items(), start=1):
            _write(table, out / name)
            progress("writing the CRM's export", done, len(tables))


def make_room(out: Path) -> None:
    """Make the directory `out`, or see that it holds nothing but an earlier export.

    Raises InvalidInput if it holds anything else, is a file or cannot be made.
    """
    with _telling_where(out):
        _refuse_foreign(out)
        out.mkdir(parents=True, exist_ok=True)


@contextmanager
def _telling_where(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InvalidInput(
            f"cannot write into {out}: {reason}; name a directory that can be written"
        ) from error


def _refuse_foreign(out: Path) -> None:
    if out.exists() and not out.is_dir():
        raise InvalidInput(f"{out} is a file, a directory is needed")
    foreign = sorted({path.name for path in out.glob("*")} - {*FILES, *MESSY_FILES, *CRM_FILES})
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
