from string import Formatter

import pytest

from leads.messages import messages
from leads.score import Locale
from scoring.concepts import SYNONYMS

EN, ZH = messages(Locale.EN), messages(Locale.ZH)


def placeholders(text):
    # {Leads} is {leads} at the start of a sentence, which only some scripts write otherwise
    return {name.casefold() for _, name, _, _ in Formatter().parse(text) if name}


def test_both_languages_have_the_same_messages():
    assert set(EN) == set(ZH)


@pytest.mark.parametrize("key", sorted(EN))
def test_a_message_has_the_same_placeholders_in_both_languages(key):
    assert placeholders(EN[key]) == placeholders(ZH[key])


def test_no_message_is_empty():
    blank = [key for texts in (EN, ZH) for key, text in texts.items() if not text.strip()]

    assert blank == []


def test_every_concept_has_a_label_a_name_and_words_for_a_missing_value():
    for concept in SYNONYMS:
        for key in ("label", "name", "missing"):
            assert f"concept.{concept}.{key}" in EN
