from datetime import timedelta

from tests.factories import NOON
from tests.stores import put_row


def test_scores_of_a_version_come_oldest_first_under_the_lead_that_speaks_for_them(store):
    put_row(store, "leads", lead_id="L-1", root_id="L-1")
    put_row(store, "leads", lead_id="L-2", root_id="L-1", merged_into="L-1")
    for number, (lead, version, hours) in enumerate(
        [("L-2", "1", 1), ("L-1", "1", 2), (None, "1", 3), ("L-1", "2", 2), ("L-1", "1", -1)]
    ):
        put_row(
            store,
            "scores",
            prediction_id=f"P-{number}",
            lead_id=lead,
            model_name="m",
            model_version=version,
            as_of=NOON + timedelta(hours=hours),
            tier="A",
        )

    with store.reading() as unit:
        asked = {"since": NOON, "until": NOON + timedelta(hours=3)}
        found = unit.scores.of_model("m", "1", **asked, limit=9)
        newest = unit.scores.of_model("m", "1", **asked, limit=1)

    assert [(one.prediction_id, one.lead_id) for one in found] == [
        ("P-0", "L-1"),
        ("P-1", "L-1"),
        ("P-2", None),
    ]
    assert [one.prediction_id for one in newest] == ["P-2"]
