import pytest

from leads.errors import InvalidInput, NotFound
from leads.events import EventKind
from leads.messages import messages
from leads.score import Locale
from scoring.profile import read_profile
from scoring.profile.kinds import BEHAVIOUR_KINDS
from scoring.profile.reading import parse_profile
from scoring.profile.words import kind_label
from tests.scoring.profile.profiles import SMALL, packaged, small


def mistakes(text):
    with pytest.raises(InvalidInput) as refused:
        parse_profile(text.encode(), name="profile.toml")
    return {problem.pointer: problem.detail for problem in refused.value.problems}


def test_the_packaged_profile_is_fine_and_every_line_says_itself():
    found = packaged()

    assert len(found.fit) > 10
    assert {line.kind for line in found.behaviour} <= set(EventKind)
    assert found.must_follow
    assert found.version.startswith("profile-")


def test_the_version_follows_the_file_to_the_byte():
    assert small().version == small().version
    assert small().version != small("# other\n").version


def test_every_mistake_is_told_at_once_with_its_key_path_and_what_would_be_right():
    text = SMALL.replace("at_50 = 0.05", "at_50 = 0.5").replace("A = 70", "A = 10")
    text = text.replace('"pricing_visited"', '"pricing_visit"').replace("cap = 25", "cap = 0")
    text = text.replace('"employees", op = "ge", value = 500 ', '"employes", op = "gte" ')
    text += 'points = 5\nunknwon = 1\n[[must_follow]]\nname = "giants"\n'

    told = mistakes(text)

    assert "did you mean 'employees'?" in told["fit[0].when.field"]
    assert "gt, ge" in told["fit[0].when.op"]
    assert "did you mean 'pricing_visited'?" in told["behaviour[0].kind"]
    assert "cap = 20" in told["behaviour[0].cap"]
    assert "A needs more points than B" in told["tiers"]
    assert "the rates must rise" in told["probability"]
    assert "unknown key 'points'" in told["must_follow[0].points"]
    assert "say of whom" in told["must_follow[1].when"]
    assert "must_follow[0]" in told["must_follow[1].name"]


@pytest.mark.parametrize(
    ("text", "pointer"),
    [
        ("", "fit"),
        ("fit = 5", "fit"),
        ("fit = [5]", "fit"),
        ("probability = 3", "probability"),
        ("[tiers]\nA = true", "tiers.A"),
        ("title = 5", "title"),
        ('title = { fr = "x" }', "title"),
        ("[[fit]]\nname = 5", "fit[0].name"),
        ("[[fit]]\npoints = 0", "fit[0].points"),
        ("[[fit]]\npoints = nan", "fit[0].points"),
        ("[[fit]]\npoints = 1000", "fit[0].points"),
        ('[[fit]]\nwhen = { field = "email", op = "exists" }', "fit[0].when.field"),
        ("[[behaviour]]\nhalf_life_days = -1", "behaviour[0].half_life_days"),
        ("[[behaviour]]\npoints = 30\ncap = 20", "behaviour[0].cap"),
        ("[behavior]", "behavior"),
    ],
)
def test_a_profile_that_cannot_be_meant_is_refused_where_it_is_wrong(text, pointer):
    assert pointer in mistakes(text)


def test_an_empty_profile_says_that_it_is_empty():
    lines = SMALL.split("[[fit]]", maxsplit=1)[0]

    assert mistakes(lines) == {
        "fit": "fit: the profile is empty: no line under [[fit]] or [[behaviour]] gives points"
    }


def test_what_is_no_toml_and_what_is_not_there_is_said(tmp_path):
    with pytest.raises(InvalidInput, match="is not a TOML file"):
        parse_profile(b"\xff", name="profile.toml")
    with pytest.raises(NotFound, match="there is no profile"):
        read_profile(tmp_path / "profile.toml")
    with pytest.raises(NotFound):
        read_profile(tmp_path)


def test_every_kind_of_act_has_a_name_in_both_languages():
    for locale in Locale:
        assert all(kind_label(kind, locale) for kind in BEHAVIOUR_KINDS)
        assert messages(locale)["profile.line"]
