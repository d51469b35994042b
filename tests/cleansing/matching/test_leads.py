import pytest

from cleansing.clean import clean
from cleansing.matching import MERGE_BAR, Matcher, Outcome, compare, frequencies_of, keys_of
from cleansing.matching.sentences import sentence_of
from leads.score import Locale


def lead(**fields):
    return clean(fields).fields


ANN = lead(
    full_name="Ann Novak",
    email="ann.novak@acme.com",
    phone="+49 30 901820",
    company="Acme GmbH",
    job_title="Head of Purchasing",
    city="Berlin",
)
AGAIN = lead(first_name="Ann", last_name="Novak", email="Ann.Novak@ACME.com", company="ACME")
PETER = lead(
    full_name="Peter Kowalski",
    email="peter.kowalski@acme.com",
    phone="+49 30 901820",
    company="Acme GmbH",
    job_title="Head of Purchasing",
    city="Berlin",
)
STRANGER = lead(full_name="Wei Zhang", email="wei@zenith.cn", company="Zenith", country="China")


def test_one_person_in_two_writings_is_merged():
    pair = compare(ANN, AGAIN)

    assert pair.outcome is Outcome.MERGE
    assert pair.probability >= MERGE_BAR


def test_a_name_in_characters_meets_its_pinyin():
    one = lead(full_name="张晓明", email="zxm8812@163.com", company="上海华瑞有限公司")
    other = lead(full_name="Xiaoming Zhang", email="zxm8812@163.com", company="Shanghai Huarui")

    assert compare(one, other).outcome is Outcome.MERGE


def test_two_people_at_one_company_are_never_merged_by_themselves():
    pair = compare(ANN, PETER)

    assert pair.veto == "two_people"
    assert pair.outcome is Outcome.DIFFERENT


def test_namesakes_whose_addresses_differ_in_a_number_are_for_a_person():
    other = lead(full_name="Ann Novak", email="ann.novak2@acme.com", company="Acme", city="Berlin")

    pair = compare(ANN, other)

    assert pair.veto == "numbered"
    assert pair.outcome is not Outcome.MERGE


def test_an_address_that_neither_name_fits_is_for_a_person():
    other = lead(full_name="Tom Baker", email="ann.novak@acme.com", company="Acme")

    assert compare(ANN, other).veto == "shared_address"


def test_a_common_name_says_less_than_a_rare_one():
    people = [lead(full_name="Ann Smith", company=f"C{n}") for n in range(90)]
    known = frequencies_of([*people, *(lead(full_name=f"Ann Rare{n}zky") for n in range(10))])
    common = [lead(full_name="Ann Smith", company="Acme"), lead(full_name="Ann Smith")]
    rare = [lead(full_name="Ann Rareczky", company="Acme"), lead(full_name="Ann Rareczky")]

    assert compare(*common, known).probability < compare(*rare, known).probability


def test_the_likeliest_candidate_is_found_with_its_place():
    matcher = Matcher()

    best = matcher.best(AGAIN, [STRANGER, PETER, ANN])

    assert best is not None
    assert best.index == 2
    assert matcher.best(AGAIN, [STRANGER, PETER]) is None
    assert matcher.best(AGAIN, []) is None


def test_a_lead_that_fits_two_different_people_is_for_a_person():
    second = lead(full_name="Ann Novak", email="ann.novak2@acme.com", company="Acme", city="Berlin")
    without = lead(full_name="Ann Novak", phone="+49 30 901820", company="Acme", city="Berlin")
    matcher = Matcher(frequencies_of([STRANGER] * 999), stored=1_000)
    ranked = matcher.rank(without, [ANN, second])

    assert all(match.pair.outcome is not Outcome.MERGE for match in ranked)


def test_comparing_is_symmetric():
    for other in (AGAIN, PETER, STRANGER):
        there, back = compare(ANN, other), compare(other, ANN)

        assert there.probability == pytest.approx(back.probability)
        assert there.veto == back.veto


def test_doubles_share_a_key_and_strangers_none():
    assert set(keys_of(ANN)) & set(keys_of(AGAIN))
    assert not set(keys_of(ANN)) & set(keys_of(STRANGER))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"full_name": "Bob Novak"}, {"full_name": "Robert Novak"}),
        ({"full_name": "Novak Ann", "company": "Acme"}, {"full_name": "Ann Novak"}),
        ({"phone": "+49 30 901820"}, {"phone": "+49 (0)30 90 18 20", "full_name": "A"}),
        ({"email": "x.y+z@gmail.com"}, {"email": "xy@googlemail.com"}),
        ({"full_name": "张晓明"}, {"full_name": "Xiaoming Zhang"}),
    ],
)
def test_one_key_is_shared_by_these(one, other):
    assert set(keys_of(lead(**one))) & set(keys_of(lead(**other)))


def test_keys_are_few_and_none_is_a_functions_address():
    keys = keys_of({**ANN, "mobile": "+491718688357"})

    assert 5 <= len(keys) <= 10
    assert len(set(keys)) == len(keys)
    assert all(kind != "email" for kind, _ in keys_of(lead(email="info@acme.com")))
    assert keys_of({}) == []


def test_a_pair_is_told_field_by_field_in_both_languages():
    pair = compare(ANN, AGAIN)

    english, chinese = (sentence_of(pair, locale) for locale in Locale)

    assert english.startswith("The same (")
    assert "e-mail is the same (ann.novak@acme.com / " in english
    assert chinese.startswith("相同（")
    assert "100 %" not in english


def test_a_veto_is_told_with_its_reason():
    assert "because the names differ" in sentence_of(compare(ANN, PETER))
