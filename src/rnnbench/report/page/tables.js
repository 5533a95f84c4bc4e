// Sorting and filtering of tables of numbers. A table gets its controls when it comes near the window; the room for them
// is kept from the start, so that nothing moves then.

// Largest number of rows of a table without a filter.
const MAX_ROWS_WITHOUT_FILTER = 12;

// Make all tables of numbers sortable, and the long ones filterable.
function addTableControls() {
  for (const table of document.querySelectorAll("table.numbers")) {
    if (table.closest("#grid")) continue;
    const rows = [...table.tBodies].reduce((sum, body) => sum + rowsOf(body).length, 0);
    if (rows > MAX_ROWS_WITHOUT_FILTER) table.parentElement.before(make("p", { class: "controls filter" }));
    whenNear(table, () => makeSortable(table));
  }
}

// Make a table sortable, and filterable if it is long.
function makeSortable(table) {
  const groups = [...table.tBodies].map((body) => ({ body, rows: rowsOf(body) }));
  for (const [column, heading] of [...table.tHead.rows[0].cells].entries()) {
    heading.replaceChildren(make("button", { type: "button", class: "sort" }, ...heading.childNodes));
    heading.firstChild.addEventListener("click", () => orderTable(table, column, groups));
  }
  const place = table.parentElement.previousElementSibling;
  if (place?.matches(".controls.filter")) addFilter(place, groups);
}

// Return the rows of a body without its heading.
function rowsOf(body) {
  return [...body.rows].filter((row) => !row.classList.contains("group"));
}

// Sort a table by a column in the next order. Fixed groups stay as they are.
function orderTable(table, column, groups) {
  const headings = table.tHead.rows[0].cells;
  const sortable = groups.filter(({ body }) => !body.classList.contains("fixed"));
  const numeric = column > 0 && areNumbers(sortable.flatMap(({ rows }) => rows.map((row) => textAt(row, column))));
  const order = nextOrder(headings[column].getAttribute("aria-sort"), numeric);
  for (const heading of headings) heading.removeAttribute("aria-sort");
  if (order) headings[column].setAttribute("aria-sort", order);
  for (const { body, rows } of sortable) {
    body.append(...sorted(rows, (row) => keyOf(textAt(row, column), numeric), order));
  }
}

// Return the next order: for numbers descending, ascending, unsorted (null); for texts ascending first.
function nextOrder(order, numeric) {
  const orders = numeric ? [null, "descending", "ascending"] : [null, "ascending", "descending"];
  return orders[(orders.indexOf(order) + 1) % 3];
}

// Return items sorted by their keys, numbers or texts. Items without a key (null) are last in either order.
function sorted(items, key, order) {
  if (!order) return items;
  const sign = order === "descending" ? -1 : 1;
  const pairs = items.map((item) => [key(item), item]);
  pairs.sort(([left], [right]) => {
    if (left === null || right === null) return (left === null) - (right === null);
    return sign * (typeof left === "number" ? left - right : left.localeCompare(right, "en", { numeric: true }));
  });
  return pairs.map(([, item]) => item);
}

// Return the text of a row in a column, without notes; "" where a cell spans several columns.
function textAt(row, column) {
  let end = 0;
  for (const cell of row.cells) {
    end += cell.colSpan;
    if (end > column) return cell.colSpan > 1 ? "" : textWithoutNotes(cell);
  }
  return "";
}

// Return the text of a cell without its notes.
function textWithoutNotes(cell) {
  const nodes = [...cell.childNodes].filter((node) => node.nodeName !== "SMALL");
  return nodes.map((node) => node.textContent).join("").trim();
}

// Return the first number of a text, or null: -1234 for "−1,234 %", null for a name such as lstm_5.
function numberIn(text) {
  const plain = text.replaceAll("−", "-").replaceAll(",", "");
  const match = plain.match(/(?<![\w.])[-+]?\d+(\.\d+)?(e[-+]?\d+)?(?!\.?\w)/i);
  return match ? Number(match[0]) : null;
}

// Return whether most texts of a column are numbers; empty texts and dashes do not count.
function areNumbers(texts) {
  const filled = texts.filter((text) => text !== "" && text !== "–");
  return 2 * filled.filter((text) => numberIn(text) !== null).length > filled.length;
}

// Return the key by which a text is sorted.
function keyOf(text, numeric) {
  return numeric ? numberIn(text) : text === "" || text === "–" ? null : text;
}

// Put a filter into its place above a table: it hides the rows that lack any of its words. Fixed groups stay.
function addFilter(place, groups) {
  const box = make("input", { type: "search", autocomplete: "off" });
  const count = make("span", { role: "status", class: "faint" });
  const filterable = groups.filter(({ body }) => !body.classList.contains("fixed"));
  box.addEventListener("input", () => {
    const [visible, total] = filterRows(filterable, wordsOf(box.value));
    count.textContent = box.value.trim() ? `${visible} of ${total} rows` : "";
  });
  place.append(make("label", {}, "Filter rows ", box), " ", count);
}

// Hide the rows that lack any of the words; return the number of visible rows, and of all.
function filterRows(groups, words) {
  let [visible, total] = [0, 0];
  for (const { body, rows } of groups) {
    const heading = body.querySelector(".group")?.textContent ?? "";
    for (const row of rows) row.hidden = !hasWords(`${heading} ${row.textContent}`, words);
    const remaining = rows.filter((row) => !row.hidden).length;
    body.hidden = remaining === 0 && words.length > 0;
    [visible, total] = [visible + remaining, total + rows.length];
  }
  return [visible, total];
}

// Return the words of a text in lower case.
function wordsOf(text) {
  return text.toLowerCase().split(/\s+/).filter(Boolean);
}

// Return whether a text contains all words.
function hasWords(text, words) {
  const lower = text.toLowerCase();
  return words.every((word) => lower.includes(word));
}

addTableControls();
