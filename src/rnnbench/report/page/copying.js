// Tables as text: CSV, LaTeX, Markdown. A sheet has `columns` (names) and `rows` with a `name` and `cells`. A cell has a
// `text`, or a `number` with an optional `spread` and number of `seeds`, formatted as on the page.

const TEX = {
  "\\": "\\textbackslash{}", "{": "\\{", "}": "\\}", _: "\\_", "%": "\\%", "&": "\\&", "#": "\\#", $: "\\$",
  "~": "\\textasciitilde{}", "^": "\\textasciicircum{}", "<": "\\textless{}", ">": "\\textgreater{}",
  "|": "\\textbar{}", '"': "\\textquotedbl{}", "–": "--", "±": "$\\pm$", "−": "$-$", "…": "\\dots{}",
};

const FORMATS = { CSV: csvOf, LaTeX: latexOf, Markdown: markdownOf };

// Return a sheet as CSV: mean, standard deviation and seeds in separate columns.
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

// Return a number for programs: with a hyphen as minus sign and without commas.
function csvNumber(text) {
  return (text ?? "").replaceAll("−", "-").replaceAll(",", "").replace(/^\+/, "");
}

// Return a text for CSV. A text that a spreadsheet would take for a formula gets an apostrophe in front.
function csvText(text) {
  const harmless = /^[\s]*[=+\-@]|^[\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

// Return a sheet as a LaTeX table with the rules of booktabs.
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

// Return a text for LaTeX, with special characters escaped.
function texText(text) {
  return [...text].map((letter) => (Object.hasOwn(TEX, letter) ? TEX[letter] : letter)).join("");
}

// Return a sheet as a Markdown table.
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

// Return a text for Markdown, with special characters escaped; underscores inside a word need no escape.
function markdownText(text) {
  return text.replace(/[\\`*[\]<>|~&]|(?<!\w)_|_(?!\w)/g, "\\$&");
}

// Return lines as a text.
function textLines(lines) {
  return lines.map((line) => `${line}\n`).join("");
}

// Copy a text to the clipboard, and return whether that worked. A page from a file may have to select the text.
async function copyText(area) {
  try {
    await navigator.clipboard.writeText(area.value);
    return true;
  } catch {
    area.select();
    return document.execCommand("copy");
  }
}
