"""workbench studio down: stops the Label Studio that `up` started."""

from __future__ import annotations

from workbench.cli.options import PROJECT


def down() -> None:
    """Stop the Label Studio that workbench studio up started in this project.

    Nothing else is stopped, and the data stays: workbench studio up goes on with it.

    \b
    Example: workbench studio down
    """
    from workbench.annotation.label_studio.local.server import take_down
    from workbench.cli.output import talk

    login = take_down(PROJECT, talk)
    talk("nothing is running" if login is None else f"stopped {login.url}; its data is kept")
