"""The table of the benchmark: other tools, our measured rows, bars and targets, and where the keys go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from statistics import mean

from tests.benchmarks.keystrokes.peers import PEERS
from tests.benchmarks.keystrokes.replay import Replayed, keys_by

COLD_TARGET, WARM_TARGET, LINK_TARGET, SHARE = 3.5, 2.0, 2.8, 0.70


def p90(values: Sequence[float]) -> float:
    """The value that nine of ten do not exceed."""
    return sorted(values)[min(len(values) - 1, int(0.9 * len(values)))]


def summary(replayed: Sequence[Replayed]) -> dict[str, float]:
    """Mean keys: for each entity (with everything spent on suggestions of entities), relation, frame, argument."""
    keys = keys_by(replayed, "layer")
    sizes = {
        "entity": sum(len(one.gold.entities) for one in replayed),
        "relation": sum(len(one.gold.ties) for one in replayed),
        "frame": sum(len(one.gold.deeds) for one in replayed),
        "argument": sum(len(deed.fillers) for one in replayed for deed in one.gold.deeds),
    }
    return {layer: keys[(layer,)] / max(1, size) for layer, size in sizes.items()}


def render(rows: Mapping[str, Sequence[Replayed]]) -> Iterator[str]:
    """The whole report, line by line; `rows` has the replays by setting."""
    cold = rows["cold"]
    yield f"{'tool / grammar':40} {'keys/entity':>11} {'p90':>4} {'keys/relation':>13}  frame  /argument"
    peers: dict[str, float] = {}
    for peer in PEERS:
        costs = [cost for one in cold for cost in one.peers[peer.name]]
        links = [cost for one in cold for cost in one.peer_links.get(peer.name, ())]
        peers[peer.name] = mean(costs)
        shown = f"{mean(links):13.1f}" if links else f"{'—':>13}"
        yield f"{peer.name:40} {mean(costs):11.2f} {p90(costs):4.0f} {shown}      —          —  {peer.remark}"
    for name, replayed in rows.items():
        found = summary(replayed)
        spent = [cost for one in replayed for cost in one.spent.values()]
        yield (
            f"{'ours measured: ' + name:40} {found['entity']:11.2f} {p90(spent):4.0f} {found['relation']:13.2f} "
            f"{found['frame']:6.2f} {found['argument']:10.2f}  {_state(replayed)}"
        )
    yield ""
    yield from _bars(rows, peers)
    for name, replayed in rows.items():
        yield ""
        yield from _where(name, replayed)


def _state(replayed: Sequence[Replayed]) -> str:
    if all(one.exact for one in replayed):
        return "draft = gold"
    gaps = [f"{one.doc_id[:3]} {layer} {len(gap)}" for one in replayed for layer, gap in one.gaps().items() if gap]
    return f"DRAFT DIFFERS: {', '.join(gaps)}"


def _bars(rows: Mapping[str, Sequence[Replayed]], peers: Mapping[str, float]) -> Iterator[str]:
    cold = summary(rows["cold"])
    best = min(peers, key=lambda name: peers[name])
    passed = cold["entity"] < peers[best]
    yield f"bar: cold {cold['entity']:.2f} < every other row (best: {best}, {peers[best]:.2f}): {_verdict(passed)}"
    warm = summary(rows["rules + strings"]) if "rules + strings" in rows else None
    if warm is not None:
        share = warm["entity"] / cold["entity"]
        verdict = _verdict(share <= SHARE)
        yield f"bar: with suggestions {warm['entity']:.2f} = {share:.0%} of cold <= {SHARE:.0%}: {verdict}"
        total = {name: sum(len(one.presses) for one in replayed) for name, replayed in rows.items()}
        yield f"     all keys, relations and frames too: {total['rules + strings'] / total['cold']:.0%} of cold"
        yield f"target: with suggestions {warm['entity']:.2f}, {warm['entity'] - WARM_TARGET:+.2f} to {WARM_TARGET}"
    yield f"target: cold {cold['entity']:.2f}, {cold['entity'] - COLD_TARGET:+.2f} to {COLD_TARGET}"
    for name, replayed in rows.items():
        found = summary(replayed)["relation"]
        yield f"target: relation, {name} {found:.2f}, {found - LINK_TARGET:+.2f} to {LINK_TARGET}"


def _verdict(passed: bool) -> str:
    return "pass" if passed else "FAIL"


def _where(name: str, replayed: Sequence[Replayed]) -> Iterator[str]:
    total = sum(len(one.presses) for one in replayed)
    shifted = sum(press.shifted for one in replayed for press in one.presses)
    yield f"== {name}: {total} keys; {shifted} of them with Shift or Ctrl"
    for layer in ("entity", "relation", "frame", "argument"):
        kinds = sorted(
            ((count, kind) for (of, kind), count in keys_by(replayed, "layer", "kind").items() if of == layer),
            reverse=True,
        )
        yield f"   {layer:9} " + ", ".join(f"{kind} {count}" for count, kind in kinds)
    yield "   entities by class (keys each):"
    keys = keys_by(replayed, "layer", "group")
    sizes = keys_of_classes(replayed)
    for group, size in sorted(sizes.items(), key=lambda item: -keys[("entity", item[0])]):
        spent = keys[("entity", group)]
        by_kind = {
            kind: count
            for (of, at, kind), count in keys_by(replayed, "layer", "group", "kind").items()
            if (of, at) == ("entity", group)
        }
        parts = ", ".join(
            f"{kind} {count / size:.2f}" for kind, count in sorted(by_kind.items(), key=lambda one: -one[1])
        )
        yield f"     {group:15} {size:4} x {spent / size:5.2f} = {spent:4}   {parts}"
    decided = keys[("entity", "suggestions")]
    if decided:
        yield f"     {'(suggestions)':15} {decided:4} keys for Tab and for rejecting what is not in the gold"
    hidden = sum(one.hidden for one in replayed)
    if hidden:
        yield f"   {hidden} partners were linked whose hint another hint hides (needs the list beside the text)"
    for one in replayed:
        for item in (*one.given_up, *(f"refused: {refusal}" for refusal in one.refusals)):
            yield f"   {one.doc_id[:3]} {item}"


def keys_of_classes(replayed: Sequence[Replayed]) -> dict[str, int]:
    """How many entities each class has."""
    sizes: dict[str, int] = {}
    for one in replayed:
        for group in one.classes.values():
            sizes[group] = sizes.get(group, 0) + 1
    return sizes
