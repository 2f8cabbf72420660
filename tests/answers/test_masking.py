"""Tables without private names: no cell holds one, officials and everything else stay."""

from __future__ import annotations

from tests.answers.built import entity, frame, relations, report
from tests.answers.pilot import pilot
from workbench.answers.answering import masked
from workbench.answers.catalogue import TABLES, make_rows
from workbench.answers.masking import Mask
from workbench.answers.questions import answer
from workbench.answers.reports import Report


def private_names(made: Report) -> set[str]:
    """The proper names of people without a post."""
    return {
        made.surface(mention)
        for thing in made.things
        if thing.type == "PER" and not made.holds_office(thing.mentions[0])
        for mention in thing.mentions
        if mention.attributes.get("mention") != "NOM"
    }


def test_no_private_name_is_left_in_any_table() -> None:
    """All cells of all tables, sentences and answers too; the officials' names stay."""
    for made in pilot():
        names = private_names(made)
        officials = {
            thing.name for thing in made.things if thing.type == "PER" and made.holds_office(thing.mentions[0])
        }
        told = "".join(repr(row) for table in TABLES.values() for row in make_rows(table, [made], names=False))
        told += repr([part for one in masked([made], answer([made])) for part in one.answers])
        assert not [name for name in names if name in told]
        assert all(name in told for name in officials)
        assert not names or "〔人物1〕" in told


def test_labels_by_first_mention_and_longest_name_first() -> None:
    """李四海 holds a post and keeps his name, although 李四 is private; unmarked repetitions are masked too."""
    text = "𠀀市政协主席李四海看望王五和李四。王五(李四之友)说好。"
    entities = [
        entity(text, "P1", "PER", "李四海"),
        entity(text, "R", "ROLE", "主席"),
        entity(text, "P2", "PER", "王五"),
        entity(text, "P3", "PER", "李四", 2),
    ]
    deed = frame(text, "E", "VISIT", "看望", {"visitor": "P1", "visited": ["P2", "P3"]})
    made = report(text, entities, [deed], relations(("HOLDS_ROLE", "P1", "R")))
    (row,) = make_rows(TABLES["visits"], [made], names=False)
    assert row["visited"] == ["〔人物1〕", "〔人物2〕"]
    assert row["visitor"] == ["李四海"]
    assert row["sentence"] == "𠀀市政协主席李四海看望〔人物1〕和〔人物2〕。"
    assert Mask(made).text("王五(李四之友)") == "〔人物1〕(〔人物2〕之友)"


def test_a_title_that_stands_for_somebody_is_no_name() -> None:
    """A bare 书记 is nobody's name; a report without private names stays as it is."""
    text = "书记肯定了王五。"
    made = report(text, [entity(text, "P", "PER", "书记", mention="NOM")])
    assert Mask(made).text(text) == text
    made = report(text, [entity(text, "P", "PER", "书记", mention="NOM"), entity(text, "Q", "PER", "王五")])
    assert Mask(made).text(text) == "书记肯定了〔人物1〕。"
