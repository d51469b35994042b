from collections import Counter

import numpy as np
import pandas as pd
import pytest

from leads.errors import InvalidInput
from leads.fields import GIVEN
from sandbox.dirt.leads import dirty_leads
from sandbox.dirt.sources import SOURCES
from sandbox.dirt.words import words
from tests.sandbox.dirt.difficulty import keys_of, measure


@pytest.fixture(scope="module", params=[11, 12])
def dirty(request):
    return dirty_leads(seed=request.param, n_people=4_000)


@pytest.fixture(scope="module")
def figures(dirty):
    return measure(dirty)


def test_the_same_seed_gives_the_same_rows_and_another_seed_gives_others():
    one, same, other = (dirty_leads(seed=seed, n_people=300) for seed in (1, 1, 2))

    pd.testing.assert_frame_equal(one.leads, same.leads)
    assert (one.person == same.person).all()
    assert not one.leads["email"].equals(other.leads["email"])


def test_no_people_are_refused():
    with pytest.raises(InvalidInput, match="n_people is 0"):
        dirty_leads(seed=1, n_people=0)


def test_the_columns_are_fields_of_a_lead_and_the_truth_stands_beside(dirty):
    assert set(dirty.leads) <= set(GIVEN) | {"source", "external_id", "created_at"}
    assert len(dirty.leads) == len(dirty.person) == len(dirty.company)
    assert len(set(dirty.person)) == 4_000
    assert dirty.leads["created_at"].is_monotonic_increasing


def test_every_source_numbers_its_own_rows(dirty):
    assert set(dirty.leads["source"]) == set(SOURCES)
    assert not dirty.leads.duplicated(["source", "external_id"]).any()


def test_three_rows_in_ten_repeat_an_earlier_one_and_nobody_has_more_than_four(dirty, figures):
    assert figures["rows that repeat an earlier person"] == pytest.approx(0.305, abs=0.02)
    assert set(Counter(dirty.person).values()) == {1, 2, 3, 4}


def test_the_exact_mail_finds_about_half_of_the_true_pairs_and_a_few_wrong_ones(figures):
    assert 0.35 < figures["true pairs with the same mail"] < 0.65
    assert 0.95 < figures["pairs with the same mail that are true"] < 0.998  # shared mailboxes


def test_the_exact_name_misses_half_of_the_true_pairs_and_a_quarter_of_what_it_finds_is_wrong(
    figures,
):
    assert 0.35 < figures["true pairs with the same name"] < 0.60
    assert 0.65 < figures["pairs with the same name that are true"] < 0.85


def test_neither_name_with_company_nor_the_phone_is_enough(figures):
    assert figures["true pairs with the same name and company"] < 0.25
    assert figures["true pairs with the same phone"] < 0.30
    assert figures["pairs with the same phone that are true"] < 0.85  # shared switchboards


def test_true_pairs_exist_that_share_neither_mail_nor_name_nor_phone(figures):
    assert 0.15 < figures["true pairs with neither mail, name nor phone the same"] < 0.40


def test_colleagues_of_the_same_name_are_different_people_at_a_stated_rate(figures):
    assert 0.003 < figures["colleagues' rows of the same name, per row"] < 0.02


def test_some_people_change_their_company_between_two_rows(figures):
    assert figures["true pairs at two companies"] == pytest.approx(0.035, abs=0.015)


def test_the_same_company_is_written_in_both_languages_and_many_ways(dirty):
    names = dirty.leads["company"].groupby(dirty.company).agg(lambda names: set(names.dropna()))
    is_chinese = names.map(lambda ways: {any(sign >= "\u4e00" for sign in way) for way in ways})

    assert (is_chinese.map(len) == 2).mean() > 0.10
    assert names[dirty.leads.groupby(dirty.company).size() >= 3].map(len).mean() > 2


def test_brands_are_shared_by_companies(dirty):
    first_word = dirty.leads["company"].dropna().str.strip().str.split().str[0]
    companies = pd.Series(dirty.company)[first_word.index].groupby(first_word.to_numpy()).nunique()

    assert (companies > 1).sum() > 50


def test_both_languages_have_a_good_share_and_chinese_both_scripts(dirty, figures):
    traditional = set(map(chr, words().simplified))

    assert 0.18 < figures["rows with the name in Chinese"] < 0.35
    assert any(traditional & set(name) for name in dirty.leads["full_name"].dropna())


def test_the_lists_are_long():
    lists = words()

    first = {name for sexes in lists.first.values() for names in sexes.values() for name in names}

    assert len(first) >= 200
    assert len({name for names in lists.last.values() for name in names}) >= 200
    assert len(lists.surnames_spelled) >= 200
    assert len(lists.given_spelled) >= 200


def test_telephone_numbers_have_the_shape_of_their_country():
    import phonenumbers

    from sandbox.dirt.dice import Dice
    from sandbox.dirt.people import population

    numbers = [
        number.international
        for person in population(1_000, dice=Dice(5))
        for number in (person.mobile, person.jobs[0].direct, person.jobs[0].company.switchboard)
    ]
    valid = [phonenumbers.is_valid_number(phonenumbers.parse(number)) for number in numbers]

    assert np.mean(valid) > 0.97
    assert np.mean(["555" in number for number in numbers]) < 0.35


def test_no_free_address_can_be_anybodys(dirty):
    mail = pd.Series([mail for mail in keys_of(dirty.leads)["mail"] if mail and ".ex" not in mail])
    local = mail.str.split("@").str[0]

    gmail = local[mail.str.endswith("@gmail.com")]
    assert gmail.str.contains("[-_]").all()
    assert local[mail.str.endswith("@qq.com")].str.startswith("0").all()
    assert local[mail.str.endswith("@163.com")].str.contains(".", regex=False).all()
