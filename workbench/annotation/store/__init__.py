"""The working store: an append-only log of what annotators do, in SQLite or PostgreSQL. Only this package knows SQL.

    address → engines → opening → log: append with revisions, read
                                   ├ assigning: who gets which document
                                   ├ progress: states, time and conflicts
                                   └ backup: a verified copy

`work` has the records, `tables` the present layout, `migrations/` the way to it, `failures` the words for what goes
wrong. A change is saved when `Store.append` returns; then it outlives a crash of the program and of the machine.
"""

from __future__ import annotations

from workbench.annotation.store.address import STORE_VARIABLE, Address, find_address
from workbench.annotation.store.assigning import assign, next_assignment, take
from workbench.annotation.store.failures import NoStore, StoreFailure
from workbench.annotation.store.log import Store
from workbench.annotation.store.work import Actor, Assignment, Change, Event, RevisionConflict, State

__all__ = [
    "STORE_VARIABLE",
    "Actor",
    "Address",
    "Assignment",
    "Change",
    "Event",
    "NoStore",
    "RevisionConflict",
    "State",
    "Store",
    "StoreFailure",
    "assign",
    "find_address",
    "next_assignment",
    "take",
]
