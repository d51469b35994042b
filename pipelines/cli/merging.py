"""Commands that merge leads, undo it, and decide about pairs."""

from typing import TYPE_CHECKING, Annotated

import typer

from leads.errors import InvalidInput
from leads.score import Locale
from pipelines.cli.opened import ACTOR, reading, writing
from pipelines.cli.options import AsJson
from pipelines.cli.output import print_json, say
from pipelines.cli.shell import app

if TYPE_CHECKING:
    from leads.merge import Merge
    from pipelines.merging import Preview
    from pipelines.reviews import Asked

reviews = typer.Typer(help="Pairs that a person is asked about.", no_args_is_help=True)
app.add_typer(reviews, name="reviews")

ReviewId = Annotated[str, typer.Argument(help="As `leadflow reviews list` shows it.")]
Language = Annotated[Locale, typer.Option("--locale", help="Language of the reasons.")]
Limit = Annotated[int, typer.Option(min=1, max=1000, help="How many are shown.")]


@app.command()
def merge(
    what: Annotated[str, typer.Argument(help="A lead's id; or `undo`, or `list`.")],
    other: Annotated[
        str | None, typer.Argument(help="The other lead's id; after `undo` a merge's.")
    ] = None,
    *,
    preview: Annotated[bool, typer.Option("--preview", help="Show only what it would do.")] = False,
    forget: Annotated[
        bool,
        typer.Option("--forget", help="After `undo`: do not remember that the two are different."),
    ] = False,
    limit: Limit = 50,
    locale: Language = Locale.EN,
    as_json: AsJson = False,
) -> None:
    """Merge two leads, undo a merge exactly, or list the newest merges."""
    if what == "list":
        _list(limit, locale, as_json=as_json)
        return
    if other is None:
        raise InvalidInput(
            "name two leads: `leadflow merge LEAD LEAD`; or a merge: `leadflow merge undo ID`"
        )
    if what == "undo":
        _undo(other, remember=not forget, as_json=as_json)
    elif preview:
        _preview(what, other, as_json=as_json)
    else:
        _merge(what, other, as_json=as_json)


@reviews.command("list")
def list_reviews(
    *, limit: Limit = 50, locale: Language = Locale.EN, as_json: AsJson = False
) -> None:
    """The open questions, the likeliest pair first."""
    from pipelines.merge_answers import review_answer
    from pipelines.reviews import queue

    with reading() as (unit, _):
        asked = queue(unit, locale=locale, limit=limit)
        waiting = unit.reviews.count()
    if as_json:
        print_json({"open": waiting, "reviews": [review_answer(one) for one in asked]})
        return
    for one in asked:
        say(f"{one.review.review_id}  {_line(one)}")
    say(f"{waiting:,} pairs are for a person to decide")


@reviews.command("show")
def show_review(
    review_id: ReviewId, *, locale: Language = Locale.EN, as_json: AsJson = False
) -> None:
    """A pair with its reasons, and what merging would do."""
    from pipelines.merge_answers import review_answer
    from pipelines.reviews import show

    with reading() as (unit, _):
        asked = show(unit, review_id, locale=locale)
    if as_json:
        print_json(review_answer(asked))
        return
    say(f"{_line(asked)}\n{asked.review.state}")
    if asked.preview:
        _tell_preview(asked.preview)


@reviews.command("merge")
def merge_review(review_id: ReviewId, *, as_json: AsJson = False) -> None:
    """They are one person."""
    from pipelines.reviews import decide_merge

    with writing() as (unit, now):
        done = decide_merge(unit, review_id, actor=ACTOR, now=now)
    _tell(done, as_json=as_json)


@reviews.command("different")
def keep_apart(review_id: ReviewId) -> None:
    """They are two; they are not asked about or merged by themselves again."""
    from pipelines.reviews import decide_different

    with writing() as (unit, now):
        review = decide_different(unit, review_id, actor=ACTOR, now=now)
    say(f"lead {review.lead_a} and lead {review.lead_b} stay two")


def _merge(a: str, b: str, *, as_json: bool) -> None:
    from leads.merge import MergeCause
    from pipelines.merging import merge as run

    with writing() as (unit, now):
        done = run(unit, a, b, actor=ACTOR, cause=MergeCause.PERSON, now=now)
    _tell(done, as_json=as_json)


def _undo(merge_id: str, *, remember: bool, as_json: bool) -> None:
    from pipelines.merge_answers import undone_answer
    from pipelines.merging import undo

    with writing() as (unit, now):
        undone = undo(unit, merge_id, actor=ACTOR, now=now, remember=remember)
    if as_json:
        print_json(undone_answer(undone))
        return
    say(f"lead {undone.merge.absorbed_id} speaks for itself again")
    if undone.reopened:
        say(f"open again: {', '.join(undone.reopened)}")
    if undone.later:
        later = ", ".join(one.merge_id for one in undone.later)
        say(f"merged since and still standing, look whether they are right: {later}")


def _preview(a: str, b: str, *, as_json: bool) -> None:
    from pipelines.merge_answers import preview_answer
    from pipelines.merging import preview

    with reading() as (unit, _):
        seen = preview(unit, a, b)
    if as_json:
        print_json(preview_answer(seen))
        return
    _tell_preview(seen)


def _list(limit: int, locale: Locale, *, as_json: bool) -> None:
    from pipelines.merge_answers import merge_answer

    with reading() as (unit, _):
        found = unit.merges.latest(limit=limit)
    if as_json:
        print_json([merge_answer(one, locale) for one in found])
        return
    for one in found:
        undone = f", undone on {one.undone_at:%Y-%m-%d}" if one.undone_at else ""
        what = f"{one.absorbed_id} into {one.survivor_id} ({one.cause}{undone})"
        say(f"{one.merge_id}  {one.merged_at:%Y-%m-%d %H:%M}  {what}")
    if not found:
        say("no merges yet")


def _tell(done: "Merge", *, as_json: bool) -> None:
    from pipelines.merge_answers import merge_answer

    if as_json:
        print_json(merge_answer(done))
        return
    say(
        f"lead {done.survivor_id} speaks for {done.absorbed_id} too; to undo it:"
        f" leadflow merge undo {done.merge_id}"
    )


def _tell_preview(seen: "Preview") -> None:
    say(
        f"lead {seen.survivor_id} ({seen.stage}) would speak for {seen.absorbed_id}"
        f" ({seen.stage_of_absorbed}); decided by {seen.why_survivor}"
    )
    for one in seen.fields:
        mark = " " if one.of_survivor == one.value else "*"
        say(f"{mark} {one.name}: {one.value}  ({one.why}, {one.origin})")
    say("read through it then: " + ", ".join(f"{n} {kind}" for kind, n in seen.facts.items()))
    if seen.kept_apart:
        say(f"a person said that they are different: {', '.join(seen.kept_apart)}")


def _line(asked: "Asked") -> str:
    names = [
        str(lead.fields.get("full_name") or lead.fields.get("company") or lead.lead_id)
        if lead
        else "?"
        for lead in (asked.one, asked.other)
    ]
    return f"{names[0]} | {names[1]}: {asked.reasons}"
