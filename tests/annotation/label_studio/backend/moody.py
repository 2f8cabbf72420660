"""An extractor that does what the text tells it: finds, fails, dies, dawdles or hangs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

from workbench.core.errors import UsageMistake
from workbench.core.records import Annotation, Argument, Document, Entity, Frame, Relation, Trigger
from workbench.core.text import Span
from workbench.extractors.base import Parameters

NAMES = {"剑阁县": "LOC", "𠮷林省": "LOC", "民革🎉": "ORG", "２１０万元": "MONEY"}
TRIGGER = "捐赠"


class Moody:
    """Finds names, relates every organisation to every place, and makes a frame of a gift."""

    name = "moody"
    version = "7.1"

    @property
    def parameters(self) -> Parameters:
        """None."""
        return {}

    def extract(self, document: Document) -> Annotation:
        """Do what the text says, then say what is in it."""
        text = document.text
        if "raise" in text:
            raise ValueError(f"no idea what to do with {text}")
        if "offsets" in text:
            beyond = Entity(id="T1", type="LOC", fragments=(Span(0, len(text) + 1),))
            return Annotation(doc_id=document.doc_id, entities=(beyond,))
        if "nan" in text:
            doubtful = Entity(id="T1", type="LOC", fragments=(Span(0, 1),), score=float("nan"))
            return Annotation(doc_id=document.doc_id, entities=(doubtful,))
        if "exit" in text:
            os._exit(7)
        if "leave" in text:
            sys.exit("gone")
        if "kill" in text:
            os.kill(os.getpid(), signal.SIGSEGV)
        if "child" in text:  # holds what the process holds, and does not end with it
            subprocess.Popen(["sleep", "600"], close_fds=False)
            os._exit(8)
        if "dawdle" in text:
            time.sleep(600)
        if "hang" in text:
            for kind in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM):
                signal.signal(kind, signal.SIG_IGN)
            while True:
                pass
        if "print" in text:
            print("said on stdout")  # noqa: T201
        return found(document)


def found(document: Document) -> Annotation:
    """The names of a document, with scores, relations and a frame."""
    text = document.text
    places = sorted((text.find(name), name) for name in NAMES if name in text)
    entities = tuple(
        Entity(
            id=f"x{number}",
            type=NAMES[name],
            fragments=(Span(start, start + len(name)),),
            attributes={"mention": "NAM", "canonical": name} if NAMES[name] == "ORG" else {},
            score=0.25 * number,
        )
        for number, (start, name) in enumerate(places, 1)
    )
    by_type = {kind: [one for one in entities if one.type == kind] for kind in ("ORG", "LOC")}
    pairs = [(head.id, tail.id) for head in by_type["ORG"] for tail in by_type["LOC"]]
    relations = tuple(
        Relation(id=f"r{number}", type="ASSISTS", head=head, tail=tail) for number, (head, tail) in enumerate(pairs)
    )
    frames: tuple[Frame, ...] = ()
    if TRIGGER in text:
        span = Span(text.index(TRIGGER), text.index(TRIGGER) + len(TRIGGER))
        arguments = tuple(Argument(role="helper", entity=one.id) for one in by_type["ORG"])
        frames = (
            Frame(id="f1", type="ASSIST", trigger=Trigger(fragments=(span,)), arguments=arguments),
            Frame(id="f2", type="VISIT"),
        )
    return Annotation(doc_id=document.doc_id, entities=entities, relations=relations, frames=frames)


def moody() -> Moody:
    """The extractor."""
    return Moody()


def slow_to_open() -> Moody:
    """The extractor, after a while."""
    time.sleep(3)
    return Moody()


def broken() -> Moody:
    """No extractor."""
    raise OSError("the model is not there")


def mistaken() -> Moody:
    """No extractor, by the user's mistake."""
    raise UsageMistake("no such model; did you mean 'moody'?")


def dying() -> Moody:
    """No extractor, and no process."""
    os._exit(9)
