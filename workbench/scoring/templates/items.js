/* What the page holds: documents, their items, and the entries that the list shows. */
const $ = (id) => document.getElementById(id);
const data = JSON.parse($("data").textContent);
const strings = data.strings,
  types = data.types,
  layers = data.layers;
const SIDES = ["gold", "predicted"];
const CHUNK = 200;
const LANE = 4;
const ENTITY = layers.indexOf("entity"),
  FRAME = layers.indexOf("frame"),
  ARGUMENT = layers.indexOf("argument");
const PARTS = {relation: ["head", "tail"], argument: ["filler", "trigger"]};

/* Elements are made with text nodes and attributes only: data never becomes markup. */
function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (key === "class") made.className = value;
    else if (value !== null && value !== undefined && value !== false)
      made.setAttribute(key, value === true ? "" : value);
  }
  for (const child of children) made.append(child);
  return made;
}

const read = (row, d, i) => ({
  d,
  i,
  side: row[0],
  layer: row[1],
  type: row[2],
  category: strings[row[3]],
  detail: row[4] < 0 ? null : strings[row[4]],
  mentions: row[5],
  paired: row[6] === 1,
  partner: row[7],
  id: row[8],
  across: row[9] < 0 ? null : strings[row[9]],
  otherType: row.length > 10 ? row[10] : null,
  otherMentions: row.length > 10 ? row[11] : null,
  otherId: row.length > 10 ? row[12] : null,
});
const documents = data.documents.map((one, d) => ({
  ...one,
  items: one.items.map((row, i) => read(row, d, i)),
  chars: null,
}));
const right = new Set(data.right);
const sign = (category) => (Object.hasOwn(data.signs, category) ? data.signs[category] : ["!", "type"]);
const chars = (one) => one.chars || (one.chars = Array.from(one.text || ""));
const partnerOf = (item) => (item.partner < 0 ? null : documents[item.d].items[item.partner]);
const partnerType = (item) => {
  const other = partnerOf(item);
  return other ? other.type : item.otherType;
};

/* An entry is an item; of a pair, the item that comes first. */
const entries = [];
for (const one of documents) {
  for (const item of one.items) {
    if (!(item.paired && item.partner >= 0 && item.partner < item.i)) entries.push(item);
  }
}

const categories = new Set(documents.flatMap((one) => one.items.map((item) => item.category)));

/* Whether the cell of the confusion table counts an item. */
function counts(cell, item) {
  if (item.across === null || layers[item.layer] !== cell.layer) return false;
  const [gold, predicted] =
    item.side === 0 ? [types[item.type].name, item.across] : [item.across, types[item.type].name];
  return gold === cell.gold && predicted === cell.predicted;
}
