// A glossary under the pointer: the first use of a term in each chapter says what the term means.

const TERMS_SKIP = "a, abbr, button, code, dt, h1, h2, h3, label, option, pre, script, select, style, summary, svg, textarea, .maps table, #playground-page, .player";

// Mark the first use of each term in each section, in the language that it is written in.
function markTerms(terms) {
  for (const section of document.querySelectorAll("main section:not(section section)")) {
    for (const [language, entries] of Object.entries(terms)) {
      for (const [term, meaning] of Object.entries(entries)) markFirst(section, language, term, meaning);
    }
  }
}

// Wrap the first use of a term in an element that shows its meaning.
function markFirst(section, language, term, meaning) {
  const walker = document.createTreeWalker(section, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const place = node.data.indexOf(term);
    if (place < 0 || node.parentElement.closest(TERMS_SKIP) || !node.parentElement.closest(".en, .zh")?.classList.contains(language)) continue;
    const rest = node.splitText(place);
    rest.splitText(term.length);
    rest.replaceWith(make("abbr", { tabindex: "0", title: meaning }, term));
    return;
  }
}

// Mark the terms when the page has been read.
async function startTerms() {
  const terms = await unpack("terms-data");
  if (terms) markTerms(terms);
}

startTerms();
