"""How many keys the gold costs: a model annotator replays it through the real editor, beside the grammars of others.

targets    what is to be annotated: the gold, in reading order
screen     what an eye sees of the editor: text, marks, hints, brackets, the preview; nothing else
desk       the editor on a real session and store; counts every key by what it is for
spans      the cheapest keys to a span, planned from the screen alone
links      relations and fillers, from the screen alone
hands      selecting and labelling one thing, and bringing the focus to it
annotator  the walk through a report: labels, relations, frames, and what becomes of suggestions
peers      what the same gold costs in the grammars of other tools
replay     every report of the gold, once for each set of sources
table      bars, targets, and where the keys go
"""
