/* The list of entries, and what is said of the chosen one. */
function surface(d, fragments) {
  const all = chars(documents[d]),
    parts = [];
  for (let k = 0; k < fragments.length; k += 2) {
    const [start, end] = [fragments[k], fragments[k + 1]];
    parts.push(documents[d].text === null ? `[${start},${end})` : all.slice(start, end).join(""));
  }
  return visible(parts.join(" … "));
}
function visible(text) {
  return text
    .replace(/\n/gu, "⏎")
    .replace(/\t/gu, "⇥")
    .replace(/\u00a0/gu, "⍽")
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, "\ufffd");
}
const clip = (text, most) => {
  const all = Array.from(text);
  return all.length > most ? all.slice(0, most - 1).join("") + "…" : text;
};
const mentions = (item, list) =>
  list.map((one) => clip(surface(item.d, one), 60)).join(item.layer === ARGUMENT ? " ← " : " → ") || "no trigger";

function entryElement(item, place) {
  const type = types[item.type],
    otherType = item.paired ? partnerType(item) : null,
    [mark, family] = sign(item.category);
  let kind = type.name;
  if (otherType !== null && otherType !== item.type)
    kind = item.side === 0 ? `${type.name} → ${types[otherType].name}` : `${types[otherType].name} → ${type.name}`;
  const made = element(
    "button",
    {type: "button", class: `entry f-${family}`, "data-place": place, tabindex: "-1"},
    element(
      "span",
      {class: "head"},
      element("span", {class: "category"}, `${mark} ${item.category}`),
      element("span", {class: "quiet"}, item.detail || ""),
      element("bdi", {class: "kind"}, kind),
    ),
  );
  const other = item.paired && partnerOf(item);
  const lines = [[item, item.mentions]];
  if (other) lines.push([other, other.mentions]);
  lines.sort((one, next) => one[0].side - next[0].side);
  const same = other && mentions(item, item.mentions) === mentions(other, other.mentions);
  for (const [one, list] of same ? lines.slice(0, 1) : lines) {
    made.append(
      element(
        "span",
        {class: "said"},
        element("span", {class: "side"}, same ? "both " : one.side ? "predicted " : "gold "),
        element("bdi", {lang: data.language}, mentions(one, list)),
      ),
    );
  }
  return element("li", {}, made);
}

function listEntries() {
  $("list").replaceChildren();
  rendered = 0;
  moreEntries();
  const errors = shown.filter((item) => !right.has(item.category)).length;
  const inDocuments = new Set(shown.map((item) => item.d)).size;
  const named = (number, what) => `${number} ${what}${number === 1 ? "" : "s"}`;
  $("count").textContent =
    `${shown.length} of ${entries.length} listed, ${named(errors, "error")}, ${named(inDocuments, "document")}`;
  $("count").dataset.shown = shown.length;
}
function moreEntries() {
  const list = $("list"),
    last = list.querySelector(".more");
  if (last) last.parentNode.remove();
  const end = Math.min(rendered + CHUNK, shown.length);
  for (; rendered < end; rendered += 1) {
    const item = shown[rendered];
    if (rendered === 0 || shown[rendered - 1].d !== item.d)
      list.append(element("li", {class: "of"}, documents[item.d].id));
    list.append(entryElement(item, rendered));
  }
  if (rendered < shown.length) {
    const more = element("button", {type: "button", class: "more"}, `show more (${shown.length - rendered})`);
    more.addEventListener("click", moreEntries);
    list.append(element("li", {}, more));
  }
  if (!shown.length) list.append(element("li", {class: "empty"}, "Nothing passes the filters."));
}

function highlight(item, firm) {
  for (const name of ["here", "end", "echo", "opening", "closing"])
    for (const made of $("text").querySelectorAll(`.${name}`)) made.classList.remove(name);
  if (item.d !== opened) return;
  const put = (side, lists, own) =>
    lists.forEach((flat) => {
      for (const {start, end, made} of segments[side]) {
        if (!covers(flat, start)) continue;
        made.classList.add(own);
        if (flat.some((bound, index) => index % 2 === 0 && bound === start)) made.classList.add("opening");
        if (flat.some((bound, index) => index % 2 === 1 && bound === end)) made.classList.add("closing");
      }
    });
  const other = partnerOf(item);
  put(item.side, item.mentions, firm ? "here" : "end");
  put(
    1 - item.side,
    other ? other.mentions : item.otherMentions || item.mentions,
    other || item.otherMentions ? (firm ? "here" : "end") : "echo",
  );
  for (const one of other ? [item, other] : [item])
    for (const made of badges.get(`${one.i}`) || []) made.classList.add("here");
}

function select(place, scroll) {
  if (place < 0 || place >= shown.length) return;
  while (rendered <= place) moreEntries();
  for (const made of $("list").querySelectorAll("[aria-current]")) made.removeAttribute("aria-current");
  current = place;
  const item = shown[place],
    made = $("list").querySelector(`[data-place="${place}"]`);
  made.setAttribute("aria-current", "true");
  if (scroll) bringIntoView(made);
  show(item, true);
}

/* Scrolls the list alone: the page itself stays where it is. */
function bringIntoView(made) {
  const list = $("list"),
    frame = list.getBoundingClientRect(),
    box = made.getBoundingClientRect();
  if (box.top < frame.top + 30) list.scrollTop -= frame.top + 30 - box.top;
  else if (box.bottom > frame.bottom) list.scrollTop += box.bottom - frame.bottom;
}

function show(item, scroll) {
  openDocument(item.d, false);
  highlight(item, true);
  describe(item);
  const flat = item.mentions[0];
  const target = flat && segments[item.side].find(({start}) => covers(flat, start));
  if (!target || !scroll) return;
  const box = $("text");
  /* twice: lines that were never shown have a guessed height until they are */
  for (let round = 0; round < 2; round += 1) {
    const where = target.made.getBoundingClientRect(),
      frame = box.getBoundingClientRect();
    box.scrollTop += where.top - frame.top - box.clientHeight / 3;
  }
}

function describe(item) {
  const [mark, family] = sign(item.category),
    other = partnerOf(item);
  const box = $("detail");
  const head = element(
    "p",
    {class: `f-${family}`},
    element("span", {class: "category"}, `${mark} ${item.category}`),
    item.detail ? ` (${item.detail})` : "",
    element("span", {class: "quiet"}, ` ${layers[item.layer]}, `),
    element("bdi", {class: "quiet"}, documents[item.d].id),
  );
  const line = (side, type, id, list, remark) => {
    const made = element(
      "p",
      {},
      element("span", {class: "side"}, SIDES[side]),
      element("strong", {}, types[type].name),
      " ",
      element("span", {lang: data.language, class: "zh"}, types[type].zh),
      " ",
    );
    list.forEach((flat, place) => {
      if (place) made.append(item.layer === ARGUMENT ? " ← " : " → ");
      const offsets = [];
      for (let k = 0; k < flat.length; k += 2) offsets.push(`[${flat[k]},${flat[k + 1]})`);
      const part = PARTS[layers[item.layer]];
      if (part) made.append(element("span", {class: "quiet"}, `${part[place]} `));
      if (documents[item.d].text !== null)
        made.append(element("bdi", {lang: data.language}, surface(item.d, flat)), " ");
      made.append(element("code", {class: "quiet"}, offsets.join("+")));
    });
    made.append(" ", element("code", {class: "quiet"}, id), remark);
    return [side, made];
  };
  const lines = [line(item.side, item.type, item.id, item.mentions, "")];
  const remark = item.paired ? "" : element("span", {class: "quiet"}, " explains it, paired otherwise");
  if (other) lines.push(line(other.side, other.type, other.id, other.mentions, remark));
  else if (item.otherType !== null)
    lines.push(line(1 - item.side, item.otherType, item.otherId, item.otherMentions, remark));
  else
    lines.push([
      1 - item.side,
      element(
        "p",
        {},
        element("span", {class: "side"}, SIDES[1 - item.side]),
        element("span", {class: "quiet"}, "nothing"),
      ),
    ]);
  box.replaceChildren(head, ...lines.sort((left, right_) => left[0] - right_[0]).map(([, made]) => made));
}
