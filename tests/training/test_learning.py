import json
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from features.schema import DeclaredField, Kind
from leads.errors import InvalidInput
from scoring.bundle import load_bundle
from tests.training.tables import DAY, START, a_table
from training.learning import train
from training.recipe import TrainingConfig

QUICK = TrainingConfig(max_trees=60, tree_step=20, num_threads=1)


def trained(frame, **changes):
    given = {"target": "won", "config": QUICK}
    return train(frame, **given | changes)


@pytest.fixture(scope="module")
def dated():
    """Trained on a table with dates and a delay in days."""
    frame = a_table(n=900)
    frame.loc[:9, "won"] = None
    frame.loc[10:14, "came"] = pd.NaT
    return trained(frame, time="came", label_delay="20d")


def test_every_row_of_the_table_is_accounted_for(dated):
    rows = dated.report.rows

    assert (rows.without_outcome, rows.without_time) == (10, 5)
    assert rows.immature > 20
    assert rows.refit.rows + rows.immature + 15 == rows.table == 900
    assert rows.fit.rows + rows.gap.rows + rows.holdout.rows == rows.refit.rows


def test_leads_whose_outcome_cannot_be_known_yet_are_never_counted(dated):
    newest = a_table(n=900)["came"].max()

    assert dated.leads.moments[-1] <= np.datetime64(newest) - np.timedelta64(20, "D")


def test_the_judged_model_learns_only_from_outcomes_known_at_the_cut(dated):
    rows = dated.report.rows

    assert rows.gap.rows > 20
    assert np.datetime64(rows.fit.last) <= np.datetime64(rows.holdout.first) - 20


def test_the_report_has_the_shape_that_machines_read(dated):
    report = json.loads(json.dumps(dated.to_json(name="m", version="3", run_id="r")))

    assert report["model"] == {"name": "m", "version": "3"}
    assert report["run_id"] == "r"
    assert report["holdout"]["kind"] == "newest_quarter"
    assert {"auc", "ap", "log_loss", "log_loss_constant", "brier", "ece"} <= set(report["holdout"])
    assert {"lift_at_10", "lift_cap", "precision_at_5", "recall_at_20"} <= set(report["holdout"])
    assert report["kept_up"]["label_delay"] == "20d"
    assert {"auc", "ap", "log_loss"} <= set(report["cv"])
    assert set(report["baselines"]) == {"constant", "logistic_regression"}
    assert report["suspects"] == []
    assert {"column", "reason"} == set(report["dropped"][0])


def test_the_model_ranks_well_and_its_interval_says_how_surely(dated):
    holdout = dated.report.holdout
    low, high = holdout.intervals["auc"]

    assert 0.6 < low < holdout.ranking.auc < high < 0.95
    assert dated.report.kept_up.shown.log_loss < holdout.log_loss_constant


def test_contenders_meet_on_the_same_leads_for_the_gate(dated):
    n = dated.report.rows.holdout.rows

    assert set(dated.contenders) == {"model", "constant", "logistic_regression"}
    assert len(dated.holdout) == n
    for contender in dated.contenders.values():
        assert contender.judged.shape == contender.margins.shape == (n,)
    assert (dated.stage.holdout_labels == dated.holdout.labels).all()


def test_the_bundle_holds_the_refit_and_its_kept_curve(dated, tmp_path):
    dated.write_bundle(tmp_path / "bundle")

    bundle = load_bundle(tmp_path / "bundle")

    assert bundle.curve == dated.curve
    assert bundle.curve.method == "keeper"
    assert bundle.curve.kept_until == dated.report.rows.refit.last
    assert bundle.reference.n == dated.report.rows.refit.rows


def test_columns_with_a_role_are_not_learnt_from(dated):
    assert [field.name for field in dated.encoder.fields] == ["visits", "source", "screen"]


def test_the_same_seed_makes_the_same_model():
    frame = a_table(n=400)

    first, second = (
        trained(frame, ordered=True, drop=["came"], report=False, seed=4) for _ in range(2)
    )

    assert first.booster.model_to_string() == second.booster.model_to_string()
    assert first.curve == second.curve
    assert first.reference == second.reference


def test_without_report_the_model_is_the_same():
    frame = a_table(n=400)

    with_report, without = (
        trained(frame, ordered=True, drop=["came"], report=report) for report in (True, False)
    )

    assert without.report is None
    assert with_report.booster.model_to_string() == without.booster.model_to_string()


def test_without_time_the_report_says_that_it_is_optimistic_and_names_the_date():
    result = trained(a_table(n=500))
    report = result.to_json()

    assert report["holdout"]["kind"] == "stratified_fifth"
    assert report["holdout"]["optimistic"]
    assert report["kept_up"] is None
    assert "'came' holds dates but --time was not given" in report["warnings"][0]
    assert result.curve.method == "sigmoid"
    assert result.keeper is None


def test_from_a_thousand_conversions_the_curve_without_time_is_isotonic():
    frame = a_table(n=2600, rate=0.45).drop(columns="came")

    assert trained(frame, report=False).curve.method == "isotonic"


def test_accounts_never_straddle_and_their_later_rows_are_counted():
    result = trained(a_table(n=900, accounts=700), time="came", group="account")

    rows = result.report.rows
    assert rows.other_part > 50
    assert rows.fit.rows + rows.holdout.rows + rows.other_part == 900
    assert "account" not in [field.name for field in result.encoder.fields]


def test_a_date_among_the_fields_is_an_age_at_the_leads_own_time():
    frame = a_table(n=400)
    frame["founded"] = frame["came"] - pd.to_timedelta(np.arange(400) % 7, unit="D")

    result = trained(frame, time="came", report=False)

    assert result.encoder.has_dates
    lead = frame.iloc[5].to_dict()
    as_of = lead["came"].to_pydatetime().replace(tzinfo=pd.Timestamp.now("UTC").tzinfo)
    ages = result.encoder.encode_one(lead, as_of=as_of)
    assert ages[0][result.encoder.feature_names.index("founded")] == 5


def test_progress_is_told_of_every_long_step():
    told = []

    trained(a_table(n=400), ordered=True, progress=lambda *step: told.append(step))

    assert list(dict.fromkeys(what for what, _, _ in told)) == [
        "fit before hold-out",
        "baselines",
        "cross-validation",
        "final fit",
    ]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"target": "wno"}, "no column 'wno' for the target; did you mean 'won'"),
        ({"time": "day"}, "no column 'day' for the time"),
        ({"group": "firm"}, "no column 'firm' for the group"),
        ({"drop": ["screens"]}, "no column 'screens' for the drop list; did you mean 'screen'"),
        ({"time": "came", "ordered": True}, "exclude each other"),
        ({"label_delay": "30d"}, "30d needs --time"),
        ({"time": "visits", "label_delay": "30d"}, "needs dates: column 'visits' holds numbers"),
        ({"time": "source"}, "'source' holds neither dates nor numbers"),
        ({"target": "won", "group": "won"}, "cannot have two roles"),
        ({"min_class": 3}, "--min-class 3"),
        ({"drop": ["visits", "source", "screen"]}, "no column is left to learn from"),
    ],
)
def test_what_cannot_be_done_is_refused_with_the_name_of_the_thing(changes, message):
    with pytest.raises(InvalidInput, match=message):
        trained(a_table(n=300), **changes)


def test_twenty_conversions_are_enough_when_asked_and_warned_about():
    frame = a_table(n=300, seed=3, rate=0.08)
    assert 20 <= (frame["won"] == "yes").sum() < 40

    warnings = trained(frame, time="came", min_class=20).report.warnings

    assert any("rough" in warning for warning in warnings)


def test_leads_too_young_to_count_are_mentioned_when_too_few_are_left():
    with pytest.raises(InvalidInput, match=r"besides [0-9]+ younger than 300d; at least 40"):
        trained(a_table(n=300), time="came", label_delay="300d")


def test_one_mistyped_date_leaves_leads_to_rank_among():
    frame = a_table(n=400)
    frame.loc[7, "came"] = pd.Timestamp("2062-03-01")

    result = trained(frame, time="came")

    assert len(set(result.reference.quantiles)) > 100
    assert any("points rank among the newest 200" in told for told in result.report.warnings)


def test_newest_leads_of_known_accounts_leave_older_ones_to_rank_among():
    frame = a_table(n=600)
    frame["account"] = [f"A{i}" for i in range(400)] + [f"A{i}" for i in range(200)]

    result = trained(frame, time="came", group="account", report=False)

    assert np.isnan(result.out_of_fold[-200:]).all()
    assert len(set(result.reference.quantiles)) > 50


def test_leads_dated_in_the_future_are_left_out_and_told():
    frame = a_table(n=400)
    frame.loc[7, "came"] = pd.Timestamp("2062-03-01")

    report = trained(frame, time="came", now=datetime(2025, 1, 1, tzinfo=UTC)).report

    assert report.rows.without_time == 1
    assert report.rows.refit.last < "2025"
    assert "'came' dates 1 of the rows in the future (first: 2062-03-01)" in report.warnings[0]


def test_a_delay_longer_than_the_history_is_refused_by_its_name():
    frame = a_table(n=600)
    days = np.concatenate([np.arange(450) // 45, 300 + np.arange(150) // 15])
    frame["came"] = START + days * DAY
    frame.loc[599, "came"] = START + 700 * DAY

    with pytest.raises(InvalidInput, match="--label-delay 350d is too long for this table"):
        trained(frame, time="came", label_delay="350d")


def test_dates_beside_a_time_of_numbers_are_not_said_to_be_split_at_random():
    frame = a_table(n=400)
    frame["week"] = np.arange(400) // 10

    warning = trained(frame, time="week").report.warnings[0]

    assert "'came' holds dates and is not used" in warning
    assert "the time column 'week' holds numbers" in warning


def test_column_names_that_occur_twice_are_refused():
    frame = a_table(n=200)
    frame.columns = ["visits", "visits", "screen", "came", "won"]

    with pytest.raises(InvalidInput, match="column names occur twice: 'visits'"):
        trained(frame)


def test_declared_fields_may_speak_of_columns_with_a_role():
    declared = {"came": DeclaredField(kind=Kind.DATE), "screen": DeclaredField(ignore=True)}

    result = trained(a_table(n=400), time="came", fields=declared, report=False)

    assert [field.name for field in result.encoder.fields] == ["visits", "source"]


def test_a_notebook_reaches_it_by_the_packages_name():
    import training

    assert training.train is train


def test_a_rule_of_points_is_a_baseline_in_the_report_and_among_the_contenders():
    frame = a_table(n=600)
    asked = []

    def points(table):
        asked.append(table)
        return np.linspace(-3, 1, len(table))

    result = trained(frame, time="came", points=points)

    assert "won" not in asked[0].columns
    assert {"auc", "log_loss", "kept_up"} <= set(result.to_json()["baselines"]["points"])
    assert len(result.contenders["points"].margins) == len(result.stage.holdout_labels)
