"""The fifteen questions that the data must answer (section 10 of the guidelines), each as a function.

Every function takes reports and what the question is about, and answers with spans. Frames that are planned or generic
answer only the question that asks for them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

from workbench.answers.answering import (
    ANYTHING,
    About,
    Answer,
    Answered,
    Question,
    frame_parts,
    part,
    parts,
    trigger_part,
)
from workbench.answers.columns import USUAL, Settings
from workbench.answers.money import SUMS, Counted, add_up, verdicts
from workbench.answers.reports import Report
from workbench.answers.statements import figures_of
from workbench.core.errors import UsageMistake, nearest
from workbench.core.records import Entity, Frame

_COUNTS = ("count", "beneficiary_count", "visited_count", "doc_count", "quantity")
_ACTING = ("helper", "visitor", "actor")
_VILLAGES = ("village", "subvillage")


def answer(
    reports: Sequence[Report], numbers: Collection[int] = (), about: About = ANYTHING, settings: Settings = USUAL
) -> tuple[Answered, ...]:
    """Answer questions by their numbers, or all of them; what adjudication left open takes part when settings say so.

    Raises:
        UsageMistake: there is no question of a number; a place or campaign is asked of questions that are about none,
            or of one that no report has.
    """
    known = {question.number: question for question in QUESTIONS}
    if unknown := [number for number in numbers if number not in known]:
        raise UsageMistake(f"no question {unknown[0]}; they are 1 to {len(known)}")
    asked = [known[number] for number in dict.fromkeys(numbers)] or list(QUESTIONS)
    _refuse_idle([one.number for one in asked] if numbers else (), about)
    told = reports if settings.unresolved else [report.settled() for report in reports]
    for what, kind, name in (("place", "LOC", about.place), ("campaign", "CAMPAIGN", about.campaign)):
        if name is not None:
            _refuse_unknown(told, what, kind, name)
    return tuple(Answered(one.number, one.asked, tuple(one.ask(told, about))) for one in asked)


ABOUT_PLACES, ABOUT_CAMPAIGNS = frozenset({1, 3, 4, 5}), frozenset({6})
"""The questions that can be asked about a place, and about a campaign."""


def _refuse_idle(numbers: Sequence[int], about: About) -> None:
    """Refuse a place or campaign that none of the chosen questions is about."""
    for what, name, taking in (("place", about.place, ABOUT_PLACES), ("campaign", about.campaign, ABOUT_CAMPAIGNS)):
        if name is not None and numbers and not taking & set(numbers):
            told = ", ".join(map(str, sorted(taking)))
            raise UsageMistake(f"question {numbers[0]} is about no {what}; a {what} is for {told}")


def _refuse_unknown(reports: Sequence[Report], what: str, kind: str, name: str) -> None:
    """Refuse a name that nothing in the reports has."""
    found = [(report, entity) for report in reports for entity in report.of_type(kind)]
    if not any(report.is_called(entity, name) for report, entity in found):
        known = {report.name(entity) for report, entity in found}
        close = nearest(name, known)
        raise UsageMistake(f"no {what} {name!r}{close if 'mean' in close else ''}")


def who_helped(reports: Sequence[Report], about: About) -> Iterator[Answer]:
    """1: helpers of a place and of all places in it, with money, means, people and results."""
    for report in reports:
        for frame in _done(report, "ASSIST"):
            places = report.fillers(frame, "place", "beneficiary")
            if any(_is_asked(report, place, about) for place in places if place.type == "LOC"):
                roles = ("place", "helper", "organiser", "intermediary", "amount", "measure", "quantity")
                found = frame_parts(report, frame, *roles, "beneficiary", "beneficiary_count", "outcome", "time")
                yield Answer(report.doc_id, found, _note(frame))


def how_much_money(reports: Sequence[Report], _: About) -> Iterator[Answer]:
    """2: every amount of assistance in the one sum it counts in, then the sums."""
    counted: list[Counted] = []
    for report in reports:
        frames = {frame.id: frame for frame in report.frames}
        for (frame_id, amount_id), verdict in verdicts(report, Settings(unresolved=True)).items():
            amount = part(report, "amount", report.annotation.entity_by_id[amount_id])
            who = frame_parts(report, frames[frame_id], "helper", "beneficiary")
            if isinstance(verdict, Counted):
                counted.append(verdict)
                yield Answer(report.doc_id, (amount, *who), verdict.sum)
            else:
                yield Answer(report.doc_id, (amount, *who), f"not counted: {verdict.reason}")
    for name, what in SUMS.items():
        number = sum(one.sum == name for one in counted)
        low, high = add_up(counted, name)
        if low is not None:
            least = "" if low == high else "at least "
            yield Answer(None, (), f"{name}: {least}{low} yuan in {number} amounts; {what}")


def who_left_poverty(reports: Sequence[Report], about: About) -> Iterator[Answer]:
    """3: places with a milestone of leaving poverty, and when they reached it."""
    for report in reports:
        for place in report.distinct(report.of_type("LOC")):
            if not _is_asked(report, place, about):
                continue
            for mention in report.thing(place).mentions:
                for status in report.tails("HAS_STATUS", mention, same_mention=True):
                    if status.attributes.get("kind") == "graduation":
                        when = parts(report, "time", report.tails("HAS_TIME", status))
                        told = (part(report, "place", mention), part(report, "status", status), *when)
                        yield Answer(report.doc_id, told)


def who_went_where(reports: Sequence[Report], about: About) -> Iterator[Answer]:
    """4: visits of office holders to villages."""
    for report in reports:
        for frame in _done(report, "VISIT"):
            officials = [
                one for one in report.fillers(frame, "visitor") if one.type == "PER" and report.holds_office(one)
            ]
            villages = [
                place
                for place in report.fillers(frame, "place")
                if report.attribute(place, "level") in _VILLAGES and _is_asked(report, place, about)
            ]
            if officials and villages:
                told = (*parts(report, "visitor", officials), *parts(report, "place", villages))
                posts = "; ".join(report.affiliation(one) for one in officials)
                yield Answer(report.doc_id, (*told, *frame_parts(report, frame, "time", "visited")), posts)


def how_many_were_helped(reports: Sequence[Report], about: About) -> Iterator[Answer]:
    """5: households, people and villages that each helper claims."""
    for report in reports:
        told: set[str] = set()
        for frame in _done(report, "ASSIST"):
            places = report.fillers(frame, "place", "beneficiary")
            if about.place and not any(_is_asked(report, one, about) for one in places if one.type == "LOC"):
                continue
            counts = {one.id for one in report.fillers(frame, "beneficiary_count")}
            if counts - told:
                told |= counts
                found = frame_parts(report, frame, "helper", "beneficiary_count", "beneficiary")
                yield Answer(report.doc_id, found, _note(frame))


def what_a_campaign_counted(reports: Sequence[Report], about: About) -> Iterator[Answer]:
    """6: the numbers of a campaign: of its deeds and their topics, of those who take part, and of their meetings."""
    for report in reports:
        seen: set[tuple[int, str]] = set()
        for campaign, frame, number in sorted(_campaign_counts(report), key=lambda found: found[2].start):
            key = (report.thing(campaign).number, number.id)
            if key not in seen and (about.campaign is None or report.is_called(campaign, about.campaign)):
                seen.add(key)
                of = parts(report, "of", report.heads("HAS_QUANTITY", number))
                told = (part(report, "campaign", campaign), part(report, "number", number))
                yield Answer(report.doc_id, (*told, *(of or (trigger_part(report, frame) if frame else ()))))


def which_results_have_numbers(reports: Sequence[Report], _: About) -> Iterator[Answer]:
    """7: results with a number or a sum, of whom, and who helped."""
    for report in reports:
        for result in report.of_type("RESULT"):
            figures = figures_of(report, result)
            if not figures:
                continue
            frames = [one for one in report.of_kind("ASSIST") if result in report.fillers(one, "outcome")]
            helpers = report.distinct(who for frame in frames for who in report.fillers(frame, "helper"))
            told = (part(report, "result", result), *parts(report, "figure", figures))
            of = parts(report, "affects", report.tails("AFFECTS", result))
            yield Answer(report.doc_id, (*told, *of, *parts(report, "helper", helpers)))


def which_problems(reports: Sequence[Report], _: About) -> Iterator[Answer]:
    """8: problems, of whom, from what cause, and who says so."""
    for report in reports:
        for problem in report.of_type("PROBLEM"):
            of = parts(report, "affects", report.tails("AFFECTS", problem))
            by = parts(report, "stated_by", report.tails("STATED_BY", problem))
            cause = problem.attributes.get("cause")
            told = (part(report, "problem", problem), *of, *by)
            yield Answer(report.doc_id, told, f"cause: {cause}" if cause else None)


def what_is_proposed(reports: Sequence[Report], _: About) -> Iterator[Answer]:
    """9: proposals and requirements with who makes them, then papers with motions and suggestions."""
    for report in reports:
        for proposal in report.of_type("PROPOSAL"):
            by = parts(report, "stated_by", report.tails("STATED_BY", proposal))
            told = (part(report, "proposal", proposal), *by)
            yield Answer(report.doc_id, told, None if by else "by the report itself")
        for frame in _done(report, "ADVISE"):
            if frame.attributes.get("kind") in ("motion", "suggestion") and report.fillers(frame, "doc"):
                yield Answer(report.doc_id, frame_parts(report, frame, "doc", "actor", "recipient"), _note(frame))


def what_was_taken_up(reports: Sequence[Report], _: About) -> Iterator[Answer]:
    """10: documents and proposals that somebody adopted or had acted on."""
    for report in reports:
        adopted: dict[int, tuple[Entity, list[Entity]]] = {}
        for paper in report.of_type("DOC", "PROPOSAL"):
            by = list(report.tails("ADOPTED_BY", paper, same_mention=True))
            for frame in _done(report, "ADVISE"):
                if paper in report.fillers(frame, "doc"):
                    by += report.fillers(frame, "adopter")
            adopted.setdefault(report.thing(paper).number, (paper, []))[1].extend(by)
        for paper, adopters in adopted.values():
            if adopters:
                by_whom = parts(report, "adopted_by", report.distinct(adopters))
                yield Answer(report.doc_id, (part(report, "document", paper), *by_whom))


def which_industries(reports: Sequence[Report], _: About) -> Iterator[Answer]:
    """11: lines of production and who runs them."""
    for report in reports:
        for industry in report.of_type("INDUSTRY"):
            who = parts(report, "run_by", report.heads("ENGAGED_IN", industry))
            where = parts(report, "place", report.tails("LOCATED_IN", industry))
            told = (part(report, "industry", industry), *who, *where)
            yield Answer(report.doc_id, told, None if who else "run by nobody named")


def who_was_posted(reports: Sequence[Report], _: About) -> Iterator[Answer]:
    """12: who was posted where, as what, and where they come from."""
    for report in reports:
        for frame in _done(report, "DISPATCH"):
            told = frame_parts(report, frame, "dispatched", "role", "destination", "sender", "count", "time")
            taken = {post.id for post in report.fillers(frame, "role")}
            home = _home(report, report.fillers(frame, "dispatched"), taken)
            yield Answer(report.doc_id, (*told, *parts(report, "member_of", home)))


def which_goods(reports: Sequence[Report], _: About) -> Iterator[Answer]:
    """13: goods that were given, how many, what they are worth, and to whom."""
    for report in reports:
        for frame in _done(report, "ASSIST"):
            goods = [one for one in report.fillers(frame, "measure") if one.attributes.get("kind") == "goods"]
            if goods:
                counted = (number for one in goods for number in report.tails("HAS_QUANTITY", one))
                told = [one for one in counted if one.type == "QUANT"]
                how_many = report.distinct((*told, *report.fillers(frame, "quantity")))
                roles = ("amount", "beneficiary", "beneficiary_count", "helper", "intermediary")
                found = (*parts(report, "goods", goods), *parts(report, "quantity", how_many))
                yield Answer(report.doc_id, (*found, *frame_parts(report, frame, *roles)), _note(frame))


def which_kinds_of_help(reports: Sequence[Report], _: About) -> Iterator[Answer]:
    """14: how many deeds of help there are in each field, the most frequent first; then the words that tell them."""
    found: dict[str, list[tuple[Report, Frame]]] = defaultdict(list)
    for report in reports:
        for frame in _done(report, "ASSIST"):
            found[frame.attributes.get("domain", "not said")].append((report, frame))
    for domain, deeds in sorted(found.items(), key=lambda item: (-len(item[1]), item[0])):
        totals = sum(frame.attributes.get("aggregation") == "total" for _, frame in deeds)
        yield Answer(None, (), f"{domain}: {len(deeds)}{f', {totals} of them totals' if totals else ''}")
    for domain, deeds in sorted(found.items(), key=lambda item: (-len(item[1]), item[0])):
        for report, frame in deeds:
            yield Answer(report.doc_id, (*trigger_part(report, frame), *frame_parts(report, frame, "helper")), domain)


def what_is_planned(reports: Sequence[Report], _: About) -> Iterator[Answer]:
    """15: deeds that are only planned, with all that is said of them."""
    for report in reports:
        for frame in report.frames:
            if frame.attributes.get("realis") == "planned":
                yield Answer(report.doc_id, frame_parts(report, frame), frame.type)


QUESTIONS: tuple[Question, ...] = tuple(
    Question(number, asked, ask)
    for number, (asked, ask) in enumerate(
        (
            ("Who helped a place, with how much, on what, for how many?", who_helped),
            ("How much money is claimed in all, without double counting?", how_much_money),
            ("Which places left poverty, and when?", who_left_poverty),
            ("Which official went to which village?", who_went_where),
            ("How many households or people does each helper claim?", how_many_were_helped),
            ("What did a campaign count?", what_a_campaign_counted),
            ("Which outcomes carry a number?", which_results_have_numbers),
            ("Which problems are reported, of whom, from what cause?", which_problems),
            ("What is proposed, and by whom?", what_is_proposed),
            ("Which proposals were taken up, and by whom?", what_was_taken_up),
            ("Which industries are there, and who runs them?", which_industries),
            ("Who was posted where?", who_was_posted),
            ("What goods were given, how many, to whom?", which_goods),
            ("Which kinds of help dominate?", which_kinds_of_help),
            ("What is only planned?", what_is_planned),
        ),
        1,
    )
)
"""All questions, by number."""


def _done(report: Report, kind: str) -> Iterator[Frame]:
    """The frames of a kind that tell what was done; what is not said to be planned or generic was."""
    return (frame for frame in report.of_kind(kind) if frame.attributes.get("realis", "actual") == "actual")


def _is_asked(report: Report, place: Entity, about: About) -> bool:
    return about.place is None or report.lies_in(place, about.place)


def _note(frame: Frame) -> str | None:
    said = frame.attributes
    notes = ("total" if said.get("aggregation") == "total" else "", said.get("transfer", ""), said.get("kind", ""))
    return ", ".join(note for note in notes if note) or None


def _campaign_counts(report: Report) -> Iterator[tuple[Entity, Frame | None, Entity]]:
    """Campaign, the deed that has the number in a role (if one has), and the number."""
    for kind in ("ASSIST", "VISIT", "ADVISE"):
        for frame in _done(report, kind):
            for campaign in report.fillers(frame, "campaign"):
                yield from ((campaign, frame, number) for number in report.fillers(frame, *_COUNTS))
                for what in report.fillers(frame, *_ACTING, "topic"):
                    yield from ((campaign, frame, number) for number in _numbers(report, what))
    for campaign in report.of_type("CAMPAIGN"):
        yield from ((campaign, None, number) for number in _numbers(report, campaign))
        for kind in ("PARTICIPATES_IN", "ORGANISES"):
            for who in report.heads(kind, campaign, same_mention=True):
                meetings = report.tails("ORGANISES", who, same_mention=True)
                for counted in (who, *(one for one in meetings if one.type == "MEETING")):
                    yield from ((campaign, None, number) for number in _numbers(report, counted))


def _numbers(report: Report, what: Entity) -> tuple[Entity, ...]:
    return report.tails("HAS_QUANTITY", what, same_mention=True)


def _home(report: Report, people: Sequence[Entity], taken: Collection[str]) -> tuple[Entity, ...]:
    """The bodies that people belong to, also through a group or a post other than those `taken` up."""
    groups = [group for one in people for group in report.tails("MEMBER_OF", one)]
    posts = [post for one in people for post in report.tails("HOLDS_ROLE", one) if post.id not in taken]
    above = [body for group in groups for body in report.tails("MEMBER_OF", group)]
    bodies = [body for post in posts for body in report.tails("ROLE_IN", post)]
    return report.distinct(one for one in (*groups, *above, *bodies) if one.type == "ORG")
