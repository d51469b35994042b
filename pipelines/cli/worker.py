"""The worker, and the jobs that wait for it."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from leads.work import JobState
from pipelines.cli.opened import reading, writing
from pipelines.cli.options import AsJson
from pipelines.cli.output import print_json, say
from pipelines.cli.shell import app

if TYPE_CHECKING:
    from leads.work import Job

jobs = typer.Typer(help="Work that waits for the worker.", no_args_is_help=True)
app.add_typer(jobs, name="jobs")


@app.command()
def worker(
    *,
    once: Annotated[bool, typer.Option("--once", help="Leave when nothing is due.")] = False,
) -> None:
    """Do the work that waits: enrichment, the daily calibration. Ends on SIGTERM."""
    from random import Random

    import structlog

    from pipelines import retraining
    from pipelines.clock import system_clock
    from pipelines.keeping_job import ask_for_next
    from pipelines.logs import configure_logging
    from pipelines.memory import using_store
    from pipelines.settings import load_settings
    from pipelines.worker import Worker, end_on_signals, handlers_of

    settings = load_settings()
    configure_logging(format=settings.log_format, level=settings.log_level)
    with using_store(settings) as store:
        handlers = handlers_of(settings, clock=system_clock)
        with store.writing() as unit:
            ask_for_next(unit, settings.model_name, now=system_clock())
            retraining.ask_for_next(unit, settings, now=system_clock())
        running = Worker(store, handlers, clock=system_clock, chance=Random())  # noqa: S311
        end_on_signals(running)
        structlog.get_logger().info("worker_ready", kinds=sorted(handlers))
        worked = running.run(once=once)
    say(f"{worked.n_done:,} jobs done, {worked.n_failed:,} failed")


@app.command()
def enrich(
    lead: Annotated[str | None, typer.Argument(help="A lead's id; every lead otherwise.")] = None,
) -> None:
    """Let the worker fill in company background again, as after a new register."""
    from pipelines.clock import system_clock
    from pipelines.enrichment import ask_for, ask_for_all
    from pipelines.memory import using_store
    from pipelines.settings import load_settings

    with using_store(load_settings()) as store:
        now = system_clock()
        if lead is None:
            asked = ask_for_all(store, now=now)
        else:
            with store.writing() as unit:
                root = unit.leads.get(lead).lead_id
                ids = unit.leads.clusters_of([root])[root]
                ask_for(unit, ids, now=now)
            asked = len(ids)
    say(f"{asked:,} leads wait for the worker")


@jobs.command("list")
def list_jobs(
    *,
    state: Annotated[
        JobState | None, typer.Option("--state", help="Only these; all but done ones otherwise.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many are shown.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Jobs, the earliest due first."""
    with reading() as (unit, _):
        found, counts = unit.jobs.page(state=state, limit=limit), unit.jobs.counts()
    if as_json:
        print_json({"counts": counts, "jobs": [_members(job) for job in found]})
        return
    for job in found:
        error = f"  {job.last_error}" if job.last_error else ""
        due = f"{job.run_at:%Y-%m-%d %H:%M}"
        say(f"{job.job_id}  {job.kind} {job.key}  {job.state}, due {due}, tries {job.tries}{error}")
    say(", ".join(f"{n:,} {name}" for name, n in counts.items()))


@jobs.command("retry")
def retry(
    job_id: Annotated[str | None, typer.Argument(help="A dead job; all of them otherwise.")] = None,
) -> None:
    """Try dead jobs again."""
    with writing() as (unit, now):
        dead = [job_id] if job_id else [job.job_id for job in unit.jobs.dead()]
        for one in dead:
            unit.jobs.revive(one, now=now)
    say(f"{len(dead):,} jobs wait again")


def _members(job: "Job") -> dict[str, Any]:
    return {
        "job_id": job.job_id,
        "kind": job.kind,
        "key": job.key,
        "state": str(job.state),
        "tries": job.tries,
        "last_error": job.last_error,
        "run_at": job.run_at.isoformat(),
    }
