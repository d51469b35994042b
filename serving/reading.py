"""From the bytes of a body to checked requests, naming every mistake by its JSON pointer.

JSON itself says nothing about names given twice, and Python's reader lets NaN, Infinity and
lone surrogates through, so those are looked for here. A mistake inside one lead of a batch is
that lead's; any other refuses the request. When every lead is mistaken, so is the request.
"""

import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from pydantic import BaseModel, ValidationError

from leads.errors import InvalidInput, Problem
from serving.mistakes import MOST, Place, pointer_to, problems_of, shown, too_many
from serving.schemas import (
    MAX_LEADS_WITH_REASONS,
    NO_ATTRIBUTES,
    NO_LEAD,
    ExplainRequest,
    LeadIn,
    Request,
    ScoreOptions,
    ScoreRequest,
)

UNREADABLE = "the request cannot be read: errors says where and why"
_LEADS = "leads"
_LEVELS = 4
"""Of names and positions in a request: leads, 0, attributes, age. Below is nothing but mistakes,
which the models point at."""
_NESTING = "the JSON is nested too deeply"
DEPTH = 16
"""Levels of the requests that carry any JSON along."""

R = TypeVar("R", bound=Request)
M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request for scores: the leads that can be scored, and what is wrong with the others.

    external_ids    of all leads, in the order given, as far as they could be read
    mistakes        by position among all leads
    """

    leads: Sequence[LeadIn]
    options: ScoreOptions
    external_ids: Sequence[str | None]
    mistakes: Mapping[int, Sequence[Problem]]

    @property
    def is_plain(self) -> bool:
        """Whether nothing has to be looked up, translated or kept."""
        if self.options.persist:
            return False
        for lead in self.leads:  # noqa: SIM110  a generator would cost more than it finds
            if lead.lead_id is not None or lead.source is not None:
                return False
        return True


def read_score_request(body: bytes) -> Asked:
    """The leads asked about. Raises InvalidInput when none of them can be scored."""
    asked = read_plain_score_request(body)
    if asked is not None:
        return asked
    tree, problems = parse(body)
    found = [*_listed(_not_named(tree)), *_problems(ScoreRequest, tree)]
    problems += sorted(found, key=lambda one: _position(one.pointer) or 0)
    return _without_the_mistaken(tree, problems) if problems else _asked(_of(ScoreRequest, tree))


def read_plain_score_request(body: bytes) -> Asked | None:
    """The leads asked about when all is plainly right; None when a closer look is needed."""
    request = _read(ScoreRequest, body)
    return None if request is None else _asked(request)


def read_explain_request(body: bytes) -> ExplainRequest:
    """The lead asked about. Raises InvalidInput."""
    request = _read(ExplainRequest, body)
    if request is not None:
        return request
    tree, problems = parse(body)
    problems += _problems(ExplainRequest, tree)
    problems += _listed(_not_named_alone(tree))
    if problems:
        raise InvalidInput(UNREADABLE, problems)
    return _of(ExplainRequest, tree)


def read_request(model: type[M], body: bytes) -> M:
    """Any other body, as that model. Raises InvalidInput naming every mistake."""
    tree, problems = parse(body, levels=DEPTH)
    problems += outside_of_json(tree)
    try:
        found = model.model_validate_json(body)
    except ValidationError as error:
        known = {problem.pointer for problem in problems}
        told = [one for one in problems_of(error, model) if one.pointer not in known]
        problems += [one for one in told if one.pointer or not problems]
    if problems:
        raise InvalidInput(UNREADABLE, problems)
    return found


def read_query(model: type[M], query: str) -> M:
    """The part of an address after `?`, as that model. Raises InvalidInput."""
    pairs = parse_qsl(query, keep_blank_values=True)
    given = dict(pairs)
    problems = [
        _problem(pointer_to((name,)), "given_twice", f"{shown(name)} is given more than once")
        for name, times in Counter(name for name, _ in pairs).items()
        if times > 1
    ]
    problems += [
        _problem(pointer_to((name,)), *fault)
        for name, value in given.items()
        if (fault := _fault(name) or _fault(value))
    ]
    try:
        found = model.model_validate(given, strict=False)
    except ValidationError as error:
        problems += problems_of(error, model)
    if problems:
        raise InvalidInput("the query cannot be read: errors says where and why", problems)
    return found


def outside_of_json(tree: Any) -> list[Problem]:
    """Numbers that JSON has no way to write, and what is nested too deeply to be kept."""
    return _listed(_outside_of_json(tree))


def _outside_of_json(tree: Any) -> Iterator[Problem]:
    for place, node in _nodes(tree, levels=DEPTH):
        if isinstance(node, float) and not math.isfinite(node):
            detail = "is not a finite number; leave it out if it is not known"
            yield _problem(pointer_to(place), "not_finite", detail)
        elif len(place) == DEPTH and isinstance(node, dict | list):
            yield _problem(pointer_to(place), "too_deep", f"nested more than {DEPTH} levels deep")


def _read(model: type[R], body: bytes) -> R | None:
    """The request when it is plainly right; None when a closer look is needed.

    Three times quicker than `parse`. A name is followed by a colon, so when there are no more
    colons than members none was given twice (texts with colons go the slow way).
    """
    try:
        request = model.model_validate_json(body)
    except ValidationError:
        return None
    plain = body.count(b":") == _n_members(request) and b"\\u0000" not in body
    return request if plain and _is_named(request) else None


def _is_named(request: Request) -> bool:
    """Whether each lead is given one way: by its attributes, or by its id."""
    if isinstance(request, ScoreRequest):
        leads = request.leads
    else:
        assert isinstance(request, ExplainRequest)
        if request.lead is NO_LEAD:
            return request.lead_id is not None
        if request.lead_id is not None:
            return False
        leads = [request.lead]
    for lead in leads:  # noqa: SIM110  a generator would cost more than it finds
        if (lead.attributes is NO_ATTRIBUTES) is (lead.lead_id is None):
            return False
    return True


def _n_members(request: Request) -> int:
    """How many names the JSON of a request holds."""
    if isinstance(request, ScoreRequest):
        n = len(request.model_fields_set) + len(request.options.model_fields_set)
        leads = request.leads
    else:
        assert isinstance(request, ExplainRequest)
        n = len(request.model_fields_set)
        leads = [] if request.lead is NO_LEAD else [request.lead]
    return n + sum(len(lead.model_fields_set) + len(lead.attributes) for lead in leads)


def parse(body: bytes, *, levels: int = _LEVELS) -> tuple[Any, list[Problem]]:
    """The tree of a JSON text, and the mistakes in it that JSON readers overlook.

    Raises InvalidInput when it is no JSON at all.
    """
    repeated: list[str] = []

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            times = Counter(name for name, _ in pairs)
            name = times.most_common(1)[0][0]
            repeated.append(name)
            found = _Repeating(found, name)
        return found

    tree = _tree(body, members)
    problems = []
    if repeated:
        problems += _listed(_repetitions(tree, levels))
    if b"\\u" in body:
        problems += _listed(_forbidden_characters(tree, levels))
    return tree, problems


def _not_named(tree: Any) -> Iterator[Problem]:
    """Leads that are given in no way, or in two."""
    leads = tree.get(_LEADS) if isinstance(tree, dict) else None
    for i, lead in enumerate(leads if isinstance(leads, list) else ()):
        yield from _one_way(lead, (_LEADS, i), "attributes")


def _not_named_alone(tree: Any) -> Iterator[Problem]:
    yield from _one_way(tree, (), "lead")
    if isinstance(tree, dict):
        yield from _one_way(tree.get("lead"), ("lead",), "attributes")


def _one_way(node: Any, place: Place, name: str) -> Iterator[Problem]:
    if not isinstance(node, dict):
        return
    by_id = node.get("lead_id") is not None
    if name not in node and not by_id:
        yield _problem(pointer_to((*place, name)), "missing", f"{name!r} is required, or 'lead_id'")
    elif name in node and by_id:
        detail = f"give {name!r} or 'lead_id', not both"
        yield _problem(pointer_to((*place, "lead_id")), "given_twice", detail)


def _listed(problems: Iterable[Problem]) -> list[Problem]:
    """All of them. Raises InvalidInput, having made few, when there are too many to name."""
    found = list(islice(problems, MOST + 1))
    if len(found) > MOST:
        raise too_many()
    return found


class _Repeating(dict[str, Any]):
    """An object in which a name stands more than once."""

    def __init__(self, members: Mapping[str, Any], name: str) -> None:
        super().__init__(members)
        self.name = name


def _tree(body: bytes, members: Any) -> Any:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _unreadable(f"byte {error.start} is not UTF-8") from None
    try:
        try:
            return json.loads(text, object_pairs_hook=members)
        except json.JSONDecodeError:
            raise
        except ValueError:
            # An integer of more than 4,300 digits, which Python refuses to read: let the field that
            # holds it say so.
            return json.loads(text, object_pairs_hook=members, parse_int=_long_integer)
    except json.JSONDecodeError as error:
        raise _unreadable(f"{error.msg} at line {error.lineno}, column {error.colno}") from None
    except RecursionError:
        raise InvalidInput(_NESTING, [_problem("", "too_deep", _NESTING)]) from None


def _long_integer(digits: str) -> int | float:
    return int(digits) if len(digits) < 400 else float("inf")


def _unreadable(what: str) -> InvalidInput:
    return InvalidInput(f"the body is not JSON: {what}", [_problem("", "invalid_json", what)])


def _repetitions(tree: Any, levels: int) -> Iterator[Problem]:
    for place, node in _nodes(tree, levels=levels):
        if isinstance(node, _Repeating):
            detail = f"the name {shown(node.name)} is given more than once; give it once"
            yield _problem(pointer_to(place), "duplicate_key", detail)


def _forbidden_characters(tree: Any, levels: int) -> Iterator[Problem]:
    for place, node in _nodes(tree, levels=levels):
        for text in node if isinstance(node, dict) else (node,):
            if isinstance(text, str) and (fault := _fault(text)):
                yield _problem(pointer_to(place), *fault)


def _fault(text: str) -> tuple[str, str] | None:
    if "\0" in text:
        return "nul_character", "the character U+0000 is not allowed; leave it out"
    if any("\ud800" <= character <= "\udfff" for character in text):
        return "lone_surrogate", "half of a surrogate pair is not a character; leave it out"
    return None


def _nodes(node: Any, place: Place = (), *, levels: int) -> Iterator[tuple[Place, Any]]:
    """Every node a request can have, with its place."""
    yield place, node
    if len(place) == levels or not isinstance(node, dict | list):
        return
    for name, part in node.items() if isinstance(node, dict) else enumerate(node):
        yield from _nodes(part, (*place, name), levels=levels)


def _of(model: type[R], tree: Any) -> R:
    return model.model_validate(tree)


def _problems(model: type[Request], tree: Any) -> list[Problem]:
    try:
        model.model_validate(tree)
    except ValidationError as error:
        return problems_of(error, ScoreRequest, ExplainRequest)
    return []


def _without_the_mistaken(tree: Any, problems: Sequence[Problem]) -> Asked:
    """The request without the leads that have mistakes."""
    mistakes = defaultdict(list)
    for problem in problems:
        mistakes[_position(problem.pointer)].append(problem)
    leads = tree[_LEADS] if isinstance(tree, dict) and isinstance(tree.get(_LEADS), list) else []
    good = [lead for i, lead in enumerate(leads) if i not in mistakes]
    if None in mistakes or not good:
        raise InvalidInput(UNREADABLE, problems)
    asked = _asked(_of(ScoreRequest, dict(tree, leads=good)), n_leads=len(leads))
    return Asked(
        leads=asked.leads,
        options=asked.options,
        external_ids=[_external_id(lead) for lead in leads],
        mistakes={i: found for i, found in mistakes.items() if i is not None},
    )


def _asked(request: ScoreRequest, *, n_leads: int | None = None) -> Asked:
    n_leads = n_leads or len(request.leads)
    if request.options.explain and n_leads > MAX_LEADS_WITH_REASONS:
        detail = (
            f"{n_leads} leads with reasons; at most {MAX_LEADS_WITH_REASONS} at a time,"
            " or leave options.explain out"
        )
        raise InvalidInput(detail, [_problem("/leads", "too_many", detail)])
    ids = [lead.external_id for lead in request.leads]
    return Asked(leads=request.leads, options=request.options, external_ids=ids, mistakes={})


def _position(pointer: str) -> int | None:
    """Which lead a pointer is about; None when it is not about one."""
    parts = pointer.split("/", 3)
    return int(parts[2]) if len(parts) > 2 and parts[1] == _LEADS else None


def _external_id(lead: Any) -> str | None:
    found = lead.get("external_id") if isinstance(lead, dict) else None
    return found if isinstance(found, str) and not _fault(found) else None


def _problem(pointer: str, code: str, detail: str) -> Problem:
    return Problem(pointer=pointer, code=code, detail=detail)
