// Tables as text: CSV, LaTeX, Markdown. A sheet has `columns` (names) and `rows` with a `name` and `cells`. A cell has a
// `text`, or a `number` with an optional interval from `low` to `high`, formatted as on the page; it may not be `converged`.
// CSV has a further column for each of the `measures`, which have a `name` and a function from a cell to its `text`.

const TEX = {
  "\\": "\\textbackslash{}", "{": "\\{", "}": "\\}", _: "\\_", "%": "\\%", "&": "\\&", "#": "\\#", $: "\\$",
  "~": "\\textasciitilde{}", "^": "\\textasciicircum{}", "<": "\\textless{}", ">": "\\textgreater{}",
  "|": "\\textbar{}", '"': "\\textquotedbl{}", "–": "--", "±": "$\\pm$", "−": "$-$", "…": "\\dots{}",
};

const UNFINAL = { latex: "^{\\dagger}", markdown: "†" };

const FORMATS = { CSV: csvOf, LaTeX: latexOf, Markdown: markdownOf };

// Return a sheet as CSV: mean, interval and seeds in separate columns.
function csvOf(sheet) {
  const names = sheet.columns.flatMap((name) => [name, ...sheet.measures.map((measure) => `${name}: ${measure.name}`)]);
  const lines = sheet.rows.map((row) => [
    csvText(row.name),
    ...row.cells.flatMap((cell) => [csvCell(cell), ...sheet.measures.map((measure) => measure.text(cell))]),
  ]);
  return textLines([[sheet.corner, ...names].map(csvText), ...lines].map((line) => line.join(",")));
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
  const names = [sheet.corner, ...sheet.columns].map(texText);
  const rows = sheet.rows.map((row) => line([texText(row.name), ...row.cells.map(texCell)]));
  return textLines([
    `% \\usepackage{booktabs}`,
    `% ${sheet.caption}`,
    `\\begin{tabular}{l${"r".repeat(sheet.columns.length)}}`,
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
  const texMath = (number) => number.replaceAll("−", "-").replaceAll(",", "{,}");
  const interval = cell.low ? `\\;[${texMath(cell.low)}, ${texMath(cell.high)}]` : "";
  return `$${texMath(cell.number)}${cell.converged === false ? UNFINAL.latex : ""}${interval}$`;
}

// Return a text for LaTeX, with special characters escaped.
function texText(text) {
  return [...text].map((letter) => (Object.hasOwn(TEX, letter) ? TEX[letter] : letter)).join("");
}

// Return a sheet as a Markdown table.
function markdownOf(sheet) {
  const line = (parts) => `| ${parts.join(" | ")} |`;
  const names = [sheet.corner, ...sheet.columns].map(markdownText);
  const rules = ["---", ...sheet.columns.map(() => "---:")];
  const rows = sheet.rows.map((row) => [markdownText(row.name), ...row.cells.map(markdownCell)]);
  return textLines([names, rules, ...rows].map(line));
}

// Return a cell for Markdown.
function markdownCell(cell) {
  if (cell.number === undefined) return markdownText(cell.text);
  return `${cell.number}${cell.converged === false ? UNFINAL.markdown : ""}${cell.interval ? ` (${cell.interval})` : ""}`;
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
