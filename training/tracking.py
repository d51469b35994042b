"""Runs: what went into a training and what came out, kept by MLflow.

The database is SQLite unless configured otherwise, its artifacts lie in a folder of ours. Only
this module, `registry` and `model_code` know MLflow; it is heavy to import, so import this late.
"""

import logging
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version as installed
from pathlib import Path
from typing import Any

import mlflow
import pandas as pd
from mlflow import MlflowClient
from mlflow.environment_variables import MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR
from mlflow.exceptions import MlflowException
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, ParamSchema, ParamSpec, Schema
from mlflow.types.schema import AnyType
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from features.encoder import Encoder
from features.schema import Kind
from leads.errors import InvalidInput, Unavailable
from leads.personal import is_personal

MODEL_CODE = Path(__file__).with_name("model_code.py")
REQUIRED = ("leadflow", "mlflow", "lightgbm", "numpy", "pandas")
CHALLENGER = "challenger"
BUNDLE = "bundle"
_SERVERS = ("http://", "https://")
_MOMENT_FOR_EXAMPLES = "2026-01-01T00:00:00+00:00"
_LONGEST_VALUE = 500
_DIGEST_CHARS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracking:
    """An opened MLflow. `artifacts` is where new experiments keep files; None: the server's."""

    uri: str
    client: MlflowClient
    artifacts: Path | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DataOrigin:
    """The table that was learnt from.

    source   the file's name, without its folder; None for a frame made in a notebook
    digest   hex digest of its content
    """

    name: str
    source: str | None
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """Where a training went."""

    name: str
    version: str
    run_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunContent:
    """What is written down about a training.

    figures    nested names to numbers; lists of two are intervals
    texts      artifact path -> text
    folders    artifact path -> a folder to copy there
    pictures   artifact path -> PNG or SVG bytes
    """

    parameters: Mapping[str, object]
    figures: Mapping[str, Any]
    texts: Mapping[str, str]
    folders: Mapping[str, Path]
    pictures: Mapping[str, bytes]


def open_tracking(uri: str, *, artifacts: Path) -> Tracking:
    """Open (the first time: create) the database at `uri`, and make it the process's current one.

    Creating takes a few seconds: MLflow walks through its whole history of migrations, and its
    present tables cannot be made directly. Raises InvalidInput for no address of a database,
    Unavailable when it cannot be opened.
    """
    _be_quiet()
    local = _prepare_folder(uri)
    mlflow.set_tracking_uri(uri)
    mlflow.set_registry_uri(uri)
    try:
        client = MlflowClient(tracking_uri=uri, registry_uri=uri)
        client.search_experiments(max_results=1)
    except (MlflowException, SQLAlchemyError) as error:
        raise Unavailable(f"the tracking database {_shown(uri)} cannot be used: {error}") from error
    return Tracking(uri=uri, client=client, artifacts=artifacts.absolute() if local else None)


def check_tracking(uri: str, *, artifacts: Path) -> None:
    """Raise what `open_tracking` would, and make nothing: a SQLite file may be yet to come."""
    file = None if uri.startswith(_SERVERS) else _file_of(_parsed(uri))
    if file is None or file.exists():
        open_tracking(uri, artifacts=artifacts)


def log_run(
    tracking: Tracking,
    content: RunContent,
    *,
    name: str,
    origin: DataOrigin,
    frame: pd.DataFrame,
    bundle: Path,
    encoder: Encoder,
    card: Callable[[Logged], str],
) -> Logged:
    """One run with everything, a registered version of model `name`, the alias `challenger`.

    The alias moves last: what it points to is complete. `card` makes the HTML model card once
    the version is known. Raises Unavailable when the tracking database fails on the way.
    """
    with _failing_plainly(tracking), _run(tracking, name) as run_id:
        mlflow.log_params({key: _short(value) for key, value in content.parameters.items()})
        mlflow.log_metrics(flat(content.figures))
        mlflow.log_input(_dataset(frame, origin), context="training")
        for path, text in content.texts.items():
            mlflow.log_text(text, path)
        for path, folder in content.folders.items():
            mlflow.log_artifacts(str(folder), path)
        _log_pictures(content.pictures)
        number = _register(tracking, name=name, run_id=run_id, bundle=bundle, encoder=encoder)
        logged = Logged(name=name, version=number, run_id=run_id)
        mlflow.log_text(card(logged), "model_card.html")
    with _failing_plainly(tracking):
        tracking.client.set_registered_model_alias(name, CHALLENGER, number)
    return logged


def flat(figures: Mapping[str, Any], *, prefix: str = "") -> dict[str, float]:
    """Nested figures under dotted names; an interval becomes .low and .high, None is left out."""
    found: dict[str, float] = {}
    for key, value in figures.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            found |= flat(value, prefix=f"{name}.")
        elif isinstance(value, list | tuple) and len(value) == 2:
            found |= {f"{name}.low": float(value[0]), f"{name}.high": float(value[1])}
        elif isinstance(value, int | float):
            found[name] = float(value)
    return found


def signature_of(encoder: Encoder) -> ModelSignature:
    """Any value in any known column: the encoder reads what MLflow's types would refuse.

    (MLflow refuses a whole number where a column was declared `double`.)
    """
    columns = [ColSpec(AnyType(), field.name, required=False) for field in encoder.fields]
    scores = [
        ColSpec("double", "probability"),
        ColSpec("long", "points"),
        ColSpec("string", "tier"),
    ]
    as_of = ParamSchema([ParamSpec("as_of", "string", "")])
    return ModelSignature(
        inputs=Schema(columns), outputs=Schema(scores), params=as_of if encoder.has_dates else None
    )


def example_of(encoder: Encoder) -> pd.DataFrame:
    """A made-up lead: no person's row leaves the table, nor a word of a column about persons."""
    made_up: dict[str, list[object]] = {}
    for field in encoder.fields:
        words = () if is_personal(field.name) else encoder.categories.get(field.name, ())
        usual = {
            Kind.NUMBER: 1.0,
            Kind.BOOLEAN: True,
            Kind.DATE: _MOMENT_FOR_EXAMPLES[:10],
            Kind.CATEGORY: words[0] if words else "unknown",
        }
        made_up[field.name] = [usual[field.kind]]
    return pd.DataFrame(made_up)


@contextmanager
def _failing_plainly(tracking: Tracking) -> Iterator[None]:
    try:
        yield
    except (MlflowException, SQLAlchemyError) as error:
        raise Unavailable(f"the run cannot be kept in {_shown(tracking.uri)}: {error}") from error


@contextmanager
def _run(tracking: Tracking, name: str) -> Iterator[str]:
    mlflow.set_tracking_uri(tracking.uri)
    # made by the client: `start_run` alone would go on with the run that `mlflow run` has opened
    run_id = tracking.client.create_run(_experiment(tracking, name)).info.run_id
    with warnings.catch_warnings(), mlflow.start_run(run_id=run_id, nested=True):
        warnings.simplefilter("ignore")  # about MLflow's own use of pandas, and columns of numbers
        yield run_id


def _experiment(tracking: Tracking, name: str) -> str:
    known = tracking.client.get_experiment_by_name(name)
    if known is not None:
        return str(known.experiment_id)
    where = None if tracking.artifacts is None else tracking.artifacts.as_uri()
    return str(tracking.client.create_experiment(name, artifact_location=where))


def _dataset(frame: pd.DataFrame, origin: DataOrigin) -> Any:  # Any: mlflow is untyped
    return mlflow.data.from_pandas(
        frame, source=origin.source, name=origin.name, digest=origin.digest[:_DIGEST_CHARS]
    )


def _log_pictures(pictures: Mapping[str, bytes]) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        for path, content in pictures.items():
            file = Path(scratch) / Path(path).name
            file.write_bytes(content)
            mlflow.log_artifact(str(file), str(Path(path).parent))


def _register(tracking: Tracking, *, name: str, run_id: str, bundle: Path, encoder: Encoder) -> str:
    if bundle.name != BUNDLE:
        raise ValueError(f"the folder is called {bundle.name!r}; the model finds it as {BUNDLE!r}")
    example = example_of(encoder)
    info = mlflow.pyfunc.log_model(
        name="model",
        python_model=str(MODEL_CODE),
        artifacts={BUNDLE: str(bundle)},
        pip_requirements=[f"{package}=={installed(package)}" for package in REQUIRED],
        signature=signature_of(encoder),
        input_example=(
            (example, {"as_of": _MOMENT_FOR_EXAMPLES}) if encoder.has_dates else example
        ),
    )
    if not tracking.client.search_registered_models(filter_string=f"name = '{name}'"):
        tracking.client.create_registered_model(name)
    version = tracking.client.create_model_version(
        name, info.model_uri, run_id=run_id, model_id=info.model_id
    )
    return str(version.version)


def _prepare_folder(uri: str) -> bool:
    """Make the folder of a SQLite file; whether artifacts are ours to place."""
    if uri.startswith(_SERVERS):
        return False
    file = _file_of(_parsed(uri))
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
    return True


def _parsed(uri: str) -> URL:
    """Raises InvalidInput; of the address it tells no more than the scheme: it may hold secrets."""
    try:
        return make_url(uri)
    except (ArgumentError, ValueError) as error:
        scheme, colon, _ = uri.partition(":")
        said = f" ({scheme}:...)" if colon else ""
        raise InvalidInput(
            f"the tracking address{said} is no database; write it like sqlite:///var/mlflow.db"
        ) from error


def _file_of(url: URL) -> Path | None:
    return Path(url.database) if url.drivername.startswith("sqlite") and url.database else None


def _shown(uri: str) -> str:
    """The address without its password."""
    return make_url(uri).render_as_string(hide_password=True)


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"


def _be_quiet() -> None:
    """No migration log, no download bars: what matters is told by the command itself."""
    MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR.set(value=False)
    for name in ("mlflow", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
