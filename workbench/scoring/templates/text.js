/* Gold and prediction side by side on the text of a document. */
let segments = [[], []],
  badges = new Map();

/* Each span gets the lowest lane that no shorter span it overlaps has taken; lanes count from the text downwards. */
function lanesOf(marks) {
  const placed = [];
  for (const mark of [...marks].sort(
    (one, other) => one.end - one.start - (other.end - other.start) || one.start - other.start,
  )) {
    mark.lane = placed.reduce(
      (lane, other) => (other.start < mark.end && mark.start < other.end ? Math.max(lane, other.lane + 1) : lane),
      0,
    );
    placed.push(mark);
  }
}
function marksOf(one, side) {
  const marks = [];
  for (const item of one.items) {
    if (item.side !== side || (item.layer !== ENTITY && item.layer !== FRAME) || !item.mentions.length) continue;
    const flat = item.mentions[0],
      isLoud = loud(item);
    if (!isLoud && $("only").checked) continue;
    marks.push({item, flat, start: flat[0], end: flat[flat.length - 1], loud: isLoud, lane: 0});
  }
  lanesOf(marks);
  return marks;
}

function openDocument(d, again) {
  if (d === opened && !again) return;
  const one = documents[d],
    box = $("text"),
    top = d === opened ? box.scrollTop : 0;
  opened = d;
  segments = [[], []];
  badges = new Map();
  box.replaceChildren();
  box.dataset.document = one.id;
  if (one.text === null) {
    box.append(element("p", {class: "quiet"}, "The files carry no text: errors are listed by offset."));
    return;
  }
  const all = chars(one),
    cuts = new Set([0, all.length]);
  for (const item of one.items)
    for (const list of [...item.mentions, ...(item.otherMentions || [])]) for (const bound of list) cuts.add(bound);
  for (const [start, end] of one.zones) {
    cuts.add(start);
    cuts.add(end);
  }
  const starts = [0];
  all.forEach((character, place) => {
    if (character === "\n") {
      starts.push(place + 1);
      cuts.add(place + 1);
    }
  });
  const order = [...cuts].sort((left, other) => left - other);
  const marks = [marksOf(one, 0), marksOf(one, 1)];
  let next = 0;
  starts.forEach((start, line) => {
    const end = line + 1 < starts.length ? starts[line + 1] : all.length;
    if (start === end) return;
    while (order[next] < start) next += 1;
    const bounds = [];
    for (let k = next; k < order.length && order[k] <= end; k += 1) bounds.push(order[k]);
    const row = element("div", {class: all.slice(start, end).join("").trim() ? "line" : "line blank"}),
      inLine = marks.map((list) => list.filter((mark) => mark.start < end && mark.end > start));
    const depth = Math.max(0, ...inLine.flat().map((mark) => mark.lane + 1));
    row.style.lineHeight = `calc(1.6em + ${depth * LANE}px)`;
    inLine.forEach((list, side) => row.append(lineElement(one, all, bounds, list, side, depth)));
    box.append(row);
  });
  box.scrollTop = top;
}

function lineElement(one, all, bounds, marks, side, depth) {
  const cell = element("div", {"data-side": SIDES[side]});
  for (let k = 0; k + 1 < bounds.length; k += 1) {
    const [start, end] = [bounds[k], bounds[k + 1]];
    const over = marks.filter((mark) => mark.start < end && mark.end > start);
    for (const mark of over) {
      const place = mark.flat.findIndex((bound, index) => index % 2 === 0 && bound === start);
      if (place >= 0) cell.append(badgeElement(mark, place > 0));
    }
    const covering = over.filter((mark) => covers(mark.flat, start)).sort((left, other) => left.lane - other.lane);
    const made = element("span", {class: "seg"});
    if (covering.length) made.dataset.items = covering.map((mark) => mark.item.i).join(" ");
    if (one.zones.some(([from, to]) => from <= start && end <= to)) {
      made.classList.add("zone");
      made.title = "zone, not annotated";
    }
    const inner = covering.find((mark) => mark.loud);
    if (inner) made.classList.add("loud", `f-${sign(inner.item.category)[1]}`);
    underline(made, over, start, depth);
    appendText(made, all.slice(start, end));
    segments[side].push({start, end, made});
    cell.append(made);
  }
  return cell;
}
function covers(flat, position) {
  for (let k = 0; k < flat.length; k += 2) if (flat[k] <= position && position < flat[k + 1]) return true;
  return false;
}
/* One line for each span, dotted in the gap of a discontinuous one, dashed when it has no equal partner. */
function underline(made, over, start, depth) {
  if (!over.length) return;
  const images = [],
    places = [];
  for (const mark of over) {
    const colour = `var(--k${mark.item.type})`;
    const period = !covers(mark.flat, start) ? [1.5, 5] : right.has(mark.item.category) ? null : [6, 8];
    images.push(
      period
        ? `repeating-linear-gradient(90deg, ${colour} 0 ${period[0]}px, transparent ${period[0]}px ${period[1]}px)`
        : `linear-gradient(${colour}, ${colour})`,
    );
    places.push(`0 calc(100% - ${(depth - mark.lane - 1) * LANE}px)`);
  }
  made.style.paddingBottom = `${depth * LANE}px`;
  made.style.backgroundImage = images.join(", ");
  made.style.backgroundPosition = places.join(", ");
}
function badgeElement(mark, continued) {
  const {item} = mark,
    type = types[item.type],
    [symbol, family] = sign(item.category);
  const made = element("span", {
    class: `b f-${family}${mark.loud ? " loud" : ""}${item.layer === FRAME ? " frame" : ""}`,
    "data-b": (continued ? "⋯" : "") + type.badge,
    "data-s": symbol,
    "data-items": item.i,
    "data-fragment": continued ? "further" : "first",
    title: `${type.name} ${type.zh} ${item.id}: ${item.category}${item.detail ? ` (${item.detail})` : ""}`,
  });
  made.style.setProperty("--k", `var(--k${item.type})`);
  const key = `${item.i}`;
  badges.set(key, [...(badges.get(key) || []), made]);
  return made;
}
/* Text nodes, and elements around characters that could not be seen; textContent stays the document's text. */
const HIDDEN = /([\n\r\t\u00a0\u3000\p{Cc}\p{Cf}\u2028\u2029])/u;
const SYMBOLS = {"\n": "⏎", "\r": "␍", "\t": "⇥", "\u00a0": "⍽", "\u3000": "□"};
function appendText(made, characters) {
  for (const piece of characters.join("").split(HIDDEN)) {
    if (!piece) continue;
    if (!HIDDEN.test(piece)) {
      made.append(piece);
      continue;
    }
    const symbol = SYMBOLS[piece];
    const code = `U+${piece.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
    made.append(element("span", {class: symbol ? "inv" : "inv code", "data-show": symbol || code, title: code}, piece));
  }
}
