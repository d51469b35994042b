"""The audit for people in either language, and for machines."""

from leads.messages import messages
from leads.score import Locale
from pipelines.audit.auditing import Audit
from pipelines.audit.figures import Band, Interval, Order, inflation
from pipelines.reports.charts import lines
from pipelines.reports.paper import Grid, Paper, Section
from scoring import wording
from training.evaluation import SHARES

_FAR_OFF = 1.25
_ROSE, _KEPT_PACE = 1.1, 1.05


def audit_paper(audit: Audit, locale: Locale) -> Paper:
    """The report in one language."""
    texts = messages(locale)
    sections = [_verdict(audit, locale), _order(audit, locale), _beside(audit, locale)]
    if audit.promised is not None:
        sections.append(_calibration(audit, locale))
    if audit.months:
        sections.append(_months(audit, locale))
    sections.append(_leaks(audit, locale))
    return Paper(
        title=texts["audit.title"].format(score=audit.read.column),
        about=_about(audit, locale),
        sections=sections,
        foot=[texts["audit.foot"]],
    )


def _verdict(audit: Audit, locale: Locale) -> Section:
    return Section(
        heading=messages(locale)["audit.verdict"],
        notices=verdict(audit, locale),
        is_grave=False,
    )


def verdict(audit: Audit, locale: Locale) -> list[str]:
    """What it comes to, the most important first."""
    texts, whole = messages(locale), audit.whole
    low, high = whole.auc_interval
    worth = "upside_down" if high < 0.5 else "nothing" if low <= 0.5 else "something"
    told = [
        texts[f"audit.{worth}"].format(
            times=f"{whole.lift:.1f}",
            auc=f"{whole.auc:.2f}",
            interval=_interval(whole.auc_interval),
        )
    ]
    suspects = [one.column for one in audit.suspects]
    if audit.read.column in suspects:
        told.append(texts["audit.leak"].format(score=audit.read.column))
    side = audit.side
    if side is not None:
        low, high = side.gap_interval
        better = "model_better" if low > 0 else "score_better" if high < 0 else "even"
        told.append(
            texts[f"audit.{better}"].format(
                n=wording.number(side.model.n),
                model=f"{side.model.lift:.1f}",
                score=f"{side.score.lift:.1f}",
                gap=f"{side.gap:+.2f}",
                interval=_interval(side.gap_interval),
            )
        )
    if audit.promised is not None and audit.promised > _FAR_OFF * audit.came:
        told.append(_promise("too_much", audit, locale))
    elif audit.promised is not None and audit.promised < audit.came / _FAR_OFF:
        told.append(_promise("too_little", audit, locale))
    risen = inflation(audit.months)
    if risen is not None and risen[0] > _ROSE and risen[1] < _KEPT_PACE:
        told.append(texts["audit.inflated"].format(times=f"{risen[0]:.2f}", rate=f"{risen[1]:.2f}"))
    if audit.options.time is None:
        told.append(texts["audit.optimistic"])
    return told


def _promise(key: str, audit: Audit, locale: Locale) -> str:
    assert audit.promised is not None, "asked before"
    return messages(locale)[f"audit.{key}"].format(
        promised=wording.share(audit.promised, locale), came=wording.share(audit.came, locale)
    )


def _about(audit: Audit, locale: Locale) -> str:
    texts = messages(locale)
    left_out = sum(audit.left_out.values())
    about = texts["audit.about"].format(
        file=audit.file,
        n=wording.number(audit.whole.n),
        converted=wording.number(audit.whole.converted),
        left_out=wording.number(left_out),
    )
    read = texts[f"audit.scale.{audit.read.scale}"].format(grades=" < ".join(audit.read.grades))
    return f"{about} {read}"


def _order(audit: Audit, locale: Locale) -> Section:
    texts = messages(locale)
    base = audit.came
    head = [texts[f"audit.{name}"] for name in ("band", "leads", "converted", "rate", "times")]
    rows = [
        [
            _band(one, audit),
            wording.number(one.n),
            wording.number(one.converted),
            wording.share(one.rate, locale),
            f"{one.rate / base:.2f}",
        ]
        for one in audit.bands
    ]
    return Section(
        heading=texts["audit.order"],
        paragraphs=[texts["audit.tenths"]],
        grid=Grid(head=head, rows=rows),
    )


def _band(one: Band, audit: Audit) -> str:
    if audit.read.grades:
        return audit.read.grades[int(one.low)]
    low, high = wording.number(round(one.low, 4)), wording.number(round(one.high, 4))
    return low if low == high else f"{low} – {high}"


def _beside(audit: Audit, locale: Locale) -> Section:
    texts, side = messages(locale), audit.side
    if side is None:
        why = texts["audit.no_model"].format(why=audit.why_not)
        return Section(heading=texts["audit.beside"], notices=[why], is_grave=False)
    both = (side.score, side.model)
    rows = [
        ["AUC", *(f"{one.auc:.3f} ({_interval(one.auc_interval)})" for one in both)],
        [
            texts["audit.lift"].format(cap=f"{side.score.cap:.1f}"),
            *(f"{one.lift:.2f} ({_interval(one.lift_interval)})" for one in both),
        ],
    ]
    for share in SHARES:
        name = texts["audit.capture"].format(share=wording.share(share, locale))
        rows.append([name, *(_captured(one, share) for one in both)])
    shown = "–" if side.score_ece is None else f"{side.score_ece:.3f}"
    rows.append([texts["audit.ece"], shown, f"{side.model_ece:.3f}"])
    suspects = [one.column for one in audit.suspects if one.column != audit.read.column]
    notes = [texts[f"audit.held_out.{side.kind}"].format(n=wording.number(side.model.n))]
    if suspects:
        notes.append(texts["audit.without_suspects"].format(columns=", ".join(suspects)))
    head = ["", audit.read.column, texts["audit.model"]]
    return Section(heading=texts["audit.beside"], paragraphs=notes, grid=Grid(head=head, rows=rows))


def _calibration(audit: Audit, locale: Locale) -> Section:
    texts = messages(locale)
    scale = 100 if audit.read.scale == "percent" else 1
    ordered = audit.bands[::-1]
    chart = lines(
        [wording.share(one.mean / scale, locale) for one in ordered],
        {
            texts["audit.said"]: [one.mean / scale for one in ordered],
            texts["audit.came"]: [one.rate for one in ordered],
        },
    )
    text = texts["audit.calibration_text"].format(
        promised=wording.share(audit.promised or 0.0, locale),
        came=wording.share(audit.came, locale),
        ece=f"{audit.ece or 0.0:.3f}",
    )
    return Section(heading=texts["audit.calibration"], paragraphs=[text], chart=chart)


def _months(audit: Audit, locale: Locale) -> Section:
    texts = messages(locale)
    chart = lines(
        [one.month for one in audit.months],
        {
            texts["audit.top"]: [one.top for one in audit.months],
            texts["audit.came"]: [one.converted / one.n for one in audit.months],
        },
    )
    head = [texts[f"audit.{name}"] for name in ("month", "leads", "mean", "top", "rate")]
    rows = [
        [
            one.month,
            wording.number(one.n),
            f"{one.mean:.3g}",
            wording.share(one.top, locale),
            wording.share(one.converted / one.n, locale),
        ]
        for one in audit.months
    ]
    return Section(
        heading=texts["audit.months"],
        paragraphs=[texts["audit.months_text"]],
        chart=chart,
        grid=Grid(head=head, rows=rows),
    )


def _leaks(audit: Audit, locale: Locale) -> Section:
    texts = messages(locale)
    if audit.suspects:
        told = [f"{one.column}: {one.evidence}" for one in audit.suspects]
        return Section(heading=texts["audit.leaks"], notices=told)
    key = "audit.not_looked" if audit.side is None else "audit.no_leaks"
    return Section(heading=texts["audit.leaks"], notices=[texts[key]], is_grave=False)


def _captured(order: Order, share: float) -> str:
    low, high = order.capture_interval[share]
    return f"{order.capture[share]:.0%} ({low:.0%} – {high:.0%})"


def _interval(pair: Interval) -> str:
    return f"{pair[0]:.2f} – {pair[1]:.2f}"
