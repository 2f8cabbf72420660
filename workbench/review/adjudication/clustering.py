"""Clusters of gold: which entities are one thing, from the links of annotators and the decisions about them.

Two entities that an annotator has both of are one thing for them or not; who lacks one of the two says nothing. What
all agree on holds, and what follows from it; a component with a pair that is disputed is a unit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from workbench.review.adjudication.decisions import Decision
from workbench.review.adjudication.items import ClusterItem
from workbench.review.adjudication.nodes import Node, Nodes
from workbench.review.adjudication.settling import Judged, Stale, Status
from workbench.review.adjudication.units import Says, Unit, unit_of

Pair = tuple[str, str]


class Clusters(NamedTuple):
    """The units about clusters, the clusters as ids of nodes, and the decisions that do not apply."""

    judged: tuple[Judged, ...]
    clusters: tuple[frozenset[str], ...]
    stale: tuple[Stale, ...]


def cluster(nodes: Sequence[Node], known: Nodes, decisions: Sequence[Decision]) -> Clusters:
    """Settle the clusters of one document; `nodes` are those whose type is clustered."""
    by_id = {node.id: node for node in nodes}
    order = {node.id: place for place, node in enumerate(nodes)}
    votes = _votes(nodes)
    ruled, stale = _rulings(decisions, known, by_id)
    links = {pair for pair, said in votes.items() if True in said.values()}
    links |= {pair for pair, found in ruled.items() if found[0]}
    judged: list[Judged] = []
    clusters: list[frozenset[str]] = []
    for component in _components(sorted(order, key=order.__getitem__), links):
        if len(component) == 1:
            continue
        members = sorted(component, key=order.__getitem__)
        pairs = [pair for pair in combinations(members, 2) if pair in votes or pair in ruled]
        linked, disputed = _decide(pairs, votes, ruled)
        groups = _components(members, linked)
        torn = [pair for pair in pairs if pair not in linked and pair not in disputed and _together(pair, groups)]
        unit = _unit([by_id[name] for name in members], not disputed and not torn)
        used = {ruled[pair][1].id: ruled[pair][1] for pair in pairs if pair in ruled}
        if disputed or torn:
            judged.append(Judged(unit, "open"))
            stale += [Stale(one, "mentions came up that it did not judge", unit.key) for one in used.values()]
            clusters += [frozenset(group) for group in _components(members, linked - set(torn)) if len(group) > 1]
            continue
        decision = next(iter(used.values()), None)
        status: Status = "agreed"
        if decision is not None:
            status = "unresolved" if decision.choice == "unresolved" else "adjudicated"
        kept = [frozenset(group) for group in groups if len(group) > 1]
        items = tuple(
            ClusterItem(mentions=tuple(by_id[name].mention for name in sorted(group, key=order.__getitem__)))
            for group in kept
        )
        judged.append(Judged(unit, status, items, decision))
        clusters += kept
    return Clusters(tuple(judged), tuple(clusters), tuple(stale))


def _votes(nodes: Sequence[Node]) -> dict[Pair, dict[str, bool]]:
    """For every pair of nodes that an annotator has both of: whether they are one thing for them."""
    votes: dict[Pair, dict[str, bool]] = {}
    authors = sorted({author for node in nodes for author in node.members})
    for author in authors:
        mine = [(node.id, node.members[author].cluster) for node in nodes if author in node.members]
        for (one, left), (other, right) in combinations(mine, 2):
            votes.setdefault((one, other), {})[author] = left is not None and left == right
    return votes


def _rulings(
    decisions: Sequence[Decision], known: Nodes, by_id: Mapping[str, Node]
) -> tuple[dict[Pair, tuple[bool, Decision]], list[Stale]]:
    """For every pair of nodes that a decision has judged: whether they are one thing."""
    order = {name: place for place, name in enumerate(by_id)}
    ruled: dict[Pair, tuple[bool, Decision]] = {}
    stale: list[Stale] = []
    void: set[str] = set()
    for decision in decisions:
        items = [item for item in decision.items if isinstance(item, ClusterItem)]
        if decision.choice == "unresolved":
            items = []
        home: dict[str, int] = {}
        for number, item in enumerate(items):
            home.update(dict.fromkeys(_found(item, known, by_id), number))
        seen = [item for reading in decision.seen for item in reading.items if isinstance(item, ClusterItem)]
        names = {name for item in (*seen, *items) for name in _found(item, known, by_id)}
        if len(names) < 2:
            stale.append(Stale(decision, "of the mentions that it judged, gold has less than two"))
            continue
        pairs = list(combinations(sorted(names, key=order.__getitem__), 2))
        verdicts = {pair: home.get(pair[0], -1) == home.get(pair[1], -2) for pair in pairs}
        against = {
            ruled[pair][1].id: ruled[pair][1] for pair in pairs if pair in ruled and ruled[pair][0] != verdicts[pair]
        }
        if against:
            why = "contradicts another decision about the same mentions: withdraw one of them"
            stale += [Stale(one, why) for one in (decision, *against.values()) if one.id not in void]
            void |= {decision.id, *against}
            continue
        ruled.update({pair: (verdict, decision) for pair, verdict in verdicts.items()})
    return {pair: found for pair, found in ruled.items() if found[1].id not in void}, stale


def _found(item: ClusterItem, known: Nodes, by_id: Mapping[str, Node]) -> Iterator[str]:
    for mention in item.mentions:
        node = known.find(mention)
        if node is not None and node.id in by_id:
            yield node.id


def _decide(
    pairs: Sequence[Pair], votes: Mapping[Pair, Mapping[str, bool]], ruled: Mapping[Pair, tuple[bool, Decision]]
) -> tuple[set[Pair], set[Pair]]:
    """The pairs that are one thing, and those that annotators dispute and nobody has decided."""
    linked, disputed = set(), set()
    for pair in pairs:
        if pair in ruled:
            if ruled[pair][0]:
                linked.add(pair)
        elif len(set(votes[pair].values())) > 1:
            disputed.add(pair)
        elif True in votes[pair].values():
            linked.add(pair)
    return linked, disputed


def _components(names: Sequence[str], links: set[Pair]) -> list[list[str]]:
    """The connected parts, each in the order of the names."""
    parent = {name: name for name in names}

    def root(name: str) -> str:
        while parent[name] != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    for one, other in sorted(links):
        if one in parent and other in parent:
            parent[root(one)] = root(other)
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(root(name), []).append(name)
    return list(found.values())


def _together(pair: Pair, groups: Sequence[Sequence[str]]) -> bool:
    return any(pair[0] in group and pair[1] in group for group in groups)


def _unit(members: Sequence[Node], agreed: bool) -> Unit:
    """The unit of one component: how each annotator divides what they have of it."""
    said = []
    for author in sorted({author for node in members for author in node.members}):
        groups: dict[str, list[Node]] = {}
        for node in members:
            if author in node.members:
                groups.setdefault(node.members[author].cluster or node.id, []).append(node)
        items = tuple(ClusterItem(mentions=tuple(node.mention for node in group)) for group in groups.values())
        atoms = frozenset(frozenset(node.id for node in group) for group in groups.values())
        said.append(Says(author, items, atoms))
    unit = unit_of("cluster", said, (), members[0].item.spans)
    return unit._replace(agreed=agreed)
