import pytest

from leads.errors import Conflict, InvalidInput
from pipelines.campaigns.attendance import take_attendance
from pipelines.campaigns.forms import make_form
from pipelines.campaigns.inviting import invite
from tests.factories import NOON

LIST = """\
Id,Name,E-Mail,Phone,Company
7,,,,
,Ada Lovelace,ada@engines.example,,
,Grace Hopper,grace@navy.example,+1 212 555 0123,Navy
,Grace Hopper,grace@navy.example,,
,,,,=cmd()
,-,unknown,,
"""


def taken(unit, campaign, path, **told):
    return take_attendance(
        unit, campaign.campaign_id, path, source="crm", now=NOON, actor="ops", **told
    )


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "door.csv"
    path.write_text(LIST, encoding="utf-8")
    return path


def test_every_row_ends_as_exactly_one_of_four(unit, campaign, ada, path):
    report = taken(unit, campaign, path)

    assert (report.known, report.added, report.repeated) == (1, 2, 2)
    assert [one.row_number for one in report.refused] == [6]
    assert "a new lead needs" in report.refused[0].reason
    assert report.n_rows == report.known + report.added + report.repeated + len(report.refused)


def test_the_same_list_again_notes_nobody_twice(unit, campaign, ada, path):
    taken(unit, campaign, path)
    n_leads = unit.leads.count()

    report = taken(unit, campaign, path)

    assert (report.known, report.added, report.repeated) == (0, 0, 5)
    assert unit.leads.count() == n_leads
    assert unit.touchpoints.people_by_kind(campaign.campaign_id) == {"attended": 3}


def test_who_came_and_was_invited_is_dated_in_the_invitation(unit, campaign, ada, path):
    make_form(unit, campaign.campaign_id, {"kind": "registration"}, now=NOON, actor="ops")
    (one,) = invite(unit, campaign.campaign_id, [ada], now=NOON, actor="ops", public_url="http://x")

    taken(unit, campaign, path)

    found = unit.invitations.by_token(one.invitation.token)
    assert found.attended_at == campaign.starts_at


def test_two_people_with_one_address_are_not_taken_for_one(unit, campaign, ada, tmp_path):
    path = tmp_path / "door.csv"
    path.write_text("name,email\nCharles Babbage,ada@engines.example\n", encoding="utf-8")

    report = taken(unit, campaign, path)

    assert (report.known, report.added) == (0, 1)
    assert [one.kind for one in unit.touchpoints.of_lead(ada)] == []


def test_nobody_attended_what_has_not_opened(unit, planned, path):
    with pytest.raises(Conflict, match="has not opened"):
        taken(unit, planned, path)


def test_what_is_no_table_is_refused(unit, campaign, tmp_path):
    (tmp_path / "door.csv").write_text("", encoding="utf-8")

    with pytest.raises(InvalidInput):
        taken(unit, campaign, tmp_path / "door.csv")
