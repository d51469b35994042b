"""Reports of training, evaluation and promotion as tables on a terminal."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

WIDTH = 100
Report = Mapping[str, Any]


def training_report(report: Report) -> str:
    """What a training found, in one screen."""
    hold, kept, rows = report["holdout"], report["kept_up"], report["rows"]
    model = report["model"]
    lines = [
        (
            f"{model['name']} version {model['version']} is registered as challenger "
            f"(run {report['run_id']})"
        ),
        *_cohort(report),
        _seen(rows),
        _kind(hold, rows),
        (
            f"The best tenth of leads converts {hold['lift_at_10']:.2f} times as often as average "
            f"(at most {hold['lift_cap']:.2f} is possible); the best fifth holds "
            f"{hold['recall_at_20']:.0%} of all conversions."
        ),
    ]
    suspects = [f"suspect {each['column']!r}: {each['evidence']}" for each in report["suspects"]]
    dropped = [f"left out {each['column']!r}: {each['reason']}" for each in report["dropped"]]
    notes = [f"note: {note}" for note in report.get("notes", ())]
    beside = [*_tuned(report["tuning"]), *_timed(report["timing"])]
    return "\n".join([*lines, *beside, "", _figures(report, kept), *suspects, *notes, *dropped])


def evaluation_report(report: Report) -> str:
    """How a model does on a table."""
    model, rows = report["model"], report["rows"]
    told = (
        f"{model['name']} version {model['version']} on {rows['judged']:,} leads, "
        f"{rows['converted']:,} converted ({rows['left_out']:,} left out)"
    )
    constant = {**report, "auc": 0.5, "ap": rows["converted"] / rows["judged"]}
    constant |= {"log_loss": report["log_loss_constant"], "brier": None, "ece": None}
    constant |= {"intervals": {}}
    table = _table([_row("this model", report), _row("the average for everyone", constant)])
    made = report["calibration"]
    if made is not None:
        told += (
            f"\nshown by curve {made['number']} of {made['made_at']}, kept up with "
            f"{made['labels']:,} labels since training, matured until {made['matured_until']}"
        )
    return f"{told}\n{table}"


def promotion_report(report: Report) -> str:
    """What the gate said."""
    told = f"{report['name']}: version {report['version']} is the champion"
    if report["previous"]:
        told += f", in place of version {report['previous']}"
    return "\n".join([told, *(f"- {reason}" for reason in report["decision"]["reasons"])])


def _seen(rows: Report) -> str:
    fit, holdout, refit = rows["fit"], rows["holdout"], rows["refit"]
    return (
        f"{rows['table']:,} rows: {fit['rows']:,} to learn from ({fit['converted']:,} converted), "
        f"{holdout['rows']:,} to judge on ({holdout['converted']:,}); "
        f"the registered model then learnt from all {refit['rows']:,}"
    )


def _cohort(report: Report) -> list[str]:
    """Of a model made from the store: what it learnt from, and what was left out."""
    if (told := report.get("cohort")) is None:
        return []
    excluded = {"immature": told["immature"], **told["excluded"]}
    left_out = ", ".join(f"{n:,} {why.replace('_', ' ')}" for why, n in excluded.items() if n)
    lines = [
        (
            f"From the store: {told['conversion']} within {told['window_days']} days of "
            f"{told['snapshots']}, outcomes known until {told['known_until'][:10]}"
        ),
        (
            f"{told['candidates']:,} candidates: {told['learnt']:,} to learn from "
            f"({told['converted']:,} converted, {told['rejected_by_sales']:,} rejected by sales)"
            + (f"; left out: {left_out}" if left_out else "")
        ),
    ]
    if unknown := report.get("history_unknown"):
        lines.append(
            f"Of {len(unknown):,} columns values are as at their import, their history unknown: "
            + ", ".join(list(unknown)[:8])
            + (", ..." if len(unknown) > 8 else "")
        )
    return lines


def _kind(hold: Report, rows: Report) -> str:
    if hold["optimistic"]:
        return "Judged on a random fifth, which knows the future: these figures are optimistic."
    part = rows["holdout"]
    return f"Judged on the newest quarter, {part['first']} to {part['last']}."


def _tuned(found: Report | None) -> list[str]:
    if found is None:
        return []
    said = "is used" if found["adopted"] else "is not used: the default recipe stays"
    low, high = found["interval"]
    told = (
        f"Tuning ({found['trials']} trials on {found['leads']:,} leads): the best found {said}. On "
        f"the {found['judged']:,} later ones its log loss was {found['kept_up_best']:.4f} against "
        f"{found['kept_up_default']:.4f} (95 % interval of the difference {low:+.4f} to "
        f"{high:+.4f})."
    )
    return [told]


def _timed(found: Report | None) -> list[str]:
    if found is None:
        return []
    told = (
        f"Time to convert, within {found['weeks']} weeks: of {found['conversions']:,} conversions "
        f"held out {found['covered']:.0%} fell into the span shown ({found['expected']:.0%} were "
        "promised)."
    )
    return [told]


def _figures(report: Report, kept: Report | None) -> str:
    hold, baselines = report["holdout"], report["baselines"]
    rows = [_row("this model, as fitted", hold)]
    if kept is not None:
        rows.insert(0, _row("this model, kept up", {**hold, **kept}))
    for name, label in (
        ("logistic_regression", "logistic regression"),
        ("points", "the points of the profile"),
        ("constant", "the average for everyone"),
    ):
        base = baselines.get(name)
        if base is None:
            continue
        rows.append(_row(label, {**base, **(base["kept_up"] or {})}))
    rows.append(_row("stratified folds (knows the future)", report["cv"]))
    return _table(rows)


def _row(label: str, figures: Report) -> Sequence[str]:
    names = ("auc", "ap", "log_loss", "brier", "ece")
    told = ["–" if figures[name] is None else f"{figures[name]:.4f}" for name in names]
    low, high = figures.get("intervals", {}).get("log_loss", (None, None))
    return (label, *told, "" if low is None else f"{low:.4f}..{high:.4f}")


def _table(rows: Sequence[Sequence[str]]) -> str:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("")
    for head in ("AUC", "avg. precision", "log loss", "Brier", "ECE", "log loss, 95 %"):
        table.add_column(head, justify="right")
    for row in rows:
        table.add_row(*row)
    out = io.StringIO()
    Console(file=out, width=WIDTH, color_system=None).print(table)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines())
