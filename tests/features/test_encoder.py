import json
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.codecs import MISSING_CODE, UNSEEN_CODE
from features.encoder import Encoder, safe_names
from features.inference import infer_schema
from features.schema import Field, Kind, Schema
from features.values import DateOrder
from leads.errors import InvalidInput

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)

TRAINING = pd.DataFrame(
    {
        "employees": ["10", "200", "unknown", "3,000"] * 3,
        "industry": ["software", "retail", "software", "Select"] * 3,
        "opted in": ["yes", "no", "", "yes"] * 3,
        "founded": ["2001-02-03", "2024-03-02T12:00:00Z", "2020-01-01", "-"] * 3,
    }
)


def an_encoder() -> Encoder:
    return Encoder.fit(TRAINING, infer_schema(TRAINING))


def test_each_kind_becomes_its_number():
    lead = {"employees": "1,500", "industry": "retail", "opted in": "y", "founded": "2026-03-01"}

    assert an_encoder().encode_one(lead, as_of=NOON).tolist() == [[1500.0, 3.0, 1.0, 1.5]]


def test_missing_and_never_seen_are_different_codes():
    encoder = an_encoder()

    missing = encoder.encode_one({"industry": "未知"}, as_of=NOON)
    unseen = encoder.encode_one({"industry": "mining"}, as_of=NOON)

    assert missing[0, 1] == MISSING_CODE
    assert unseen[0, 1] == UNSEEN_CODE


def test_a_model_with_dates_asks_as_of_when():
    with pytest.raises(InvalidInput, match="as of when"):
        an_encoder().encode_one({"industry": "retail"})


def test_a_lead_is_told_what_was_imputed_and_what_was_odd():
    encoder = an_encoder()
    lead = {"employees": "many", "industry": "mining", "founded": "2020-01-01", "shoe": 43}

    values = encoder.encode_values(lead, as_of=NOON)

    assert encoder.imputed(values) == ("employees", "opted in")
    assert encoder.warnings(lead, values) == (
        "unreadable:employees",
        "unseen:industry",
        "unknown_field:shoe",
    )


def test_columns_training_left_out_are_no_surprise_in_a_lead():
    schema = infer_schema(TRAINING.assign(id=[str(n) for n in range(len(TRAINING))]))
    encoder = Encoder.fit(TRAINING, schema, ignored=["converted"])
    lead = {"id": "7", "converted": "yes"}

    assert encoder.warnings(lead, encoder.encode_values(lead, as_of=NOON)) == ()


def test_rare_words_share_the_code_of_words_never_seen():
    words = ["common"] * 500 + ["rare"] * 4
    frame = pd.DataFrame({"w": words})
    encoder = Encoder.fit(frame, Schema(fields=(Field(name="w", kind=Kind.CATEGORY),)))

    assert encoder.categories["w"] == ("common",)
    assert encoder.encode_one({"w": "rare"})[0, 0] == UNSEEN_CODE


def test_a_table_without_a_column_has_it_missing_in_every_row():
    rows = an_encoder().encode_frame(pd.DataFrame({"employees": [5, 6]}), as_of=NOON)

    np.testing.assert_array_equal(
        rows, [[5.0, MISSING_CODE, np.nan, np.nan], [6.0, MISSING_CODE, np.nan, np.nan]]
    )


def test_column_names_that_are_no_texts_are_read_as_texts():
    frame = pd.DataFrame({7: ["10", "20"] * 3, 8: ["yes", "no"] * 3})
    encoder = Encoder.fit(frame.set_axis(["7", "8"], axis=1), infer_schema(frame))

    assert encoder.encode_frame(frame)[:2].tolist() == [[10.0, 1.0], [20.0, 0.0]]


def test_every_row_may_have_a_moment_of_its_own():
    frame = pd.DataFrame({"founded": ["2026-03-01", "2026-03-01"]})
    as_of = np.array(["2026-03-02", "2026-03-04"], dtype="datetime64[us]")

    ages = an_encoder().encode_frame(frame, as_of=as_of)[:, 3]

    assert ages.tolist() == [1.0, 3.0]


def test_a_lead_may_say_itself_as_of_when_its_facts_are_true():
    written = Field(name="handed over", kind=Kind.DATE, date_order=DateOrder.DMY)
    encoder = Encoder([LEARNT["date"]], {}, moment=written)
    then = {"date": "2026-01-01", "handed over": "03.01.2026"}
    later = {"date": "2026-01-01", "handed over": "03.01.2030"}

    ages = [
        encoder.encode_values(lead, as_of=NOON)[0] for lead in (then, later, {**then, "date": ""})
    ]

    assert ages[:2] == [2.0, (NOON - datetime(2026, 1, 1, tzinfo=UTC)) / timedelta(days=1)]
    assert encoder.as_of(then, NOON) == datetime(2026, 1, 3, tzinfo=UTC)
    assert encoder.encode_values(then, as_of=None) == [2.0]
    table = encoder.encode_frame(pd.DataFrame([then, later]), as_of=NOON)
    assert table.ravel().tolist() == ages[:2]
    assert Encoder.from_state(encoder.to_state()).moment == written


def test_the_state_survives_json():
    encoder = an_encoder()

    again = Encoder.from_state(json.loads(json.dumps(encoder.to_state())))

    assert again.to_state() == encoder.to_state()
    np.testing.assert_array_equal(
        again.encode_frame(TRAINING, as_of=NOON), encoder.encode_frame(TRAINING, as_of=NOON)
    )


def test_a_foreign_state_is_refused():
    with pytest.raises(InvalidInput, match="no encoder state"):
        Encoder.from_state({"fields": [{"name": "x"}]})


@given(st.lists(st.text(max_size=20), max_size=30))
def test_feature_names_are_distinct_and_free_of_what_lightgbm_refuses(names):
    safe = safe_names(names)

    assert len(set(safe)) == len(names)
    assert not set("".join(safe)) & set(',:[]{}"\\ \n\t')


WORDS = ["software", "retail", "mining", "Select", "未知", " retail ", "NA", "3", "true", ""]
VALUES = {
    "text": st.sampled_from(
        [*WORDS, "10", "3,5", "1,200", "2026-01-01", "03/04/2026", "yes", "no", "1e400", "-0.0"]
    )
    | st.text(max_size=6),
    "number": st.floats(allow_nan=True, allow_infinity=True) | st.integers(-(10**20), 10**20),
    "mixed": st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.sampled_from([0.0, -0.0, 1.0, 3.0, 0.5])
    | st.sampled_from(WORDS)
    | st.datetimes(timezones=st.just(UTC)),
    "moment": st.datetimes(
        min_value=datetime(1700, 1, 1),  # noqa: DTZ001
        max_value=datetime(2200, 1, 1),  # noqa: DTZ001
        timezones=st.just(UTC),
    ),
}
LEARNT = {
    "number": Field(name="number", kind=Kind.NUMBER),
    "comma": Field(name="comma", kind=Kind.NUMBER, decimal_comma=True),
    "boolean": Field(name="boolean", kind=Kind.BOOLEAN),
    "date": Field(name="date", kind=Kind.DATE),
    "category": Field(name="category", kind=Kind.CATEGORY),
}
EVERY_KIND = Encoder(tuple(LEARNT.values()), {"category": ["software", "retail", "3", "true"]})


@settings(max_examples=120, deadline=None)
@given(st.data(), st.sampled_from(sorted(VALUES)))
def test_a_frame_and_its_rows_encode_to_the_same_bits(data, source):
    """120 tables of 100 rows: 12,000 leads, through every kind of field."""
    pool = data.draw(st.lists(VALUES[source], min_size=1, max_size=12))
    picks = data.draw(st.randoms(use_true_random=False)).choices(range(len(pool)), k=100)
    values = [pool[i] for i in picks]
    frame = pd.DataFrame({name: pd.Series(values) for name in LEARNT})

    table = EVERY_KIND.encode_frame(frame, as_of=NOON)
    rows = [EVERY_KIND.encode_values(row, as_of=NOON) for row in frame.to_dict("records")]

    assert table.tobytes() == np.array(rows).tobytes()


def test_a_long_table_takes_the_other_road_to_the_same_bits():
    rng = np.random.default_rng(0)
    n = 12_000
    frame = pd.DataFrame(
        {
            "number": rng.normal(size=n),
            "comma": rng.choice(["3,5", "1.200,5", "x", ""], n),
            "boolean": rng.choice(["yes", "no", "maybe"], n),
            "date": rng.choice(["2026-01-01", "2025-05-05T05:05:05Z", "?"], n),
            "category": rng.choice(["software", "retail", "rare", "未知"], n),
        }
    )
    frame.loc[::7, ["number", "category"]] = None

    table = EVERY_KIND.encode_frame(frame, as_of=NOON)
    rows = [EVERY_KIND.encode_values(row, as_of=NOON) for row in frame.to_dict("records")]

    assert table.tobytes() == np.array(rows).tobytes()


@given(st.datetimes(timezones=st.just(UTC)), st.timedeltas(timedelta(0), timedelta(days=9999)))
def test_the_age_of_a_date_is_the_days_since_it(moment, age):
    try:
        as_of = moment + age
    except OverflowError:
        return

    encoded = EVERY_KIND.encode_one({"date": moment}, as_of=as_of)[0, 3]

    assert encoded == pytest.approx(age / timedelta(days=1), abs=1e-6)
