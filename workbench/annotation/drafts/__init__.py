"""The draft of one annotator for one document: what it is, how it changes, and how the log brings it back.

draft    the answer so far; a change is a `Delta` of things before and after
history  from the events of the store to a draft with undo and redo; repeating changes after a conflict
edits    what an annotator can do, each as a function from a draft to a delta
links    the same for relations, frames and clusters; which ends and roles are admissible
"""
