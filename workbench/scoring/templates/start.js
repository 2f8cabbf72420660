/* Events, and the start. */
function listen() {
  const changed = (change) => {
    const next = {...filters, layers: new Set(filters.layers), categories: new Set(filters.categories)};
    change(next);
    apply(next);
  };
  const number = (value) => (value === "all" ? "all" : Number(value));
  $("document").addEventListener("change", (event) =>
    changed((next) => {
      next.document = number(event.target.value);
    }),
  );
  $("type").addEventListener("change", (event) =>
    changed((next) => {
      next.type = number(event.target.value);
    }),
  );
  $("only").addEventListener("change", () => apply(filters));
  $("errors-only").addEventListener("click", () =>
    changed((next) => {
      next.categories = usual().categories;
    }),
  );
  $("no-category").addEventListener("click", () => changed((next) => next.categories.clear()));
  $("reset").addEventListener("click", () => {
    $("only").checked = false;
    apply(usual());
  });
  $("filters").addEventListener("submit", (event) => event.preventDefault());
  const toggle = (set, name, on) => (on ? set.add(name) : set.delete(name));
  $("layers").addEventListener("change", (event) =>
    changed((next) => toggle(next.layers, Number(event.target.dataset.name), event.target.checked)),
  );
  $("categories").addEventListener("change", (event) =>
    changed((next) => toggle(next.categories, event.target.dataset.name, event.target.checked)),
  );
  const entryAt = (event) => event.target.closest && event.target.closest(".entry");
  $("list").addEventListener("click", (event) => {
    const found = entryAt(event);
    if (found) select(Number(found.dataset.place), false);
  });
  $("list").addEventListener("mouseover", (event) => {
    const found = entryAt(event);
    if (found) highlight(shown[Number(found.dataset.place)], false);
  });
  $("list").addEventListener("mouseleave", () => {
    if (current >= 0) highlight(shown[current], true);
  });
  $("list").addEventListener("scroll", () => {
    const list = $("list");
    if (list.querySelector(".more") && list.scrollTop + list.clientHeight > list.scrollHeight - 300) moreEntries();
  });
  $("text").addEventListener("click", (event) => {
    const found = event.target.closest("[data-items]"),
      cell = event.target.closest("[data-side]");
    if (!found || !cell || opened < 0) return;
    const side = SIDES.indexOf(cell.dataset.side),
      items = found.dataset.items
        .split(" ")
        .map((i) => documents[opened].items[Number(i)])
        .filter((item) => item.side === side);
    const item = items.find(loud) || items[0];
    const place = shown.findIndex(
      (one) => one.d === opened && (one.i === item.i || (one.paired && one.partner === item.i)),
    );
    if (place >= 0) select(place, true);
    else show(item, false);
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("select, input[type=text], textarea"))
      return;
    if (event.key === "j") select(Math.min(current + 1, shown.length - 1), true);
    else if (event.key === "k") select(Math.max(current - 1, 0), true);
    else return;
    event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    const from = event.target.closest("button[data-layer], button[data-document]");
    if (!from) return;
    const next = usual(),
      layer = layers.indexOf(from.dataset.layer);
    if (from.dataset.document !== undefined) next.document = Number(from.dataset.document);
    else if (from.dataset.gold !== undefined)
      next.cell = {layer: from.dataset.layer, gold: from.dataset.gold, predicted: from.dataset.predicted};
    else {
      const place = types.findIndex((type) => type.layer === from.dataset.layer && type.name === from.dataset.type);
      next.layers = new Set([layer]);
      if (from.dataset.type !== undefined) next.type = place >= 0 ? place : "all";
      if (from.dataset.category !== undefined) next.categories = new Set([from.dataset.category]);
    }
    apply(next);
    $("browser").scrollIntoView({block: "start"});
  });
}

const style = document.createElement("style");
/* a colour that is not written as one never reaches the style */
const colourOf = (type) => (/^#[0-9a-f]{6}$/.test(type.colour) ? type.colour : "#777777");
const declarations = types.map(
  (type, place) => `--k${place}: color-mix(in oklab, ${colourOf(type)} 72%, var(--fg));`,
);
style.textContent = `:root { ${declarations.join(" ")} }`;
document.head.append(style);
if (documents.length) {
  $("browser").hidden = false;
  $("more").open = window.innerWidth > 900;
  buildFilters();
  listen();
  apply(filters);
}
