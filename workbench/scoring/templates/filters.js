/* Which entries are listed. */
const usual = () => ({
  document: "all",
  type: "all",
  cell: null,
  layers: new Set(layers.keys()),
  categories: new Set([...categories].filter((name) => !right.has(name))),
});
let filters = usual();
let shown = [],
  rendered = 0,
  current = -1,
  opened = -1;

function passes(item, anywhere) {
  if (!anywhere && filters.document !== "all" && item.d !== filters.document) return false;
  if (filters.cell)
    return counts(filters.cell, item) || (item.paired && item.partner >= 0 && counts(filters.cell, partnerOf(item)));
  if (!filters.layers.has(item.layer) || !filters.categories.has(item.category)) return false;
  return filters.type === "all" || item.type === filters.type || (item.paired && partnerType(item) === filters.type);
}
const loud = (item) => passes(item, true);

function chip(label, pressed, name, family, count) {
  const input = element("input", {type: "checkbox", "data-name": name});
  input.checked = pressed;
  const made = element("label", {class: family ? `f-${family}` : ""}, input, label);
  if (count !== undefined) made.append(" ", element("small", {}, String(count)));
  return made;
}

function buildFilters() {
  const wrong = new Array(documents.length).fill(0),
    byCategory = new Map(),
    byLayer = new Array(layers.length).fill(0);
  for (const item of entries) {
    byCategory.set(item.category, (byCategory.get(item.category) || 0) + 1);
    if (!right.has(item.category)) {
      wrong[item.d] += 1;
      byLayer[item.layer] += 1;
    }
  }
  const choice = $("document");
  choice.append(element("option", {value: "all"}, `all (${documents.length})`));
  documents.forEach((one, d) => choice.append(element("option", {value: d}, `${one.id} (${wrong[d]})`)));
  const kinds = $("type");
  kinds.append(element("option", {value: "all"}, "all"));
  layers.forEach((layer) => {
    const group = element("optgroup", {label: layer});
    types
      .map((type, place) => [type, place])
      .filter(([type]) => type.layer === layer)
      .sort(([one], [other]) => (one.name < other.name ? -1 : 1))
      .forEach(([type, place]) => group.append(element("option", {value: place}, `${type.name} ${type.zh}`.trim())));
    if (group.childElementCount) kinds.append(group);
  });
  layers.forEach((layer, place) => $("layers").append(chip(layer, true, place, "", byLayer[place])));
  const order = Object.keys(data.signs);
  const rank = (name) => (right.has(name) ? 100 : 0) + (order.includes(name) ? order.indexOf(name) : 99);
  for (const name of [...byCategory.keys()].sort((one, other) => rank(one) - rank(other))) {
    const mark = element("b", {"aria-hidden": "true"}, sign(name)[0]);
    const made = chip("", !right.has(name), name, sign(name)[1], byCategory.get(name));
    made.insertBefore(mark, made.childNodes[1]);
    made.insertBefore(document.createTextNode(name), mark.nextSibling);
    $("categories").insertBefore(made, $("errors-only"));
  }
}

function showFilters() {
  $("document").value = filters.document;
  $("type").value = filters.type;
  for (const input of $("layers").querySelectorAll("input"))
    input.checked = filters.layers.has(Number(input.dataset.name));
  for (const input of $("categories").querySelectorAll("input"))
    input.checked = filters.categories.has(input.dataset.name);
  $("layers").disabled = $("categories").disabled = $("type").disabled = filters.cell !== null;
  $("chips").replaceChildren();
  if (filters.cell) {
    const {layer, gold, predicted} = filters.cell;
    const made = element(
      "button",
      {type: "button", class: "chip", title: "Remove this filter"},
      `${layer}: gold ${gold} → predicted ${predicted} ✕`,
    );
    made.addEventListener("click", () => apply(usual()));
    $("chips").append(made);
  }
}

function apply(changed) {
  const kept = current >= 0 ? shown[current] : null;
  filters = changed;
  showFilters();
  shown = entries.filter((item) => passes(item, false));
  current = -1;
  listEntries();
  const place = kept ? shown.indexOf(kept) : -1;
  const wanted =
    place >= 0
      ? kept.d
      : filters.document !== "all"
        ? filters.document
        : shown.length
          ? shown[0].d
          : Math.max(opened, 0);
  if (documents.length) openDocument(wanted, true);
  if (place >= 0) select(place, false);
  else {
    $("detail").replaceChildren(hint());
  }
}
const hint = () =>
  element(
    "p",
    {class: "quiet"},
    shown.length
      ? "Choose an error, or press j; click a mark in the text to see what it is. Underlines have the colour of " +
          "their type: solid is correct, dashed is not, dotted is a gap. Tinted marks pass the filters."
      : "Nothing passes the filters.",
  );
