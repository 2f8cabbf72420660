"""Relations, roles and clusters: hints on what is admissible, the nearest first, the likeliest type taken at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from workbench.annotation.drafts.edits import EditRefused
from workbench.annotation.drafts.links import Link, Partner
from workbench.tui.editor.editor import Editor, Handler
from workbench.tui.editor.prompts import Linking
from workbench.tui.editor.suggesting import attend_suggestion
from workbench.tui.keys.keymap import Binding
from workbench.tui.layout.hints import hint_labels


def _link(editor: Editor, _: Binding) -> None:
    if isinstance(editor.prompt, Linking):
        _choose(editor, editor.prompt, editor.prompt.nearest)
        return
    _open(editor, _linkable(editor), "link")


def _linkable(editor: Editor) -> str:
    """What Space links: the focus, else what was labelled or accepted last, while a suggestion waits."""
    draft = editor.session.draft
    if (
        editor.focus is None
        and editor.made is not None
        and (editor.made in draft.entities or editor.made in draft.frames)
    ):
        return editor.made
    return editor.item()


def _cluster(editor: Editor, _: Binding) -> None:
    _open(editor, editor.item(), "cluster")


def _partners(editor: Editor, item: str, purpose: str) -> Sequence[Partner]:
    within = editor.page.visible
    if purpose == "cluster":
        if item not in editor.session.draft.entities:
            raise EditRefused("只有实体有同指", "only entities have clusters")
        return editor.session.same_things(item, within)
    return editor.session.partners(item, within)


def _open(editor: Editor, item: str, purpose: str) -> None:
    partners = _partners(editor, item, purpose)
    if not partners:
        raise EditRefused("屏幕上没有可连接的", "nothing on the screen can be linked with it")
    back, editor.focus, editor.candidate = editor.candidate, item, None
    hinted = {hint: partners[number] for number, hint in hint_labels(range(len(partners))).items()}
    editor.ask(Linking(item, hinted, next(iter(hinted)), purpose, back=back))


def choose_hint(editor: Editor, prompt: Linking, letter: str) -> None:
    """Take the partner whose hint is typed; of two-letter hints the first letter waits for the second."""
    typed = prompt.typed + letter
    if typed in prompt.partners:
        _choose(editor, prompt, typed)
    elif any(hint.startswith(typed) for hint in prompt.partners):
        editor.ask(replace(prompt, typed=typed))
    else:
        editor.ask(replace(prompt, typed=""))
        editor.say(f"没有提示 {typed}", f"there is no hint {typed}", "refused")


def _choose(editor: Editor, prompt: Linking, hint: str) -> None:
    partner = prompt.partners.get(hint)
    if partner is None:
        raise EditRefused("没有更多可连接的", "nothing else can be linked")
    if prompt.purpose == "cluster":
        editor.session.cluster(prompt.item, partner.entity)
        editor.say("已归为同一所指", "one cluster now")
        _renew(editor, prompt, hint, "", None)
        return
    made = link_with(editor, prompt.item, partner.entity, partner.links[0])
    _renew(editor, prompt, hint, made, partner)


def _renew(editor: Editor, prompt: Linking, used: str, made: str, linked: Partner | None) -> None:
    """Keep the hints where they are, but for the one just used; the nearest of the others is offered next."""
    left = {hint: partner for hint, partner in prompt.partners.items() if hint != used}
    renewed = replace(prompt, partners=left, nearest=next(iter(left), ""), last=made, linked=linked, typed="")
    if left or renewed.readings:
        editor.ask(renewed)
        return
    editor.ask(None)
    back = prompt.back and editor.session.offering.find(prompt.back.key)
    if back:
        attend_suggestion(editor, back)


def choose_reading(editor: Editor, prompt: Linking, number: int) -> None:
    """Turn the link just made into another of its admissible readings, as one step."""
    if prompt.linked is None or not 1 <= number <= len(prompt.readings):
        raise EditRefused(f"没有第 {number} 项", f"there is no choice {number}")
    made = prompt.last
    if number > 1:
        editor.session.undo()
        made = link_with(editor, prompt.item, prompt.linked.entity, prompt.readings[number - 1])
    _renew(editor, prompt, "", made, None)


def link_with(editor: Editor, item: str, other: str, link: Link) -> str:
    """Make a relation, or fill a role of a frame; the relation's id, or the frame's."""
    session = editor.session
    names = session.schema
    surface = session.draft.entities[other].text or other
    if item in session.draft.frames:
        made = session.fill(item, link.type, other)
        role = names.frame_types[session.draft.frames[item].type].roles[link.type]
        editor.say(f"{role.zh} ← «{surface}»", f"{link.type} filled")
        return made.ids[0]
    head, tail = (item, other) if link.forward else (other, item)
    made = session.relate(link.type, head, tail)
    editor.last_relation = made.ids[0]
    arrow = "→" if link.forward else "←"
    editor.say(f"{names.relation_types[link.type].zh} {arrow} «{surface}»", f"{link.type} made")
    return made.ids[0]


def _reverse(editor: Editor, _: Binding) -> None:
    draft = editor.session.draft
    relation = editor.last_relation
    if relation is None or relation not in draft.relations:
        relation = next((one.id for one in draft.links.get(editor.focus or "", ()) if one.id in draft.relations), None)
    if relation is None:
        raise EditRefused("没有可改的关系", "there is no relation to change")
    editor.session.reverse(relation)
    after = editor.session.draft.relations[relation]
    head, tail = (editor.session.draft.entities[end].text for end in (after.head, after.tail))
    name = editor.session.schema.relation_types[after.type].zh
    editor.say(f"«{head}» {name} → «{tail}»", f"now {after.type}")


def actions() -> dict[str, Handler]:
    """The handlers of this module by action."""
    return {"link": _link, "cluster": _cluster, "reverse": _reverse}
