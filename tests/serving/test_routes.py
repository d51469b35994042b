import re

import pytest

from leads.access import Scope
from serving.doors import Route
from serving.routes import ROUTES, RouteTable


async def nobody(call):
    raise AssertionError


def a_route(path, method="GET"):
    return Route(method, path, nobody, scope=None)


def test_every_route_of_the_interface_needs_a_scope_and_documents_itself():
    for route in ROUTES:
        if route.path.startswith("/v1/"):
            assert route.scope in list(Scope), route.path
            assert route.documents is not None, route.path


def test_no_address_is_answered_by_two_routes():
    shapes = [(route.method, re.sub(r"{\w+}", "{}", route.path)) for route in ROUTES]

    assert len(set(shapes)) == len(shapes)


def test_what_is_written_out_goes_before_a_parameter():
    table = RouteTable([a_route("/v1/a/{id}"), a_route("/v1/a/new"), a_route("/v1/{x}/b")])

    assert table.find("GET", "/v1/a/new")[0].path == "/v1/a/new"
    assert table.find("GET", "/v1/a/7") == (table.find("GET", "/v1/a/8")[0], {"id": "7"})
    assert table.find("GET", "/v1/z/b")[1] == {"x": "z"}


@pytest.mark.parametrize("path", ["/v1/a", "/v1/a/", "/v1/a/7/", "/v1//7", "v1/a/7", "/V1/a/7"])
def test_what_is_no_route_is_not_found(path):
    table = RouteTable([a_route("/v1/a/{id}")])

    assert table.find("GET", path) is None
    assert table.methods(path) == []


def test_the_methods_and_the_template_of_an_address_are_known_for_a_wrong_method():
    table = RouteTable([a_route("/v1/a/{id}"), a_route("/v1/a/{id}", "DELETE")])

    assert table.find("PUT", "/v1/a/7") is None
    assert table.methods("/v1/a/7") == ["DELETE", "GET"]
    assert table.template("/v1/a/7") == "/v1/a/{id}"
