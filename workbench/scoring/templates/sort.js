/* Tables that a click on a column sorts. */
function sortTable(table, column, button) {
  const head = button.closest("th"),
    body = table.tBodies[0],
    down =
      head.getAttribute("aria-sort") !== "descending" &&
      (head.classList.contains("number") || head.getAttribute("aria-sort") === "ascending");
  const key = (row) => {
    const cell = row.cells[column];
    return cell.dataset.v !== undefined ? Number(cell.dataset.v) : cell.textContent.trim();
  };
  const rows = [...body.rows].map((row) => [key(row), row]);
  const compare = (one, other) =>
    typeof one === "number" || head.classList.contains("number")
      ? (parseFloat(one) || 0) - (parseFloat(other) || 0)
      : String(one).localeCompare(String(other));
  rows.sort(([one], [other]) => (down ? compare(other, one) : compare(one, other)));
  for (const other of table.tHead.querySelectorAll("[aria-sort]")) other.setAttribute("aria-sort", "none");
  head.setAttribute("aria-sort", down ? "descending" : "ascending");
  body.append(...rows.map(([, row]) => row));
}
for (const table of document.querySelectorAll("table.sortable")) {
  for (const button of table.querySelectorAll(".sort"))
    button.addEventListener("click", () => sortTable(table, button.closest("th").cellIndex, button));
}
