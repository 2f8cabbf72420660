"""Lists beside the text: attributes and values, links of the focus, finished layers, problems, the guideline, notes."""

from __future__ import annotations

from workbench.annotation.drafts.edits import EditRefused, attributes_of, part_of
from workbench.core.errors import WorkbenchError
from workbench.core.records import UNRESOLVED, Entity, Frame, Relation
from workbench.tui.editor.editor import Editor, Handler
from workbench.tui.editor.guideline import guideline
from workbench.tui.editor.linking import choose_reading
from workbench.tui.editor.prompts import Entry, Linking, Listing, Row, doing
from workbench.tui.editor.valuing import parse_value, shown_value
from workbench.tui.keys.keymap import Binding

# Moving and choosing in an open list


def choose(editor: Editor, number: int) -> None:
    """Take the n-th row of the open list, counted from 1.

    Raises:
        EditRefused: there is no such row, or it cannot be chosen.
    """
    prompt = editor.prompt
    if isinstance(prompt, Linking):
        choose_reading(editor, prompt, number)
        return
    if not isinstance(prompt, Listing):
        return
    if not 1 <= number <= len(prompt.rows):
        raise EditRefused(f"没有第 {number} 项", f"there is no row {number}")
    row = prompt.rows[number - 1]
    editor.ask(prompt.moved(number - 1 - prompt.at))
    _run(editor, row)


def _run(editor: Editor, row: Row) -> None:
    if row.choose is None:
        return
    before = editor.prompt
    row.choose()
    if editor.prompt is before and isinstance(before, Listing):
        at = before.at
        editor.relist()
        if isinstance(editor.prompt, Listing):
            editor.ask(editor.prompt.moved(at - editor.prompt.at))


def confirm(editor: Editor, _: Binding) -> bool:
    """Enter where something is open: take the row, the entered line, the nearest partner; False where nothing is."""
    prompt = editor.prompt
    if isinstance(prompt, Entry):
        editor.ask(None)
        prompt.done(prompt.text)
        return True
    if isinstance(prompt, Listing):
        if prompt.rows:
            _run(editor, prompt.rows[prompt.at])
        return True
    return False


def delete_row(editor: Editor) -> bool:
    """Backspace in an open list: delete what the row is about; False where no list is open."""
    prompt = editor.prompt
    if not isinstance(prompt, Listing):
        return False
    row = prompt.rows[prompt.at] if prompt.rows else None
    if row is None or row.delete is None:
        raise EditRefused("此行不能删除", "this row cannot be deleted")
    row.delete()
    if editor.prompt is prompt:
        editor.relist()
    return True


def step(editor: Editor, by: int) -> bool:
    """Arrow and page keys in an open list; False where no list is open."""
    if not isinstance(editor.prompt, Listing):
        return False
    editor.ask(editor.prompt.moved(by))
    return True


# Attributes and value


def _attributes(editor: Editor, _: Binding) -> None:
    item = editor.item()
    editor.ask(Listing(f"属性 · {_title(editor, item)}", _attribute_rows(editor, item)))


def _title(editor: Editor, item: str) -> str:
    thing = editor.session.draft.parts[part_of(editor.session.draft, item)][item]
    text = (
        thing.text
        if isinstance(thing, Entity)
        else thing.trigger.text
        if isinstance(thing, Frame) and thing.trigger
        else ""
    )
    return f"{thing.type} {text or ''}".strip()


def _attribute_rows(editor: Editor, item: str) -> list[Row]:
    session = editor.session
    part = part_of(session.draft, item)
    thing = session.draft.parts[part][item]
    rows = []
    for name, known in attributes_of(session.schema, part, thing.type).items():
        if name == UNRESOLVED:
            continue
        given = thing.attributes.get(name)
        label = known.labels.get(given, given) if given else f"({known.default})" if known.default else "?"
        rows.append(
            Row(
                f"{known.zh or name} {name} = {label}",
                choose=doing(_open_attribute, editor, item, name),
                delete=doing(session.set_attribute, item, name, None),
                key=name,
            )
        )
    entity = session.draft.entities.get(item)
    if entity is not None and session.schema.entity_types[entity.type].value is not None:
        rows.insert(
            0,
            Row(
                f"数值 value = {shown_value(entity.value)}",
                choose=doing(_open_value, editor, item),
                delete=doing(session.set_value, item, None),
                key="value",
            ),
        )
    return rows


def _open_attribute(editor: Editor, item: str, name: str) -> None:
    session = editor.session
    part = part_of(session.draft, item)
    thing = session.draft.parts[part][item]
    known = attributes_of(session.schema, part, thing.type)[name]

    def set_to(value: str | None) -> None:
        session.set_attribute(item, name, value)
        editor.again = doing(_set_again, editor, name, value)
        editor.ask(None)
        editor.say(f"{known.zh or name} = {known.labels.get(value or '', value or '无')}", f"{name} set")

    if not known.values:
        editor.ask(
            Entry(
                f"{known.zh or name} {name}",
                lambda text: set_to(text.strip() or None),
                text=thing.attributes.get(name, ""),
                position=len(thing.attributes.get(name, "")),
            )
        )
        return
    rows = [
        Row(
            f"{known.labels.get(value, value)} {value}",
            choose=doing(set_to, value),
            mark="●" if thing.attributes.get(name) == value else " ",
        )
        for value in known.values
    ]
    rows.append(Row("无 none", choose=doing(set_to, None), mark=" "))
    editor.ask(Listing(f"{known.zh or name} · {name}", rows))


def _set_again(editor: Editor, name: str, value: str | None) -> None:
    editor.session.set_attribute(editor.item(), name, value)


def _open_value(editor: Editor, item: str) -> None:
    entity = editor.session.draft.entities[item]
    kind = editor.session.schema.entity_types[entity.type].value

    def enter(text: str) -> None:
        try:
            value = parse_value(text, kind)
        except WorkbenchError as error:
            editor.ask(Entry(f"数值不对:{error} · value", enter, text=text, position=len(text)))
            return
        editor.session.set_value(item, value)
        editor.say(f"数值 {shown_value(value)}", "value set")

    text = shown_value(entity.value)
    editor.ask(Entry(f"数值 {kind} «{entity.text}»", enter, text=text, position=len(text)))


# Links of the focus


def _links(editor: Editor, _: Binding) -> None:
    item = editor.item()

    def rows() -> list[Row]:
        return _link_rows(editor, item)

    if not rows():
        raise EditRefused("没有关系(Space 新建)", "nothing is linked (Space makes one)")
    editor.ask(Listing(f"关系 · {_title(editor, item)}(Bksp 删除)", rows(), again=rows))


def _link_rows(editor: Editor, item: str) -> list[Row]:
    session, draft = editor.session, editor.session.draft
    rows: list[Row] = []
    frame = draft.frames.get(item)
    for argument in frame.arguments if frame else ():
        role = session.schema.frame_types[frame.type].roles.get(argument.role) if frame else None
        rows.append(
            Row(
                f"{role.zh if role else argument.role} ← {draft.entities[argument.entity].text}",
                choose=doing(_goto, editor, argument.entity),
                delete=doing(session.unfill, item, argument.role, argument.entity),
            )
        )
    for one in draft.links.get(item, ()):
        rows.append(_relation_row(editor, item, one) if isinstance(one, Relation) else _frame_row(editor, item, one))
    entity = draft.entities.get(item)
    if entity is not None and entity.cluster:
        others = [one for one in draft.order if one.cluster == entity.cluster and one.id != item]
        rows += [Row(f"同指 {one.text}", choose=doing(_goto, editor, one.id)) for one in others]
        rows.append(Row("取消此处的同指", delete=doing(session.uncluster, item)))
    return rows


def _relation_row(editor: Editor, item: str, one: Relation) -> Row:
    draft = editor.session.draft
    other, arrow = (one.tail, "→") if one.head == item else (one.head, "←")
    name = editor.session.schema.relation_types[one.type].zh if one.type in editor.session.schema.relation_types else ""
    return Row(
        f"{arrow} {name} {one.type} {draft.entities[other].type} {draft.entities[other].text}",
        choose=doing(_goto, editor, other),
        delete=doing(editor.session.delete, [one.id]),
        key=one.id,
    )


def _frame_row(editor: Editor, item: str, one: Frame) -> Row:
    roles = [argument.role for argument in one.arguments if argument.entity == item]
    trigger = one.trigger.text if one.trigger else ""
    return Row(
        f"{one.type} {trigger}:{', '.join(roles)}",
        choose=doing(_goto, editor, one.id),
        delete=doing(editor.session.unfill, one.id, roles[0], item),
        key=one.id,
    )


def _goto(editor: Editor, item: str) -> None:
    editor.ask(None)
    editor.attend(item)


# Layers, problems, notes, the guideline


def _layers(editor: Editor, _: Binding) -> None:
    session = editor.session

    def toggle(layer: str) -> None:
        finished = set(session.schema.finishable if session.draft.finished is None else session.draft.finished)
        finished ^= {layer}
        every = set(session.schema.finishable)
        session.finish(None if finished == every else sorted(finished))

    def rows() -> list[Row]:
        finished = session.draft.finished
        named = {"relations": "关系", "frames": "事件"}
        return [
            Row(
                f"{session.schema.layers[layer].zh if layer in session.schema.layers else named[layer]} {layer}",
                choose=doing(toggle, layer),
                mark="✓" if finished is None or layer in finished else " ",
            )
            for layer in session.schema.finishable
        ]

    editor.ask(Listing("完成的层(D 时发布;数字改)· finished layers", rows(), again=rows))


def _problems(editor: Editor, _: Binding) -> None:
    found = editor.session.problems()
    if not found:
        editor.say("没有问题", "no problems", "notice")
        return
    rows = [
        Row(
            f"{one.rule}: {one.message}",
            choose=doing(_goto_problem, editor, one.item),
            mark="✗" if one.severity == "error" else "!",
            key=one.item,
            style=one.severity,
        )
        for one in found
    ]
    errors = sum(one.severity == "error" for one in found)
    editor.ask(Listing(f"问题:{errors} 个错误,{len(found) - errors} 个提醒 · problems", rows, context="table"))


def _goto_problem(editor: Editor, item: str) -> None:
    relation = editor.session.draft.relations.get(item)
    if relation is not None:
        editor.last_relation = relation.id
    _goto(editor, relation.head if relation is not None else item)


def _comment(editor: Editor, _: Binding) -> None:
    draft, item = editor.session.draft, editor.focus
    note = draft.note if item is None else draft.parts[part_of(draft, item)][item].note

    def write(text: str) -> None:
        editor.session.comment(item, text)
        editor.say("备注已写", "noted")

    about = "全文" if item is None else _title(editor, item)
    editor.ask(Entry(f"备注 · {about}", write, text=note or "", position=len(note or "")))


def _guideline(editor: Editor, _: Binding) -> None:
    draft, schema = editor.session.draft, editor.session.schema
    if editor.candidate is not None:
        _read_guideline(editor, editor.candidate.item.type)
    elif editor.focus is not None:
        _read_guideline(editor, draft.parts[part_of(draft, editor.focus)][editor.focus].type)
    else:
        kinds = {**schema.entity_types, **schema.frame_types, **schema.relation_types}
        rows = [Row(f"{one.zh} {name} · {one.en}", doing(_read_guideline, editor, name)) for name, one in kinds.items()]
        editor.ask(Listing("指南:选类型 · guideline of which type?", rows, context="table"))


def _read_guideline(editor: Editor, kind: str) -> None:
    rows = [Row(line) for line in guideline(editor.session.schema, kind)]
    editor.ask(Listing(f"指南 · {kind}", rows, context="help"))


def actions() -> dict[str, Handler]:
    """The handlers of this module by action."""
    return {
        "attributes": _attributes,
        "links": _links,
        "layers_finished": _layers,
        "problems": _problems,
        "comment": _comment,
        "guideline": _guideline,
        "choose": lambda editor, binding: choose(editor, binding.number or 1),
    }
