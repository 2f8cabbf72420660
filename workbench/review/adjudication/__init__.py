"""From several annotators' passes to one annotation. No user interface.

`grouping` puts together what the passes say of one thing → `units` asks a question about each → `settling` meets them
with `decisions`, which consist of `items` → `merging` goes through the stages: entities (`nodes`), their attributes and
values (`properties`), `clustering`, `relating`, `framing`; `case` is what every stage needs. `docket` reads and writes
a batch; `lines` are units out and judgements in as JSON, and `judgements` makes decisions of them.
"""
