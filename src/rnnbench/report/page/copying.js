// Tables as text: CSV, LaTeX, Markdown. A sheet has `columns` (names), and `rows` of a `name` and `cells`; a cell has a
// `text`, or a `number` with perhaps a `spread` and a count of `seeds`, written as on the page.

const TEX = {
  "\\": "\\textbackslash{}", "{": "\\{", "}": "\\}", _: "\\_", "%": "\\%", "&": "\\&", "#": "\\#", $: "\\$",
  "~": "\\textasciitilde{}", "^": "\\textasciicircum{}", "<": "\\textless{}", ">": "\\textgreater{}",
  "|": "\\textbar{}", '"': "\\textquotedbl{}", "–": "--", "±": "$\\pm$", "−": "$-$", "…": "\\dots{}",
};

const FORMATS = { CSV: csvOf, LaTeX: latexOf, Markdown: markdownOf };

// Return a sheet as CSV: mean, standard deviation and seeds in columns of their own.
function csvOf(sheet) {
  const names = sheet.columns.flatMap((name) => [name, ...sheet.measures.map((measure) => `${name}: ${measure.name}`)]);
  const lines = sheet.rows.map((row) => [
    csvText(row.name),
    ...row.cells.flatMap((cell) => [csvCell(cell), ...sheet.measures.map((measure) => csvNumber(cell[measure.key]))]),
    ...row.more.map(csvText),
  ]);
  return textLines([[sheet.corner, ...names, ...sheet.more].map(csvText), ...lines].map((line) => line.join(",")));
}

// Return a cell's number or text for CSV.
function csvCell(cell) {
  return cell.number === undefined ? csvText(cell.text) : csvNumber(cell.number);
}

// Return a number as programs read it: a hyphen for a minus, no thousands apart.
function csvNumber(text) {
  return (text ?? "").replaceAll("−", "-").replaceAll(",", "").replace(/^\+/, "");
}

// Return a text for CSV. One that a spreadsheet would take for a formula begins with an apostrophe.
function csvText(text) {
  const harmless = /^[\s]*[=+\-@]|^[\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

// Return a sheet as a LaTeX table in the manner of booktabs.
function latexOf(sheet) {
  const line = (parts) => `${parts.join(" & ")} \\\\`;
  const names = [sheet.corner, ...sheet.columns, ...sheet.more].map(texText);
  const rows = sheet.rows.map((row) => line([texText(row.name), ...row.cells.map(texCell), ...row.more.map(texText)]));
  return textLines([
    `% \\usepackage{booktabs}`,
    `% ${sheet.caption}`,
    `\\begin{tabular}{l${"r".repeat(sheet.columns.length)}${"l".repeat(sheet.more.length)}}`,
    "\\toprule",
    line(names),
    "\\midrule",
    ...rows.slice(0, sheet.fixed),
    ...(sheet.fixed ? ["\\midrule"] : []),
    ...rows.slice(sheet.fixed),
    "\\bottomrule",
    "\\end{tabular}",
  ]);
}

// Return a cell for LaTeX.
function texCell(cell) {
  if (cell.number === undefined) return texText(cell.text);
  const parts = [cell.number, cell.spread].filter(Boolean).join(" \\pm ");
  return `$${parts.replaceAll("−", "-").replaceAll(",", "{,}")}$`;
}

// Return a text for LaTeX: what means something there is spelt out.
function texText(text) {
  return [...text].map((letter) => (Object.hasOwn(TEX, letter) ? TEX[letter] : letter)).join("");
}

// Return a sheet as a table in Markdown.
function markdownOf(sheet) {
  const line = (parts) => `| ${parts.join(" | ")} |`;
  const names = [sheet.corner, ...sheet.columns, ...sheet.more].map(markdownText);
  const rules = ["---", ...sheet.columns.map(() => "---:"), ...sheet.more.map(() => "---")];
  const rows = sheet.rows.map((row) => {
    return [markdownText(row.name), ...row.cells.map(markdownCell), ...row.more.map(markdownText)];
  });
  return textLines([names, rules, ...rows].map(line));
}

// Return a cell for Markdown.
function markdownCell(cell) {
  return cell.number === undefined ? markdownText(cell.text) : [cell.number, cell.spread].filter(Boolean).join(" ± ");
}

// Return a text for Markdown: nothing in it is a mark, and the underscores inside a word are none.
function markdownText(text) {
  return text.replace(/[\\`*[\]<>|~&]|(?<!\w)_|_(?!\w)/g, "\\$&");
}

// Return lines as a text.
function textLines(lines) {
  return lines.map((line) => `${line}\n`).join("");
}

// Put a text on the clipboard; return whether it is there. A page opened as a file may have to select it first.
async function copyText(area) {
  try {
    await navigator.clipboard.writeText(area.value);
    return true;
  } catch {
    area.select();
    return document.execCommand("copy");
  }
}
