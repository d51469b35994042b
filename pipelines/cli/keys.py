"""Commands about API keys."""

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipelines.cli.options import AsJson
from pipelines.cli.output import print_json, say
from pipelines.cli.shell import app

if TYPE_CHECKING:
    from datetime import datetime

    from leads.access import ApiKey
    from pipelines.keys import MadeKey

keys = typer.Typer(help="API keys: who may ask, and for what.", no_args_is_help=True)
app.add_typer(keys, name="keys")

ACTOR = "cli"
KeyId = Annotated[str, typer.Argument(help="The key's id, as `leadflow keys list` shows it.")]


@keys.command("make")
def make(
    *,
    name: Annotated[str, typer.Option("--name", help="Who will use it, for people.")],
    scopes: Annotated[
        str, typer.Option("--scopes", help="What it may do: leads:read,score and so on.")
    ],
    days: Annotated[
        int | None, typer.Option(min=1, max=36_500, help="Days until it expires.")
    ] = None,
    per_minute: Annotated[
        int | None, typer.Option(min=1, help="How often it may ask each process.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a key. Its secret is shown once and kept nowhere."""
    from pipelines.clock import system_clock
    from pipelines.keys import make_key, scopes_of
    from pipelines.memory import using_store
    from pipelines.settings import load_settings

    now = system_clock()
    with using_store(load_settings()) as store, store.writing() as unit:
        made = make_key(
            unit,
            name=name,
            scopes=scopes_of(word.strip() for word in scopes.split(",")),
            now=now,
            actor=ACTOR,
            expires_at=now + timedelta(days=days) if days else None,
            per_minute=per_minute,
        )
    _tell(made, as_json=as_json)


@keys.command("list")
def show(*, as_json: AsJson = False) -> None:
    """All keys there ever were; no secrets, they are kept nowhere."""
    from pipelines.clock import system_clock
    from pipelines.memory import using_store
    from pipelines.settings import load_settings

    with using_store(load_settings()) as store, store.reading() as unit:
        found = unit.keys.all()
    if as_json:
        print_json([_members(key) for key in found])
        return
    now = system_clock()
    say("\n".join(_line(key, now) for key in found) or "no keys yet; `leadflow keys make`")


@keys.command("rotate")
def rotate(
    key_id: KeyId,
    *,
    grace_hours: Annotated[
        float, typer.Option(min=0, max=8_760, help="Hours the old key goes on opening.")
    ] = 24,
    as_json: AsJson = False,
) -> None:
    """Make a key in the place of one, with the same name, scopes and limit."""
    from pipelines.clock import system_clock
    from pipelines.keys import rotate_key
    from pipelines.memory import using_store
    from pipelines.settings import load_settings

    with using_store(load_settings()) as store, store.writing() as unit:
        grace = timedelta(hours=grace_hours)
        made = rotate_key(unit, key_id, now=system_clock(), actor=ACTOR, grace=grace)
    _tell(made, as_json=as_json)


@keys.command("revoke")
def revoke(key_id: KeyId) -> None:
    """Let a key open nothing from now on; every process of the service notices within 2 seconds."""
    from pipelines.clock import system_clock
    from pipelines.keys import revoke_key
    from pipelines.memory import using_store
    from pipelines.settings import load_settings

    with using_store(load_settings()) as store, store.writing() as unit:
        key = revoke_key(unit, key_id, now=system_clock(), actor=ACTOR)
    say(f"key {key.key_id} ({key.name}) opens nothing any more")


def _tell(made: "MadeKey", *, as_json: bool) -> None:
    if as_json:
        print_json({"key": made.text, **_members(made.key)})
        return
    say(made.text)
    say(f"\nkey {made.key.key_id} for {made.key.name}: {', '.join(made.key.scopes)}")
    say("Keep it now: it is shown this once and stored nowhere.")


def _members(key: "ApiKey") -> dict[str, Any]:
    return {
        "key_id": key.key_id,
        "name": key.name,
        "scopes": [str(scope) for scope in key.scopes],
        "per_minute": key.per_minute,
        "replaced_by": key.replaced_by,
        **{
            name: moment.isoformat() if moment else None
            for name, moment in (
                ("created_at", key.created_at),
                ("expires_at", key.expires_at),
                ("revoked_at", key.revoked_at),
                ("last_used_at", key.last_used_at),
            )
        },
    }


def _line(key: "ApiKey", now: "datetime") -> str:
    used = f"used {key.last_used_at:%Y-%m-%d %H:%M}" if key.last_used_at else "never used"
    return f"{key.key_id}  {_state(key, now):<22}  {used:<21}  {key.name}: {', '.join(key.scopes)}"


def _state(key: "ApiKey", now: "datetime") -> str:
    if key.revoked_at:
        return f"revoked {key.revoked_at:%Y-%m-%d}"
    if key.expires_at:
        word = "until" if key.is_valid(now) else "expired"
        return f"{word} {key.expires_at:%Y-%m-%d %H:%M}"
    return "valid"
