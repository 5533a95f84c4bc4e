// Tables of numbers: sorted by any column, filtered by words. Nothing is done to a table before it is scrolled near.

const LONG_TABLE = 12;

// Let every table of numbers be sorted, and filtered where it is long.
function dressTables() {
  for (const table of document.querySelectorAll("table.numbers")) {
    if (!table.closest("#grid")) whenNear(table, () => dressTable(table));
  }
}

// Let one table be sorted, and filtered where it is long.
function dressTable(table) {
  const given = [...table.tBodies].map((body) => ({ body, rows: rowsOf(body) }));
  for (const [column, heading] of [...table.tHead.rows[0].cells].entries()) {
    heading.replaceChildren(make("button", { type: "button", class: "sort" }, ...heading.childNodes));
    heading.firstChild.addEventListener("click", () => orderTable(table, column, given));
  }
  if (given.reduce((sum, one) => sum + one.rows.length, 0) > LONG_TABLE) addFilter(table, given);
}

// Return a body's rows, its heading left out.
function rowsOf(body) {
  return [...body.rows].filter((row) => !row.classList.contains("group"));
}

// Sort a table by a column, each click in the next order. Fixed groups stay as they are.
function orderTable(table, column, given) {
  const headings = table.tHead.rows[0].cells;
  const moving = given.filter(({ body }) => !body.classList.contains("fixed"));
  const numeric = column > 0 && areNumbers(moving.flatMap(({ rows }) => rows.map((row) => textAt(row, column))));
  const order = nextOrder(headings[column].getAttribute("aria-sort"), numeric);
  for (const heading of headings) heading.removeAttribute("aria-sort");
  if (order) headings[column].setAttribute("aria-sort", order);
  for (const { body, rows } of moving) {
    body.append(...sorted(rows, (row) => keyOf(textAt(row, column), numeric), order));
  }
}

// Return the order after one: numbers go down, up, and as they were (null); words go up first.
function nextOrder(order, numeric) {
  const orders = numeric ? [null, "descending", "ascending"] : [null, "ascending", "descending"];
  return orders[(orders.indexOf(order) + 1) % 3];
}

// Return things in an order by their keys, numbers or texts; those without a key (null) are last either way.
function sorted(things, key, order) {
  if (!order) return things;
  const sign = order === "descending" ? -1 : 1;
  const pairs = things.map((thing) => [key(thing), thing]);
  pairs.sort(([one], [other]) => {
    if (one === null || other === null) return (one === null) - (other === null);
    return sign * (typeof one === "number" ? one - other : one.localeCompare(other, "en", { numeric: true }));
  });
  return pairs.map(([, thing]) => thing);
}

// Return what a row has in a column, notes in small letters left out; "" where one cell fills several columns.
function textAt(row, column) {
  let end = 0;
  for (const cell of row.cells) {
    end += cell.colSpan;
    if (end > column) return cell.colSpan > 1 ? "" : largeText(cell);
  }
  return "";
}

// Return the text of a cell without its notes.
function largeText(cell) {
  const large = [...cell.childNodes].filter((node) => node.nodeName !== "SMALL");
  return large.map((node) => node.textContent).join("").trim();
}

// Return the first number of a text, or null: "−1,234 %" is -1234, and a name such as lstm_5 has none.
function numberIn(text) {
  const plain = text.replaceAll("−", "-").replaceAll(",", "");
  const found = plain.match(/(?<![\w.])[-+]?\d+(\.\d+)?(e[-+]?\d+)?(?!\.?\w)/i);
  return found ? Number(found[0]) : null;
}

// Return whether most of a column's texts are numbers; what is empty or a dash does not count.
function areNumbers(texts) {
  const filled = texts.filter((text) => text !== "" && text !== "–");
  return 2 * filled.filter((text) => numberIn(text) !== null).length > filled.length;
}

// Return by what a text is sorted.
function keyOf(text, numeric) {
  return numeric ? numberIn(text) : text === "" || text === "–" ? null : text;
}

// Put a box above a table that hides the rows without the words in it. Fixed groups stay.
function addFilter(table, given) {
  const box = make("input", { type: "search", autocomplete: "off" });
  const count = make("span", { role: "status", class: "faint" });
  const rows = given.filter(({ body }) => !body.classList.contains("fixed"));
  box.addEventListener("input", () => {
    const [shown, all] = filterRows(rows, wordsOf(box.value));
    count.textContent = box.value.trim() ? `${shown} of ${all} rows` : "";
  });
  table.parentElement.before(make("p", { class: "controls" }, make("label", {}, "Filter rows ", box), " ", count));
}

// Hide the rows that lack one of the words; return how many are shown, and of how many.
function filterRows(given, words) {
  let [shown, all] = [0, 0];
  for (const { body, rows } of given) {
    const heading = body.querySelector(".group")?.textContent ?? "";
    for (const row of rows) row.hidden = !hasWords(`${heading} ${row.textContent}`, words);
    const left = rows.filter((row) => !row.hidden).length;
    body.hidden = left === 0 && words.length > 0;
    [shown, all] = [shown + left, all + rows.length];
  }
  return [shown, all];
}

// Return the words of a text, in small letters.
function wordsOf(text) {
  return text.toLowerCase().split(/\s+/).filter(Boolean);
}

// Return whether a text has all the words.
function hasWords(text, words) {
  const small = text.toLowerCase();
  return words.every((word) => small.includes(word));
}

dressTables();
