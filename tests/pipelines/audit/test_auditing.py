import json
from datetime import UTC, datetime

import numpy as np
import pytest

from leads.errors import InvalidInput
from leads.score import Locale
from pipelines.audit.auditing import audit
from pipelines.audit.beside import AuditOptions
from pipelines.audit.members import audit_members
from pipelines.audit.report import audit_paper, verdict
from pipelines.cli.shell import run
from pipelines.reports.paper import as_html, as_text
from tests.training.tables import a_table
from tests.workshop import QUICK

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def with_scores(n=600):
    """Four scores: one of mere chance, one honest, one boastful, one that was set afterwards."""
    table, rng = a_table(n=n), np.random.default_rng(5)
    won = (table["won"] == "yes").to_numpy()
    chance = rng.choice(["hot", "warm", "cold"], n)
    honest = np.clip(0.1 * table["visits"] + 0.05, 0, 1)
    return table.assign(
        chance=chance,
        honest=honest,
        boast=np.clip(3 * honest, 0, 1),
        late=np.where(won, rng.integers(60, 100, n), rng.integers(0, 70, n)),
    )


def judged(score, table=None, **given):
    options = {"time": "came", "drop": tuple({"chance", "honest", "boast", "late"} - {score})}
    return audit(
        with_scores() if table is None else table,
        AuditOptions(score=score, outcome="won", **options | given),
        now=NOW,
        config=QUICK,
    )


@pytest.fixture(scope="session")
def of_chance():
    return judged("chance")


@pytest.fixture(scope="session")
def set_afterwards():
    return judged("late")


def test_a_score_of_chance_is_told_from_a_model_on_the_same_leads(of_chance):
    first, second = verdict(of_chance, Locale.EN)

    assert "cannot be told from chance" in first
    assert "a model that learnt from the other columns does better" in second
    side = of_chance.side
    assert side.score.n == side.model.n
    assert side.gap == pytest.approx(side.model.auc - side.score.auc)
    assert side.gap_interval[0] > 0


def test_a_score_that_was_set_after_the_outcome_is_named_as_a_leak(set_afterwards):
    assert [one.column for one in set_afterwards.suspects] == ["late"]
    assert any(
        "looks as if it knew the outcome" in one for one in verdict(set_afterwards, Locale.EN)
    )
    assert any("知道结果" in one for one in verdict(set_afterwards, Locale.ZH))


def test_the_model_beside_a_leaking_score_does_without_it(set_afterwards):
    assert set_afterwards.side.model.auc < set_afterwards.side.score.auc - 0.1


def test_a_boastful_probability_promises_too_much():
    found = judged("boast", with_scores(400))

    assert found.promised > 1.25 * found.came
    assert any("promises too much" in one for one in verdict(found, Locale.EN))
    assert found.ece > 0.1


def test_without_time_the_comparison_is_called_optimistic():
    found = judged("honest", with_scores(400).drop(columns="came"), time=None)

    assert found.months == ()
    assert "optimistic" in verdict(found, Locale.EN)[-1]


def test_leads_without_score_outcome_or_time_and_young_ones_are_left_out_and_counted():
    table = with_scores(400)
    table.loc[:9, "honest"] = None
    table.loc[10:14, "won"] = None
    table.loc[15:17, "came"] = None
    young = int((table["came"] > table["came"].max() - np.timedelta64(30, "D")).sum())

    found = judged("honest", table, label_delay="30d")

    expected = {"no_time": 3, "no_score": 10, "no_outcome": 5, "too_young": young}
    assert found.left_out == expected
    assert found.whole.n == 400 - 18 - young


@pytest.mark.parametrize(
    ("change", "options", "told"),
    [
        ({"won": "no"}, {}, "has only the value"),
        ({"honest": "red"}, {}, "1 different values"),
        ({}, {"score": "won"}, "score and the outcome at once"),
        ({}, {"time": "honest"}, "two roles"),
        ({}, {"time": None, "label_delay": "30d"}, "needs --time"),
    ],
)
def test_what_cannot_be_audited_is_refused_with_the_reason(change, options, told):
    given = {"score": "honest", "time": "came"} | options
    with pytest.raises(InvalidInput, match=told):
        audit(with_scores(200).assign(**change), AuditOptions(outcome="won", **given), now=NOW)


def test_fewer_than_forty_conversions_are_too_few():
    table = with_scores(300)
    few = table[(table["won"] == "no") | (table.index < 100)]

    with pytest.raises(InvalidInput, match="at least 40 of each"):
        judged("honest", few)


def test_page_text_and_members_agree_and_escape_what_a_table_brings(of_chance):
    page = as_html({locale: audit_paper(of_chance, locale) for locale in Locale})
    text = as_text(audit_paper(of_chance, Locale.EN))
    members = json.loads(json.dumps(audit_members(of_chance, Locale.EN), allow_nan=False))

    assert members["score"] == {
        "column": "chance",
        "read_as": "grades",
        "worst_first": ["cold", "warm", "hot"],
    }
    for sentence in members["verdict"]:
        assert sentence in text
    assert "cold &lt; warm &lt; hot" in page
    assert "评分与随机无法区分" in page


def test_the_command_audits_a_file_and_names_it_in_its_errors(tmp_path, capsys):
    path, page = tmp_path / "crm.csv", tmp_path / "audit.html"
    with_scores(300).to_csv(path, index=False)
    command = ["audit", str(path), "--outcome", "won", "--time", "came", "--drop", "late,boast"]

    assert run([*command, "--score", "chance", "--html", str(page), "--locale", "zh"]) == 0
    assert "审计" in capsys.readouterr().out
    assert page.read_text("utf-8").startswith("<!doctype html>")
    assert run([*command, "--score", "source"]) == 2
    assert "crm.csv: column 'source' is no score" in capsys.readouterr().err
