"""The sentences of the demo's incoming leads, as kept in `tests/golden`.

python -m tests.journeys.demo_reasons        writes them anew, for a person to read the diff
"""

from pathlib import Path

from leads.score import Locale
from pipelines.demo import INCOMING, LEADS, OPTIONS, SEED
from pipelines.demo_leads import REASONS
from sandbox.market import simulate
from scoring.bundle import load_bundle
from scoring.scorer import Scorer
from tests.factories import NOON
from training.learning import train

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
SHOWN = 20
WHO = ["lead_id", "first_name", "last_name", "email", "phone"]
"""Columns no model looks at."""


def golden_path(locale: Locale) -> Path:
    return GOLDEN / f"demo-reasons.{locale}.txt"


def demo_scorer(folder: Path) -> tuple[Scorer, list[dict[str, str]]]:
    """The model of the demo, without its report, and the attributes of its incoming leads."""
    market = simulate(seed=SEED, n_leads=LEADS, n_incoming=INCOMING)
    rows = market.incoming.drop(columns=WHO).astype("str").to_dict("records")
    result = train(market.leads, **OPTIONS.arguments(), report=False)
    result.write_bundle(folder / "bundle")
    return Scorer(load_bundle(folder / "bundle")), [_known(row) for row in rows]


def _known(row: dict[str, object]) -> dict[str, str]:
    return {name: value for name, value in row.items() if isinstance(value, str)}


def sentences(scorer: Scorer, leads: list[dict[str, str]], locale: Locale) -> str:
    lines = []
    for number, lead in enumerate(leads[:SHOWN], start=1):
        told = scorer.explain(lead, top=REASONS, locale=locale, as_of=NOON)
        lines.append(f"{number}. {told.score.tier} {told.score.p_convert:.1%}")
        lines += [f"   {reason.direction}: {reason.text}" for reason in told.reasons]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as scratch:
        scorer, leads = demo_scorer(Path(scratch))
        for locale in Locale:
            golden_path(locale).write_text(sentences(scorer, leads, locale), encoding="utf-8")
