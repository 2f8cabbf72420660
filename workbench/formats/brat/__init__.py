"""brat standoff: a folder of texts (`.txt`) with their annotations (`.ann`) beside them.

    T1  ORG 0 4;6 8         a mention with its fragments, or the trigger of an event
    R1  PART_OF Arg1:T1 Arg2:T2
    E1  ASSIST:T3 helper:T1 helper2:T2      a frame
    A1  mention T1 NAM      an attribute (M1 is an older way to write it)
    N1  Reference T1 money:2100000          a normalised value
    #1  AnnotatorNotes T1   a note
    *   Equiv T1 T2         a cluster

What brat has no line for (ids of other kinds, scores, zones, the schema …) stands in one line `#1 Workbench DOC` at the
end of the file, by the ids of the file. What the records have no place for (events as arguments, relations of events,
notes on notes …) is kept under the key `brat` of `extra`, and written out again.
"""

from workbench.formats.brat.reading import FORMAT, read, recognise
from workbench.formats.brat.writing import losses, writer

__all__ = ["FORMAT", "losses", "read", "recognise", "writer"]
