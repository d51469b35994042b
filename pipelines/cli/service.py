"""Commands around the service: serve, build, and the demo that shows it all."""

import sys
from typing import Annotated

import typer

from leads.errors import InvalidInput
from leads.score import Locale
from pipelines.cli.output import say
from pipelines.cli.progress import showing_progress
from pipelines.cli.shell import app

Port = Annotated[int | None, typer.Option(min=1, max=65_535, help="LEADFLOW_PORT otherwise.")]


@app.command()
def serve(
    *,
    host: Annotated[str | None, typer.Option(help="LEADFLOW_HOST otherwise: loopback.")] = None,
    port: Port = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes that answer.")] = None,
) -> None:
    """Serve the champion and the leads: /v1. Needs an API key in the store, or LEADFLOW_API_KEY."""
    from pipelines.clock import system_clock
    from pipelines.serve import serve as run
    from pipelines.serve import some_key_opens
    from pipelines.settings import load_settings

    given = {"host": host, "port": port, "workers": workers}
    settings = load_settings(**{name: told for name, told in given.items() if told is not None})
    if not some_key_opens(settings, now=system_clock()):
        raise InvalidInput(
            "callers need a key: make one with `leadflow keys make`, or set LEADFLOW_API_KEY"
            " (8 characters or more), and serve again"
        )
    run(host=settings.host, port=settings.port, workers=settings.workers)


@app.command()
def build() -> None:
    """Build a bento that carries the champion; `bentoml serve TAG` serves it anywhere."""
    from pipelines.build import build as run
    from pipelines.settings import load_settings

    settings = load_settings()
    say(run(var=settings.var, name=settings.model_name))


@app.command()
def demo(
    *,
    once: Annotated[bool, typer.Option("--once", help="Stop when all is shown.")] = False,
    leads: Annotated[int, typer.Option(min=1_000, help="Leads of the history.")] = 8_000,
    port: Port = None,
    locale: Annotated[Locale, typer.Option(help="The language of the reasons.")] = Locale.EN,
) -> None:
    """A simulated market from its history to scored incoming leads, served until Ctrl-C."""
    from pipelines import demo as steps
    from pipelines import demo_leads
    from pipelines.background import check_port, running_service, wait_for_interrupt
    from pipelines.cli.leads import intake_table, leads_table
    from pipelines.cli.tables import promotion_report, training_report
    from pipelines.clock import system_clock
    from pipelines.settings import load_settings

    settings = steps.demo_settings(load_settings(), port=port)
    check_port(settings.host, settings.port)
    key = steps.new_key()
    with steps.own_folder(settings.var):
        with showing_progress() as progress:
            built = steps.build_demo(settings, n_leads=leads, clock=system_clock, progress=progress)
        say(training_report(built.trained.to_json()))
        say(f"\n{promotion_report(built.promoted.to_json())}\n")
        with running_service(settings, api_key=key) as address:
            with showing_progress() as progress:
                handed = demo_leads.hand_in(
                    settings, built.market, clock=system_clock, locale=locale, progress=progress
                )
            say(intake_table(handed.batches))
            say(f"\n{handed.example or ''}\n")
            scored = demo_leads.score_leads(address, handed.leads, api_key=key, locale=locale)
            told = ((lead.who, lead.answer) for lead in scored[: steps.INCOMING])
            say(leads_table(told, colour=sys.stdout.isatty()))
            say(f"\nserving on {address}; try:\n\nexport KEY={key}\n")
            say("\n\n".join(demo_leads.curl_examples(address, scored[0])))
            if not once:
                say("\nCtrl-C ends it.")
                wait_for_interrupt()
