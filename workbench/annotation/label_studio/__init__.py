"""The bridge to Label Studio: batches go there as projects, and what annotators do there comes back as annotations.

In the order of the way there and back: `login`, `tokens` and `client` reach a server; `configuration` says how a
project asks; `projects` finds or makes it; `wanted` says what tasks a batch wants and `making` makes them, `present`
reads those of the project, and `pushing` makes the second like the first; `answers` reads what was done, `comparing`
holds it against the files here, and `pulling` brings it home. `backend` offers an extractor to Label Studio, `local`
runs a server for people who have none.

Only here is the SDK imported, and only when a verb of `workbench studio` runs.
"""
