"""Trained and registered models for tests, made once a session and copied for each test."""

import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from pipelines.settings import Settings, load_settings
from pipelines.train import Trained, TrainOptions, train
from training.recipe import TrainingConfig

QUICK = TrainingConfig(num_threads=1, max_trees=40)


def a_table(n: int = 1_000, *, seed: int = 0) -> pd.DataFrame:
    """Leads, oldest first; a fifth converts. Interest and a fitting company matter together."""
    rng = np.random.default_rng(seed)
    visits = rng.poisson(3, n)
    industry = rng.choice(["软件", "制造", "零售"], n)
    employees = np.round(np.exp(rng.normal(4, 1.2, n)))
    fit = (industry == "软件") & (employees > 50)
    log_odds = -3.6 + 0.5 * visits + 1.5 * fit + 1.2 * fit * (visits > 3)
    day = np.sort(rng.integers(0, 500, n))
    return pd.DataFrame(
        {
            "created": pd.Timestamp("2025-01-01", tz="UTC") + pd.to_timedelta(day, unit="D"),
            "visits [30d]": visits,
            "industry": industry,
            "员工人数": np.where(rng.random(n) < 0.1, np.nan, employees),
            "noise": rng.normal(size=n),
            "won": np.where(rng.random(n) < 1 / (1 + np.exp(-log_odds)), "yes", "no"),
        }
    )


@dataclass(frozen=True, kw_only=True)
class Workshop:
    """A folder with a tracking database in which a weak and a strong model were registered.

    weak     version 1, of the older leads and without the column that matters most
    strong   version 2, the challenger
    """

    folder: Path
    settings: Settings
    weak: Trained
    strong: Trained

    @classmethod
    def build(cls, folder: Path) -> "Workshop":
        settings = settings_in(folder)
        table = a_table()
        return cls(
            folder=folder,
            settings=settings,
            weak=_train(table[:800], settings, drop=("visits [30d]",)),
            strong=_train(table, settings),
        )

    def copy(self, folder: Path) -> "Workshop":
        """The same in another folder; MLflow notes whole addresses, so those are rewritten."""
        from mlflow.tracking._tracking_service.utils import _artifact_repos_cache

        _artifact_repos_cache.clear()  # it knows runs by id, and copies have the same ids
        shutil.copytree(self.folder / "var", folder / "var")
        with sqlite3.connect(folder / "var/mlflow.db") as database:
            for table, column in (
                ("experiments", "artifact_location"),
                ("runs", "artifact_uri"),
                ("logged_models", "artifact_location"),
                ("model_versions", "storage_location"),
            ):
                database.execute(
                    f"UPDATE {table} SET {column} = replace({column}, ?, ?)",
                    (str(self.folder), str(folder)),
                )
        return Workshop(
            folder=folder, settings=settings_in(folder), weak=self.weak, strong=self.strong
        )


def settings_in(folder: Path) -> Settings:
    return load_settings(_env_file=None, var=folder / "var")


def _train(table: pd.DataFrame, settings: Settings, *, drop: tuple[str, ...] = ()) -> Trained:
    options = TrainOptions(target="won", time="created", drop=drop)
    return train(table, options, settings=settings, config=QUICK)


def emptied(database: Path, path: Path) -> None:
    """Copy a tracking database without its runs, models and experiments (but the default one)."""
    shutil.copy(database, path)
    with sqlite3.connect(path) as copy:
        names = [
            name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type='table'")
        ]
        for name in set(names) - {"alembic_version", "experiments", "workspaces"}:
            copy.execute(f"DELETE FROM {name}")
        copy.execute("DELETE FROM experiments WHERE experiment_id <> 0")
