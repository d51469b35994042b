import json
import tomllib
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from leads.clock import ClockBasis
from leads.errors import InvalidInput, NotFound
from leads.lead import StageMove
from leads.lifecycle import Stage
from leads.score import Locale
from pipelines.cli.shell import run
from pipelines.intake.handed import Handed
from pipelines.intake.intake import take_in
from pipelines.playbook import load_profile, points_rule
from pipelines.profile.drafting import draft
from pipelines.profile.lifts import candidates, shrunk
from pipelines.profile.showing import as_text, rows_of
from pipelines.profile.won_deals import WonDeals, from_store, from_table
from pipelines.settings import load_settings
from scoring.profile import ProfileScorer
from scoring.profile.reading import parse_profile
from tests.scoring.profile.profiles import SMALL, packaged

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def a_market(n=3000, *, seed=0, effect=1.0):
    """Leads whose size tells and whose language does not; `effect` 0 is a market of chance."""
    rng = np.random.default_rng(seed)
    employees = rng.choice([5, 30, 120, 600, 4000], n)
    industry = rng.choice(["software", "retail", "银行"], n, p=[0.4, 0.5, 0.1])
    log_odds = -2 + effect * (1.2 * (employees >= 250) + 0.7 * (industry == "software"))
    won = (rng.random(n) < 1 / (1 + np.exp(-log_odds))).astype(float)
    return pd.DataFrame(
        {
            "NumberOfEmployees": employees,
            "行业": industry,
            "language": rng.choice(["en", "zh", "de"], n),
            "outcome": np.where(won == 1, "won", "lost"),
        }
    )


def deals_of(frame):
    leads = [
        {"employees": row[0], "industry": row[1], "language": row[2]}
        for row in frame.itertuples(index=False)
    ]
    return WonDeals(leads=leads, won=(frame["outcome"] == "won").to_numpy(float), left_out=())


def test_the_draft_has_what_tells_with_lift_interval_and_number_and_nothing_else():
    drafted = draft(deals_of(a_market(seed=1)), present=packaged())

    told = {(one.field, str(one.value)): points for one, points in drafted.lines}
    assert told["employees", "1000"] > 0
    assert told["employees", "10"] < 0
    assert told["industry", "software"] > 0
    assert not [one for one, _ in drafted.lines if one.field == "language"]
    for one, _ in drafted.lines:
        low, high = one.interval
        assert low < one.lift < high
        assert low > 1 or high < 1
        assert f"# lift {one.lift:.2f} ({low:.2f} to {high:.2f}), {one.n:,} leads" in drafted.text


def test_the_draft_is_a_profile_that_can_be_used_and_ranks_leads():
    frame = a_market()
    drafted = draft(deals_of(frame), present=packaged())

    profile = parse_profile(drafted.text.encode(), name="draft")

    assert profile.behaviour == packaged().behaviour
    assert profile.probability.average == pytest.approx(
        (frame["outcome"] == "won").mean(), abs=1e-4
    )
    scorer = ProfileScorer(profile)
    best = scorer.score_one({"employees": 4000, "industry": "software"})
    worst = scorer.score_one({"employees": 5, "industry": "retail"})
    assert best.p_convert > worst.p_convert


def test_points_are_proportional_to_the_shrunk_log_lift_and_never_larger_than_seen():
    found = candidates(deals_of(a_market()).leads, deals_of(a_market()).won)

    for one, less in zip(found, shrunk(found), strict=True):
        assert abs(less) <= abs(one.log_lift)
        assert less * one.log_lift >= 0


def test_intervals_of_lift_hold_what_they_promise_where_nothing_tells():
    outside = total = 0
    for seed in range(40):
        deals = deals_of(a_market(800, seed=seed, effect=0.0))
        found = candidates(deals.leads, deals.won)
        outside += sum(one.is_sure for one in found)
        total += len(found)

    assert total > 400
    assert 0.03 < outside / total < 0.07


def test_a_market_of_chance_gives_no_draft():
    frame = a_market(600, seed=2, effect=0.0)
    with pytest.raises(InvalidInput, match="chance explains it"):
        draft(deals_of(frame), present=packaged())


def test_too_few_won_deals_are_refused_with_how_many_it_takes():
    frame = a_market(300)
    frame.loc[frame.index[frame["outcome"] == "won"][30:], "outcome"] = "lost"

    with pytest.raises(InvalidInput, match=r"30 won deals among 300 leads.*at least 40"):
        draft(deals_of(frame), present=packaged())


def test_words_a_profile_would_refuse_are_not_suggested():
    frame = a_market()
    leads = [
        {"seniority": "C-level" if size >= 600 else "manager", "country_code": "Germany"}
        for size in frame["NumberOfEmployees"]
    ]
    won = (frame["outcome"] == "won").to_numpy(float)

    found = candidates(leads, won)

    assert {one.value for one in found} == {"manager"}


def test_a_table_is_read_by_what_its_headers_mean(tmp_path):
    frame = a_market(200)
    frame.loc[:4, "outcome"] = None
    frame.to_csv(tmp_path / "deals.csv", index=False)

    deals = from_table(tmp_path / "deals.csv", target="outcome")

    assert (len(deals.leads), len(deals.won)) == (195, 195)
    assert deals.left_out == ("5 rows without an outcome",)
    assert {"employees", "industry"} <= deals.leads[0].keys()


def a_move(lead_id, at):
    return StageMove(
        lead_id=lead_id,
        from_stage=Stage.OPPORTUNITY,
        to_stage=Stage.CUSTOMER,
        occurred_at=at,
        known_at=at,
        clock=ClockBasis.SOURCE,
        actor="rep",
        cause="won",
        definition_version="1",
    )


def test_the_store_gives_leads_as_they_were_known_when_they_came(store):
    def hand_in(unit, employees, days_ago):
        fields = {"full_name": "Ada Love", "employees": employees}
        told = Handed(source="crm", external_id=f"{days_ago}", fields=fields)
        at = NOW - timedelta(days=days_ago)
        return take_in(unit, [told], now=at)[0].lead_id

    with store.writing() as unit:
        old = hand_in(unit, "120", 200)
        hand_in(unit, "7", 10)
        later = Handed(source="crm", external_id="200", fields={"employees": "9000"})
        take_in(unit, [later], now=NOW - timedelta(days=20))
        unit.history.move([a_move(old, NOW - timedelta(days=30))])

    with store.reading() as unit:
        deals = from_store(unit, now=NOW)

    assert [lead["employees"] for lead in deals.leads] == [120]
    assert deals.won.tolist() == [1]
    assert "1 leads younger than 90 days" in deals.left_out[0]


def test_the_profile_is_shown_in_words_in_both_languages():
    told = as_text(packaged(), Locale.EN)

    assert "company size >= 1,000" in told
    assert "assumed, not measured: 3.0% of all leads convert" in told
    assert "half of it is left after 14 days" in told
    assert "公司规模 >= 1,000" in as_text(packaged(), Locale.ZH)
    assert len(rows_of(packaged(), Locale.EN)) == len(packaged().fit) + len(
        packaged().behaviour
    ) + len(packaged().must_follow)


def test_check_says_fine_or_every_mistake_with_its_place(tmp_path, capsys):
    path = tmp_path / "profile.toml"
    path.write_text(SMALL, encoding="utf-8")

    assert run(["profile", "check", str(path)]) == 0
    assert capsys.readouterr().out.startswith("fine: profile-")
    path.write_text(SMALL.replace("employees", "employes"), encoding="utf-8")
    assert run(["profile", "check", str(path)]) == 2
    told = capsys.readouterr().err
    assert "fit[0].when.field" in told
    assert "must_follow[0].when.field" in told
    assert "did you mean 'employees'?" in told


def test_show_and_check_know_the_packaged_profile(capsys):
    assert run(["profile", "check", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["version"] == packaged().version
    assert run(["profile", "show", "--json", "--locale", "zh"]) == 0
    assert json.loads(capsys.readouterr().out)["calibrated"] is False


def test_suggest_writes_a_file_once_and_says_what_comes_next(tmp_path, capsys):
    a_market().to_csv(tmp_path / "deals.csv", index=False)
    out = tmp_path / "draft.toml"
    command = ["profile", "suggest", "--table", str(tmp_path / "deals.csv"), "--target", "outcome"]

    assert run([*command, "--out", str(out)]) == 0
    assert f"leadflow profile check {out}" in capsys.readouterr().out
    assert tomllib.loads(out.read_text(encoding="utf-8"))["fit"]
    assert run([*command, "--out", str(out)]) == 2
    assert "there already" in capsys.readouterr().err
    assert run(command[:-2]) == 2


def test_suggest_from_an_empty_store_says_what_it_takes(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("LEADFLOW_VAR", str(tmp_path))

    assert run(["profile", "suggest"]) == 2
    assert "0 won deals among 0 leads" in capsys.readouterr().err


def test_a_playbook_of_ones_own_is_used_and_one_that_is_not_there_is_named(tmp_path):
    (tmp_path / "profile.toml").write_text(SMALL, encoding="utf-8")
    own, lost = (load_settings(playbook=path) for path in (tmp_path, tmp_path / "lost"))
    (tmp_path / "empty").mkdir()

    assert [line.name for line in load_profile(own).fit] == ["large", "private"]
    assert load_profile(load_settings(playbook=tmp_path / "empty")) == packaged()
    with pytest.raises(NotFound, match="LEADFLOW_PLAYBOOK"):
        load_profile(lost)


def test_the_points_rule_ranks_a_table_as_the_profile_does():
    rule = points_rule(packaged())

    margins = rule(pd.DataFrame({"headcount": [5, 5000], "x": [1, 2]}))

    assert margins[1] > margins[0]
    assert rule(pd.DataFrame({"x": [1, 2]})) is None
