"""workbench studio: annotate in Label Studio; one module for each verb."""

from __future__ import annotations

import typer

from workbench.cli.studio import config, down, pull, push, serve, status, up

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="""Annotate in Label Studio: push batches there, pull what people did.

    up → push → (people annotate in the browser) → pull

    Which server: --url, else LABEL_STUDIO_URL, else the one that `workbench studio up` started. The token:
    --token-file, else LABEL_STUDIO_API_KEY.
    """,
)
app.command("config")(config.config)
app.command("push")(push.push)
app.command("pull")(pull.pull)
app.command("status")(status.status)
app.command("serve")(serve.serve)
app.command("up")(up.up)
app.command("down")(down.down)
