"""workbench studio status: how a batch stands in Label Studio."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.cli.options import AsJson, BatchArgument, StoreAddress, open_batch
from workbench.cli.studio.options import (
    ProjectNumber,
    ServerUrl,
    TokenFile,
    connect,
    progress_bar,
    work_in_progress,
)

if TYPE_CHECKING:
    from workbench.annotation.label_studio.standing import StudioStatus


def status(
    batch: BatchArgument,
    url: ServerUrl = None,
    token_file: TokenFile = None,
    project: ProjectNumber = None,
    store: StoreAddress = None,
    as_json: AsJson = False,
) -> None:
    """Show how a batch stands in Label Studio: what is where, what changed since the last pull, and who did how much.

    For each annotator: annotations, drafts and skipped tasks there; of the annotations, how many are the same as the
    files here, new or newer there (pull them), newer here (push them), changed on both sides, or deleted on one.

    \b
    Example: workbench studio status pilot
             workbench studio status pilot --json
    """
    from workbench.annotation.label_studio.pulling import Home
    from workbench.annotation.label_studio.standing import studio_status
    from workbench.cli.output import print_json
    from workbench.core.schema import open_schema

    opened = open_batch(batch)
    home = Home(opened, open_schema(opened.schema_name), work_in_progress(opened, store))
    with connect(opened, url, token_file) as client, progress_bar() as bar:
        done = 0

        def on_task() -> None:
            nonlocal done
            done += 1
            bar("reading", done, 0)

        found = studio_status(client, home, project, on_task)
    if as_json:
        print_json(_record(found))
    else:
        _print(found)


def _print(found: StudioStatus) -> None:
    from workbench.annotation.label_studio.comparing import Standing
    from workbench.cli.output import print_table

    print(f"{found.project.url} ({found.project.title}), Label Studio {found.server}")
    print(f"documents: {found.documents}, pushed: {found.pushed}; suggested: {found.suggested or 'nothing'}")
    for title, names in (
        ("not pushed", found.missing),
        ("pushed twice", found.copies),
        ("another text there", found.changed_texts),
    ):
        if names:
            shown = ", ".join(names[:5])
            print(f"{title}: {shown}{f' and {len(names) - 5} more' if len(names) > 5 else ''}")
    if found.strangers:
        print(f"tasks that are no document of the batch: {found.strangers}")
    for line in found.configuration:
        print(f"configuration: {line}")
    standings = [one for one in Standing if any(person.standings.get(one) for person in found.people)]
    columns = ("annotator", "annotations", "drafts", "skipped", *standings)
    print_table(
        columns,
        (
            (
                person.name,
                str(person.annotations),
                str(person.drafts),
                str(person.skipped),
                *(str(person.standings.get(one, 0)) for one in standings),
            )
            for person in found.people
        ),
    )
    for one in found.differing:
        print(f"{one.standing}: {one.doc_id} by {one.name}{f' ({one.why})' if one.why else ''}")


def _record(found: StudioStatus) -> dict[str, Any]:
    return {
        "project": found.project.url,
        "title": found.project.title,
        "server": found.server,
        "configuration": list(found.configuration),
        "suggested": found.suggested,
        "documents": found.documents,
        "pushed": found.pushed,
        "missing": list(found.missing),
        "copies": list(found.copies),
        "changed_texts": list(found.changed_texts),
        "strangers": found.strangers,
        "annotators": [
            {
                "name": person.name,
                "annotations": person.annotations,
                "drafts": person.drafts,
                "skipped": person.skipped,
                "standings": {str(standing): count for standing, count in person.standings.items()},
            }
            for person in found.people
        ],
        "differing": [
            {"doc_id": one.doc_id, "annotator": one.name, "standing": str(one.standing), "why": one.why}
            for one in found.differing
        ],
    }
