"""Relations and clusters: what is offered is what is admitted, and links keep their laws."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import assume, given

from tests.annotation.drafts.steps import DESK, EMPTY, TEXT, Choice, choices, courses, draft_after, made
from tests.annotation.drafts.test_edits import of, refused
from workbench.annotation.drafts import edits, links
from workbench.annotation.drafts.draft import Draft
from workbench.annotation.drafts.edits import EditRefused
from workbench.annotation.drafts.links import Link
from workbench.core.checks import check
from workbench.core.text import Span

ALL = Span(0, len(TEXT))
WORDS = {"永州市政协": "ORG", "四川省委": "ORG", "沙尔乡": "LOC", "贫困户": "GROUP", "委员": "ROLE", "捐赠": "ASSIST"}


def linked(draft: Draft, kind: str, head: str, tail: str) -> Draft:
    return draft.apply(links.relate(draft, DESK, kind, head, tail).delta)


@given(courses)
def test_what_is_offered_is_accepted(course: list[Choice]) -> None:
    """Every partner and every filler with every link can be made, and is legal."""
    draft = draft_after(course)
    for entity in draft.order[:4]:
        for partner in links.partners(draft, DESK.schema, entity.id, {}, ALL):
            for kind, forward in partner.links:
                ends = (entity.id, partner.entity) if forward else (partner.entity, entity.id)
                after = linked(draft, kind, *ends)
                assert _faults(after) <= _faults(draft)
    for frame in draft.frames:
        for partner in links.fillers(draft, DESK.schema, frame, {}, ALL):
            for role, _ in partner.links:
                after = draft.apply(edits.fill(draft, DESK, frame, role, partner.entity).delta)
                assert _faults(after) <= _faults(draft)


def _faults(draft: Draft) -> Counter[str]:
    found = check(draft.annotation("d00"), DESK.schema, TEXT)
    return Counter(one.rule for one in found if one.rule in ("admissible", "functional", "repeated", "role-type"))


@given(courses, choices)
def test_uses_are_counted_change_by_change(course: list[Choice], choice: Choice) -> None:
    """Counting a change is counting everything anew, there and back."""
    draft = draft_after(course)
    try:
        delta = made(draft, choice)[1].delta
    except EditRefused:
        assume(False)
    after = draft.apply(delta)
    uses = _uses(draft)
    links.recount(uses, draft, after, delta)
    assert uses == _uses(after)
    links.recount(uses, after, draft, delta.inverse)
    assert uses == _uses(draft)


def _uses(draft: Draft) -> Counter[tuple[str, str, str]]:
    return Counter(links.links_used(draft, (*draft.relations.values(), *draft.frames.values())))


def test_the_nearest_partner_comes_first() -> None:
    """Of two equally far the one before; the most used relation first, then the core of the schema."""
    draft, ids = of(WORDS)
    found = links.partners(draft, DESK.schema, ids["四川省委"], {}, ALL)
    near = [TEXT[draft.entities[one.entity].start] for one in found]
    assert near == ["永", "沙", "贫", "委"]
    kinds = found[0].links
    assert kinds[0].type in ("PART_OF", "ASSISTS")
    assert Link("COOPERATES_WITH", forward=False) not in kinds
    uses = {("MEMBER_OF", "ORG", "ORG"): 2, ("ASSISTS", "ORG", "ORG"): 1}
    found = links.partners(draft, DESK.schema, ids["四川省委"], uses, ALL)
    assert [link.type for link in found[0].links[:4]] == ["MEMBER_OF", "MEMBER_OF", "ASSISTS", "ASSISTS"]
    assert links.partners(draft, DESK.schema, ids["四川省委"], uses, Span(0, 3)) == found[:1]


def test_a_functional_relation_has_one_tail() -> None:
    """A role is in one organisation: the second is refused, and no longer offered."""
    draft, ids = of(WORDS)
    role = ids["委员"]
    draft = linked(draft, "ROLE_IN", role, ids["永州市政协"])
    reason = refused(lambda: links.relate(draft, DESK, "ROLE_IN", role, ids["四川省委"]))
    assert reason == "ROLE_IN takes one tail"
    offered = links.partners(draft, DESK.schema, role, {}, ALL)
    assert not [one for one in offered for link in one.links if link == Link("ROLE_IN", forward=True)]


def test_a_symmetric_relation_is_made_once() -> None:
    """In whichever direction, and offered in one."""
    draft, ids = of(WORDS)
    one, other = ids["永州市政协"], ids["四川省委"]
    draft = linked(draft, "COOPERATES_WITH", one, other)
    assert refused(lambda: links.relate(draft, DESK, "COOPERATES_WITH", other, one)) == "they are linked so already"
    for focus in (one, other):
        kinds = {link.type for found in links.partners(draft, DESK.schema, focus, {}, ALL) for link in found.links}
        assert "COOPERATES_WITH" not in kinds


@pytest.mark.parametrize(
    ("kind", "head", "tail", "reason"),
    [
        ("PART_OF", "永州市政协", "沙尔乡", "PART_OF does not link ORG to LOC"),
        ("LOCATED_IN", "沙尔乡", "永州市政协", "LOCATED_IN does not link LOC to ORG"),
        ("LIES_IN", "永州市政协", "沙尔乡", "there is no relation type LIES_IN"),
        ("PART_OF", "永州市政协", "永州市政协", "an entity is not linked to itself"),
    ],
)
def test_inadmissible_relations(kind: str, head: str, tail: str, reason: str) -> None:
    """Refused with the reason in two languages."""
    draft, ids = of(WORDS)
    assert refused(lambda: links.relate(draft, DESK, kind, ids[head], ids[tail])) == reason


def test_a_relation_twice() -> None:
    """It is there already."""
    draft, ids = of(WORDS)
    draft = linked(draft, "PART_OF", ids["永州市政协"], ids["四川省委"])
    assert "already" in refused(lambda: links.relate(draft, DESK, "PART_OF", ids["永州市政协"], ids["四川省委"]))


def test_reversing_goes_round() -> None:
    """Through all admissible readings in both directions, and back to the first; attributes that do not fit go."""
    draft, ids = of(WORDS)
    start = draft = linked(draft, "PART_OF", ids["永州市政协"], ids["四川省委"])
    [name] = draft.relations
    seen = []
    while not seen or draft != start:
        seen.append(draft.relations[name])
        draft = draft.apply(links.reverse(draft, DESK, name).delta)
        assert len(seen) < 30
    readings = {(one.type, one.head) for one in seen}
    assert len(readings) == len(seen)
    assert {kind for kind, _ in readings} == {"PART_OF", "MEMBER_OF", "ASSISTS", "COOPERATES_WITH", "ESTABLISHES"}
    assert len([kind for kind, _ in readings if kind == "COOPERATES_WITH"]) == 1


def test_reversing_respects_what_is_there() -> None:
    """Nothing is linked twice by it, nor a functional relation given a second tail."""
    draft, ids = of({"委员": "ROLE", "四川省委": "ORG", "永州市政协": "ORG"})
    draft = linked(draft, "ROLE_IN", ids["委员"], ids["四川省委"])
    [name] = draft.relations
    assert refused(lambda: links.reverse(draft, DESK, name)) == "nothing else links these two"
    assert "there is no relation" in refused(lambda: links.reverse(draft, DESK, "R9"))


def test_clusters() -> None:
    """Two clusters become one; who is left alone is in none."""
    draft, ids = of({"永州市政协": "ORG", "四川省委": "ORG", "政協": "ORG", "沙尔乡": "LOC", "委员": "ROLE"})
    one, two, three = (ids[words] for words in ("永州市政协", "四川省委", "政協"))
    draft = draft.apply(links.cluster(draft, DESK, one, two).delta)
    assert links.mentions(draft, DESK.schema, one, ALL)[0].entity == three
    draft = draft.apply(links.cluster(draft, DESK, three, two).delta)
    assert len({draft.entities[name].cluster for name in (one, two, three)}) == 1
    assert refused(lambda: links.cluster(draft, DESK, one, three)) == "they are one cluster already"
    assert "different types" in refused(lambda: links.cluster(draft, DESK, one, ids["沙尔乡"]))
    assert refused(lambda: links.cluster(draft, DESK, one, ids["委员"])) == "ROLE has no clusters"
    assert "with itself" in refused(lambda: links.cluster(draft, DESK, one, one))
    draft = draft.apply(links.uncluster(draft, one).delta)
    assert draft.entities[one].cluster is None
    assert draft.entities[two].cluster == draft.entities[three].cluster is not None
    draft = draft.apply(links.uncluster(draft, two).delta)
    assert all(entity.cluster is None for entity in draft.order)
    assert refused(lambda: links.uncluster(draft, two)) == "it is in no cluster"
    assert links.mentions(draft, DESK.schema, ids["委员"], ALL) == ()


def test_the_likeliest_link() -> None:
    """What has been used most, divided by how far down the list; without any use the nearest."""
    draft, ids = of(WORDS)
    focus = ids["贫困户"]
    found = links.partners(draft, DESK.schema, focus, {}, ALL)
    nearest = links.likeliest(draft, focus, found, {})
    assert nearest is not None
    assert nearest[0] == found[0]
    uses = {("ASSISTS", "ORG", "GROUP"): 9}
    usual = links.likeliest(draft, focus, links.partners(draft, DESK.schema, focus, uses, ALL), uses)
    assert usual is not None
    assert (usual[0].entity, usual[1]) == (ids["四川省委"], Link("ASSISTS", forward=False))
    assert links.likeliest(draft, focus, [], {}) is None


def test_fillers_of_a_frame() -> None:
    """The nearest to the trigger first, those that fill a role already last."""
    draft, ids = of(WORDS)
    frame = ids["捐赠"]
    found = links.fillers(draft, DESK.schema, frame, {}, ALL)
    assert [TEXT[draft.entities[one.entity].start] for one in found] == ["贫", "沙", "四", "永"]
    draft = draft.apply(edits.fill(draft, DESK, frame, "beneficiary", ids["贫困户"]).delta)
    found = links.fillers(draft, DESK.schema, frame, {("ASSIST", "organiser", "ORG"): 1}, ALL)
    assert found[-1].entity == ids["贫困户"]
    assert Link("beneficiary", forward=True) not in found[-1].links
    assert found[1].links[0] == Link("organiser", forward=True)


def test_who_has_gone() -> None:
    """Whatever is asked about an entity that somebody else has deleted is refused."""
    draft, ids = of({"永州市政协": "ORG"})
    name = ids["永州市政协"]
    assert "there is no entity E9" in refused(lambda: links.relate(draft, DESK, "PART_OF", name, "E9"))
    assert "there is no entity" in refused(lambda: links.cluster(draft, DESK, "E9", name))
    assert "there is no entity" in refused(lambda: links.uncluster(EMPTY, name))
    with pytest.raises(EditRefused):
        links.partners(EMPTY, DESK.schema, name, {}, ALL)
    with pytest.raises(EditRefused):
        links.fillers(EMPTY, DESK.schema, "F9", {}, ALL)
    with pytest.raises(EditRefused):
        links.mentions(EMPTY, DESK.schema, name, ALL)
