import json
import tracemalloc

import pytest
from pydantic import ValidationError

from leads.errors import InvalidInput
from serving.mistakes import MOST
from serving.reading import parse, read_explain_request, read_score_request
from serving.schemas import ScoreRequest

GOOD = b'{"external_id":"good","attributes":{"age":41}}'


def body(*leads: bytes, options: bytes = b"{}") -> bytes:
    return b'{"leads":[' + b",".join(leads) + b'],"options":' + options + b"}"


def found(given: bytes) -> list[tuple[str, str]]:
    """Pointers and codes of what is wrong with a request for scores."""
    with pytest.raises(InvalidInput) as refused:
        read_score_request(given)
    return [(problem.pointer, problem.code) for problem in refused.value.problems]


@pytest.mark.parametrize(
    ("lead", "pointer", "code"),
    [
        (b'{"attributes":{"age":NaN}}', "/attributes/age", "not_finite"),
        (b'{"attributes":{"age":-Infinity}}', "/attributes/age", "not_finite"),
        (b'{"attributes":{"age":1e999}}', "/attributes/age", "not_finite"),
        (b'{"attributes":{"age":%s}}' % (b"9" * 400), "/attributes/age", "out_of_range"),
        (b'{"attributes":{"age":%s}}' % (b"9" * 5000), "/attributes/age", "not_finite"),
        (b'{"attributes":{"age":[1]}}', "/attributes/age", "wrong_type"),
        (b'{"attributes":{"age":{"a":1}}}', "/attributes/age", "wrong_type"),
        (b'{"attributes":{"a/b~c":[]}}', "/attributes/a~1b~0c", "wrong_type"),
        (b'{"attributes":{"age":1,"age":2}}', "/attributes", "duplicate_key"),
        (b'{"attributes":{},"attributes":{}}', "", "duplicate_key"),
        (b'{"attributes":{"job":"a\\u0000"}}', "/attributes/job", "nul_character"),
        (b'{"attributes":{"job\\u0000":"a"}}', "/attributes", "nul_character"),
        (b'{"attributes":{"job":"\\ud800"}}', "/attributes/job", "lone_surrogate"),
        (b'{"attributes":{},"external_id":7}', "/external_id", "wrong_type"),
        (b'{"attributes":{},"external_id":"%s"}' % (b"x" * 201), "/external_id", "too_long"),
        (b'{"attributes":{},"nickname":"a"}', "/nickname", "unknown_field"),
        (b'{"external_id":"a"}', "/attributes", "missing"),
        (b'{"attributes":[]}', "/attributes", "wrong_type"),
        (b"7", "", "wrong_type"),
    ],
)
def test_a_mistake_in_a_lead_is_pointed_at_and_spoils_no_other(lead, pointer, code):
    asked = read_score_request(body(GOOD, lead, GOOD))

    assert [(problem.pointer, problem.code) for problem in asked.mistakes[1]] == [
        (f"/leads/1{pointer}", code)
    ]
    assert [lead.external_id for lead in asked.leads] == ["good", "good"]
    assert len(asked.external_ids) == 3


@pytest.mark.parametrize(
    ("given", "pointer", "code"),
    [
        (b"", "", "invalid_json"),
        (b"{", "", "invalid_json"),
        (b"\xff\xfe", "", "invalid_json"),
        (b"[" * 20_000, "", "too_deep"),
        (b'{"leads":' * 20_000, "", "too_deep"),
        (b'{"leads":[' + b'{"attributes":{"a":' * 20_000, "", "too_deep"),
        (b'{"leads":[%s,]' % (b"9" * 5000), "", "invalid_json"),
        (b'{"leads":[%s,' % (b"9" * 5000) + b"[" * 20_000, "", "too_deep"),
        (b"[]", "", "wrong_type"),
        (b"{}", "/leads", "missing"),
        (b'{"leads":[]}', "/leads", "too_few"),
        (b'{"leads":{}}', "/leads", "wrong_type"),
        (b'{"lead":%s}' % GOOD, "/leads", "missing"),
        (body(*[GOOD] * 1001), "/leads", "too_many"),
        (body(*[GOOD] * 101, options=b'{"explain":1}'), "/leads", "too_many"),
        (body(GOOD, options=b'{"explain":-1}'), "/options/explain", "out_of_range"),
        (body(GOOD, options=b'{"explain":1e3}'), "/options/explain", "wrong_type"),
        (body(GOOD, options=b'{"explain":true}'), "/options/explain", "wrong_type"),
        (body(GOOD, options=b'{"locale":"fr"}'), "/options/locale", "not_one_of"),
        (body(GOOD, options=b'{"modell":"champion"}'), "/options/modell", "unknown_field"),
        (body(GOOD, options=b'{"model":7}'), "/options/model", "wrong_type"),
    ],
)
def test_a_mistake_outside_the_leads_refuses_the_request(given, pointer, code):
    assert (pointer, code) in found(given)


def test_a_request_of_nothing_but_mistaken_leads_is_refused_with_each_mistake():
    assert found(body(b'{"attributes":{"a":NaN}}', b'{"attribute":{}}')) == [
        ("/leads/0/attributes/a", "not_finite"),
        ("/leads/1/attributes", "missing"),
        ("/leads/1/attribute", "unknown_field"),
    ]


def test_an_unknown_field_is_met_with_the_nearest_known_one():
    with pytest.raises(InvalidInput) as refused:
        read_score_request(body(b'{"attributs":{}}'))

    details = [problem.detail for problem in refused.value.problems]
    assert "unknown field 'attributs': did you mean 'attributes'?" in details


def test_a_request_that_takes_the_careful_way_is_read_as_on_the_quick_one():
    quick = read_score_request(body(GOOD))
    with_colons = GOOD.replace(b"41", b'"12:30"')

    careful = read_score_request(body(with_colons, GOOD))

    assert quick.leads[0] == careful.leads[1]
    assert careful.leads[0].attributes == {"age": "12:30"}
    assert not careful.mistakes


def test_values_keep_their_types():
    given = {"text": "7", "whole": 7, "number": 7.5, "yes": True, "nothing": None, "中文": "是"}

    lead = read_score_request(json.dumps({"leads": [{"attributes": given}]}).encode()).leads[0]

    assert {name: (type(value), value) for name, value in lead.attributes.items()} == {
        name: (type(value), value) for name, value in given.items()
    }


def test_a_pair_of_surrogates_is_a_character():
    lead = read_score_request(body(b'{"attributes":{"a":"\\ud83d\\ude00"}}')).leads[0]

    assert lead.attributes == {"a": "😀"}


def test_a_mistake_in_a_lead_to_explain_refuses_the_request():
    with pytest.raises(InvalidInput) as refused:
        read_explain_request(b'{"lead":{"attributes":{"a":NaN,"b":1,"b":2}},"top":0}')

    assert {(problem.pointer, problem.code) for problem in refused.value.problems} == {
        ("/lead/attributes/a", "not_finite"),
        ("/lead/attributes", "duplicate_key"),
        ("/top", "out_of_range"),
    }


def test_a_name_given_twice_anywhere_is_found():
    _, problems = parse(b'{"a":[{"b":1},{"b":1,"b":1}],"c":{"d":{"e":1,"e":1}}}')

    assert {problem.pointer for problem in problems} == {"/a/1", "/c/d"}


def test_an_attribute_of_the_wrong_kind_is_one_mistake_not_one_for_each_kind_it_might_be():
    with pytest.raises(ValidationError) as refused:
        ScoreRequest.model_validate_json(body(b'{"attributes":{"a":[],"b":{}}}'))

    assert refused.value.error_count() == 2


@pytest.mark.parametrize(
    "attributes",
    [
        ",".join(f'"{i}":[]' for i in range(MOST + 1)),
        ",".join(f'"{i}":"\\u0000"' for i in range(MOST + 1)),
        ",".join(f'"{i}":{{"a":1,"a":1}}' for i in range(MOST + 1)),
    ],
)
def test_mistakes_too_many_to_name_are_answered_with_one(attributes):
    given = f'{{"attributes":{{{attributes}}}}}'.encode()

    assert found(body(given)) == [("", "too_many")]


@pytest.mark.parametrize(
    "given",
    [
        b'{"%s":[%s]}' % (b"k" * 20_000, b",".join([b'"\\u00e9"'] * 20_000)),
        b'{"%s":[%s]}' % (b"k" * 20_000, b",".join([b'"\\u0000"'] * MOST)),
        b'{"a":' * 900 + b'{"%s":"\\u0000"}' % (b"k" * 20_000) + b"}" * 900,
    ],
)
def test_long_names_over_many_mistakes_cost_no_more_memory_than_the_body_explains(given):
    tracemalloc.start()
    try:
        with pytest.raises(InvalidInput):
            read_score_request(given)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 20_000_000
