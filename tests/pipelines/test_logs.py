import json
from io import StringIO

import pytest
import structlog

from pipelines.logs import configure_logging, is_personal

PERSON = {
    "email": "ann@example.com",
    "Work_Email": "ann@example.com",
    "mobilePhone": "+49 171 0000000",
    "email_address": "ann@example.com",
    "first_name": "Ann-Sophie",
    "联系电话": "13800000000",
}
SECRETS = ("ann@example.com", "0000000", "Ann-Sophie", "13800000000")


@pytest.fixture(params=["json", "columns"])
def written(request):
    """Logging as a command sets it up, and what has been written so far."""
    stream = StringIO()
    configure_logging(format=request.param, stream=stream)
    yield stream.getvalue
    structlog.reset_defaults()


def test_personal_fields_never_reach_the_log(written):
    log = structlog.get_logger()

    log.info("lead_scored", lead_id="L-1", **PERSON)
    log.info("lead_scored", lead=PERSON | {"lead_id": "L-2"}, leads=[PERSON])

    assert "L-1" in written()
    assert "L-2" in written()
    assert not [secret for secret in SECRETS if secret in written()]


def test_an_address_in_a_text_or_an_exception_is_masked(written):
    log = structlog.get_logger()

    error = ValueError("no such lead: ann@example.com")
    log.error("scoring_failed", detail="asked by ann@example.com, twice", exc_info=error)

    assert "ann@example.com" not in written()
    assert "no such lead: [e-mail]" in written()


@pytest.mark.parametrize("key", ["email_clicks", "model_name", "n_mails_sent", "campaign", "地区"])
def test_fields_about_acts_and_things_are_kept(key):
    assert not is_personal(key)


def test_json_lines_carry_event_level_and_utc_time():
    stream = StringIO()
    configure_logging(format="json", stream=stream)

    structlog.get_logger().warning("gate_refused", model_version="7")
    structlog.get_logger().debug("too_small_to_tell")
    structlog.reset_defaults()

    line = json.loads(stream.getvalue())
    assert line.pop("timestamp").endswith("Z")
    assert line == {"event": "gate_refused", "level": "warning", "model_version": "7"}
