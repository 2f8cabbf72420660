"""The model annotator: sentence by sentence, entities, relations as soon as their later end is labelled, then frames.

It works as the keys invite: what has just been labelled has the focus, so its relations to what stands before it are
made at once. Frames come when their sentence's entities are there, since their fillers must be labelled. With
suggestions, those of a sentence are decided first (each decision leads to the next), then what nobody suggested is
labelled, then Tab goes on.
"""

from __future__ import annotations

from collections.abc import Sequence

from tests.benchmarks.keystrokes.desk import Desk
from tests.benchmarks.keystrokes.hands import PATIENCE, Hands
from tests.benchmarks.keystrokes.links import Wanted, link, link_by_hints
from tests.benchmarks.keystrokes.screen import Offer, Reading, Screen
from tests.benchmarks.keystrokes.targets import Deed, Filler, Mention, Report, Tie, kind_of, reading_order
from workbench.core.text import Span

_ACCEPT, _REJECT = ("enter", "accept"), ("backspace", "reject")
_MOST = 2000


class Annotator(Hands):
    """Somebody who knows what is right (`gold`), and of the screen what is seen on it."""

    def __init__(self, desk: Desk, gold: Report, sentences: Sequence[Span], words: dict[Mention, int]) -> None:
        super().__init__(desk)
        self.gold = gold
        self.sentences = sentences
        self.classes = {one: kind_of(one, gold.entities, words[one]) for one in gold.entities}
        self.todo = reading_order(gold.entities)
        self.ties = list(gold.ties)
        self.deeds = list(gold.deeds)
        self.unfilled: list[Deed] = []
        self.spent: dict[Mention, int] = {}
        self.accepted: Mention | None = None
        self._row = 0

    # The walk

    def annotate(self) -> None:
        """Annotate the whole report."""
        for sentence in (*self.sentences, Span(self.sentences[-1].end, len(self.desk.editor.text))):
            self._suggested(sentence)
            for mention in [one for one in self.todo if one.start < sentence.end]:
                self._label(mention)
                self._relate(mention)
            self._late(sentence)
            for deed in [one for one in self.deeds if _ready(one) <= sentence.end]:
                self._frame(deed)
        self._rest()

    # Entities

    def _label(self, mention: Mention) -> bool:
        if mention not in self.todo:
            return True
        self.todo.remove(mention)
        self._about("entity", self.classes[mention])
        before = len(self.desk.presses)
        marked = self._mark(mention)
        self.spent[mention] = len(self.desk.presses) - before
        return marked

    # Relations

    def _relate(self, mention: Mention) -> None:
        """The relations of what has the focus with all that is labelled."""
        screen = self.desk.look()
        if screen.focus != mention:
            return
        ready = self._ready_ties(mention, screen)
        if not ready:
            return
        self._about("relation", "")
        wanted = {self._seen_from(tie, mention): tie for tie in ready}
        for missed in [wanted[one] for one in link(self.desk, list(wanted), self.schema)]:
            ready.remove(missed)
        self.ties = [tie for tie in self.ties if tie not in ready]

    def _ready_ties(self, mention: Mention, screen: Screen) -> list[Tie]:
        ties = [tie for tie in self.ties if mention in (tie.head, tie.tail)]
        return [tie for tie in ties if _other(tie, mention) in screen.labelled]

    def _seen_from(self, tie: Tie, mention: Mention) -> Wanted:
        known = self.schema.relation_types[tie.type]
        reading = Reading(tie.type, tie.head == mention or known.symmetric)
        return Wanted(_other(tie, mention), reading)

    def _late(self, sentence: Span) -> None:
        """Relations whose ends are labelled by now, but were not made on the way."""
        for tie in [one for one in self.ties if one.end <= sentence.end]:
            known = self.desk.made().entities
            if tie not in self.ties or tie.head not in known or tie.tail not in known:
                continue
            later = max((tie.head, tie.tail), key=lambda one: (one.end, one.start))
            for end in (later, _other(tie, later)):
                self._about("relation", "")
                if tie in self.ties and self._focus(end):
                    self._relate(end)
            for lanes in (0, 2) if tie in self.ties else ():
                # Without bracket lanes nearly twice as much text is on the screen.
                if tie not in self.ties:
                    break
                self._lanes(lanes)
                if self._bring_together(tie):
                    self._relate(min((tie.head, tie.tail), key=lambda one: one.start))
                self._lanes(lanes // 2)
            if tie in self.ties:
                self.ties.remove(tie)
                self.given_up.append(f"{tie.type} {tie.head.fragments} {tie.tail.fragments}: not made")

    def _bring_together(self, tie: Tie) -> bool:
        """Focus the later end, go up by rows until the earlier one comes into sight, and focus that."""
        first, last = sorted((tie.head, tie.tail), key=lambda one: one.start)
        if not self._focus(last):
            return False
        for _ in range(PATIENCE):
            screen = self.desk.look()
            if first in screen.labelled and screen.visible.start <= first.start:
                break
            self.desk.press("up", "scroll")
        return self._focus(first) and last in self.desk.look().labelled

    # Frames

    def _frame(self, deed: Deed) -> None:
        self.deeds.remove(deed)
        self._about("frame", deed.trigger.type)
        if deed.trigger not in self.desk.look().triggers and not self._mark(deed.trigger):
            return
        self._fill(deed, [Wanted(one.entity, Reading(one.role)) for one in deed.fillers])

    def _fill(self, deed: Deed, wanted: list[Wanted]) -> None:
        self._about("argument", deed.trigger.type)
        left = link(self.desk, wanted, self.schema)
        if left:
            self._lanes(2)
            if self._focus(deed.trigger):
                left = link(self.desk, left, self.schema)
            self._lanes(1)
        for one in left:
            self.given_up.append(f"{deed.trigger.type} {deed.trigger.fragments}: {one.reading.type} not filled")

    # Suggestions

    def _suggested(self, sentence: Span) -> None:
        """Decide the suggestions of a sentence, those of relations and frames too."""
        for _ in range(_MOST):
            screen = self.desk.look()
            candidate = screen.candidate
            if self._relate_accepted(screen):
                continue
            if candidate is None and screen.back is not None and screen.back.place[0] < sentence.end:
                if self._is_right(screen.back):
                    self._decide(screen.back)
                else:
                    self.desk.press("tab", "tab")
            elif candidate is None:
                if not any(screen.here < one.place and one.place[0] < sentence.end for one in screen.offers):
                    return
                self._about("entity", "suggestions")
                self.desk.press("tab", "tab")
            elif candidate.place[0] >= sentence.end:
                return
            else:
                self._decide(candidate)

    def _is_right(self, offer: Offer) -> bool:
        if offer.kind == "entity":
            return offer.mention in self.todo
        return offer.kind == "relation" and bool(self._meant(offer))

    def _meant(self, offer: Offer) -> list[Tie]:
        ends = {offer.head, offer.tail}
        ties = [tie for tie in self.ties if tie.type == offer.type and {tie.head, tie.tail} == ends]
        return [tie for tie in ties if tie.head == offer.head or self.schema.relation_types[tie.type].symmetric]

    def _relate_accepted(self, screen: Screen) -> bool:
        """Link what was accepted last, while the next suggestion waits: Space is about it as long as nothing else is.

        Relations that are suggested are left to their suggestions.
        """
        mention = self.accepted
        if mention is None or screen.focus not in (None, mention) or screen.candidate is None:
            return False
        self.accepted = None
        offered = [one for offer in screen.offers if offer.kind == "relation" for one in self._meant(offer)]
        ready = self._ready_ties(mention, screen)
        wanted = {self._seen_from(tie, mention): tie for tie in ready if tie not in offered}
        if not wanted:
            return False
        self._about("relation", "")
        missed = [wanted[one] for one in link_by_hints(self.desk, list(wanted))]
        self.ties = [tie for tie in self.ties if tie not in wanted.values() or tie in missed]
        return True

    def _decide(self, offer: Offer) -> None:
        if offer.kind == "entity":
            self._decide_entity(offer)
        elif offer.kind == "relation":
            right = self._meant(offer)
            self._about("relation", "")
            self.desk.press(*_ACCEPT if right else _REJECT)
            self.ties = [one for one in self.ties if one not in right]
        else:
            self._decide_frame(offer)

    def _decide_entity(self, offer: Offer) -> None:
        mention = offer.mention
        meant = next((one for one in self.todo if one.fragments == mention.fragments), None)
        beside = next((one for one in self.todo if one.start == mention.start), None)
        if meant is not None:
            self._about("entity", self.classes[meant])
            before = len(self.desk.presses)
            self.desk.press(*_ACCEPT if meant == mention else (self.keys[meant.type], "retype"))
            self.todo.remove(meant)
            self.accepted = meant if meant == mention else None
            self.spent[meant] = len(self.desk.presses) - before
        elif beside is not None and len(beside.fragments) == 1:
            self._label(beside)
            self._relate(beside)
        else:
            self._about("entity", "suggestions")
            self.desk.press(*_REJECT)

    def _decide_frame(self, offer: Offer) -> None:
        """A suggested frame is taken when most of its fillers are right; wrong ones are struck from its links."""
        self._about("frame", offer.type)
        deed = next((one for one in self.deeds if one.trigger == offer.mention), None)
        given = [Filler(role, entity) for role, entity in offer.fillers]
        wrong = [one for one in given if deed is None or one not in deed.fillers]
        if deed is None or 2 * len(wrong) > len(given):
            self.desk.press(*_REJECT)
            return
        self.desk.press(*_ACCEPT)
        self.deeds.remove(deed)
        left = [one for one in deed.fillers if one not in given]
        if not wrong and not left:
            return
        self._about("argument", offer.type)
        if self._focus(deed.trigger):
            self._strike(wrong)
            ready = [one for one in left if one.entity in self.desk.look().labelled]
            self._fill(deed, [Wanted(one.entity, Reading(one.role)) for one in ready])
            left = [one for one in left if one not in ready]
        if left:
            self.unfilled.append(deed._replace(fillers=tuple(left)))

    def _strike(self, wrong: Sequence[Filler]) -> None:
        """Delete fillers from the list of the frame's links."""
        if not wrong:
            return
        self.desk.press("W", "list")
        for one in wrong:
            listed = [Filler(reading.type, partner) for partner, reading in self.desk.look().links]
            for _ in range(listed.index(one) - self._row):
                self.desk.press("down", "list")
            self._row = listed.index(one)
            self.desk.press("backspace", "list")
        self.desk.press("ctrl+g", "list")

    def _rest(self) -> None:
        """What is still open after the last sentence: fillers that came late, suggestions that strings led back to."""
        for deed in self.unfilled:
            self._about("argument", deed.trigger.type)
            if self._focus(deed.trigger):
                self._fill(deed, [Wanted(one.entity, Reading(one.role)) for one in deed.fillers])
        for _ in range(_MOST):
            screen = self.desk.look()
            if not screen.undecided:
                break
            if screen.candidate is None:
                self._about("entity", "suggestions")
                self.desk.press("tab", "tab")
            else:
                self._decide(screen.candidate)
        self._late(Span(0, len(self.desk.editor.text)))
        self.given_up += [f"{mention}: not labelled" for mention in self.todo]


def _ready(deed: Deed) -> int:
    """From where on a frame can be made: all of it has been come to."""
    return max([deed.trigger.end, *(one.entity.end for one in deed.fillers)])


def _other(tie: Tie, mention: Mention) -> Mention:
    return tie.tail if tie.head == mention else tie.head
