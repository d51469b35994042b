import copy
import json
import os

import pytest
from pydantic import TypeAdapter

from serving.app import create_app
from serving.openapi import document
from serving.routes import ROUTES
from serving.runtime import Runtime
from serving.schemas import ExplainAnswer, ExplainRequest, ScoreAnswer, ScoreRequest
from tests.serving.compatibility import incompatible_changes
from tests.serving.running import PROJECT

COMMITTED = PROJECT / "docs" / "openapi.json"


@pytest.fixture(scope="module")
def made():
    return json.loads(json.dumps(document(create_app(Runtime()), ROUTES)))


@pytest.fixture(scope="module")
def committed(made):
    if os.environ.get("LEADFLOW_WRITE_OPENAPI"):
        assert incompatible_changes(json.loads(COMMITTED.read_text()), made) == []
        COMMITTED.write_text(json.dumps(made, indent=2, ensure_ascii=False) + "\n")
    return json.loads(COMMITTED.read_text())


def test_no_change_breaks_callers_without_a_new_version_of_the_interface(made, committed):
    assert incompatible_changes(committed, made) == []


def test_the_committed_copy_is_the_document(made, committed):
    """LEADFLOW_WRITE_OPENAPI=1 pytest tests/serving/test_openapi.py renews it."""
    assert made == committed


def test_every_operation_wants_the_key_and_documents_its_refusals(made):
    assert made["openapi"].startswith("3.1")
    assert made["security"] == [{"key": []}]
    for path, methods in made["paths"].items():
        for method, operation in methods.items():
            assert {"401", "429", "503"} < operation["responses"].keys(), (path, method)
            for status, said in operation["responses"].items():
                if status >= "300":
                    assert "application/problem+json" in said["content"]


def test_the_examples_are_true_to_the_schemas(made):
    models = {
        "/v1/score": (ScoreRequest, ScoreAnswer),
        "/v1/explain": (ExplainRequest, ExplainAnswer),
    }
    for path, (request, answer) in models.items():
        operation = made["paths"][path]["post"]
        request.model_validate_json(json.dumps(_example(operation["requestBody"])))
        answer.model_validate_json(json.dumps(_example(operation["responses"]["200"])))


@pytest.mark.parametrize(
    "route", [one for one in ROUTES if one.documents], ids=lambda one: f"{one.method} {one.path}"
)
def test_the_examples_of_a_route_are_true_to_its_models(route):
    told = route.documents
    if told.body is not None:
        told.body.model_validate_json(json.dumps(dict(told.asked)))
    if told.example is not None:
        TypeAdapter(told.answer).validate_json(json.dumps(dict(told.example)))


def _example(body):
    return body["content"]["application/json"]["example"]


def without_a_path(document):
    del document["paths"]["/v1/status"]


def without_a_field_of_an_answer(document):
    del document["components"]["schemas"]["ScoredLead"]["properties"]["tier"]


def with_a_newly_required_field(document):
    document["components"]["schemas"]["LeadIn"]["required"] = ["external_id"]


def with_another_type(document):
    document["components"]["schemas"]["ScoredLead"]["properties"]["points"]["type"] = "string"


def with_a_narrower_request(document):
    document["components"]["schemas"]["ScoreRequest"]["properties"]["leads"]["maxItems"] = 10


def with_a_language_fewer(document):
    document["components"]["schemas"]["Locale"]["enum"].remove("zh")


def without_a_documented_refusal(document):
    del document["paths"]["/v1/score"]["post"]["responses"]["429"]


BREAKING = [
    without_a_path,
    without_a_field_of_an_answer,
    with_a_newly_required_field,
    with_another_type,
    with_a_narrower_request,
    with_a_language_fewer,
    without_a_documented_refusal,
]


@pytest.mark.parametrize("change", BREAKING)
def test_an_incompatible_change_is_noticed_unless_the_version_changes(made, change):
    changed = copy.deepcopy(made)
    change(changed)

    assert incompatible_changes(made, changed)
    changed["info"]["version"] = "2+0.2.0"
    assert incompatible_changes(made, changed) == []


def test_additions_are_compatible(made):
    changed = copy.deepcopy(made)
    changed["paths"]["/v1/new"] = changed["paths"]["/v1/status"]
    schemas = changed["components"]["schemas"]
    schemas["LeadIn"]["properties"]["new"] = {"type": "string"}
    schemas["ScoredLead"]["properties"]["novelty"] = {"type": "string"}
    schemas["ScoreRequest"]["properties"]["leads"]["maxItems"] = 2000

    assert incompatible_changes(made, changed) == []
