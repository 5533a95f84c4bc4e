// How an encoder reads a word: its features (the word itself, or its letter trigrams), and which of them have rows.

// Return the letter trigrams of a word without case and accents, as in encoders/letter_trigram.py.
function trigramsOf(word, boundary) {
  const decomposed = word.normalize("NFKD").toLowerCase();
  const letters = [...decomposed].filter((letter) => letter >= "a" && letter <= "z" && letter.length === 1).join("");
  const text = boundary && letters ? `#${letters}#` : letters;
  return Array.from({ length: Math.max(0, text.length - 2) }, (_, i) => text.slice(i, i + 3));
}

// Return what reads words as an encoder of the page does. `words`: all words of the training split, by frequency.
function readerOf(encoder, words) {
  const { kind, boundary } = encoder.features;
  const features = encoder.index ?? words;
  const code = new Map(features.slice(0, encoder.kept).map((feature, number) => [feature, number]));
  const leftOut = new Set(features.slice(encoder.kept));
  const featuresOf = kind === "trigrams" ? (word) => [...new Set(trigramsOf(word, boundary))] : (word) => [word];
  const other = encoder.other ? encoder.kept : null;
  const codesOf = (word) => {
    const codes = featuresOf(word).filter((feature) => code.has(feature)).map((feature) => code.get(feature));
    return codes.length || other === null ? codes : [other];
  };
  const reading = (word) => ({
    known: featuresOf(word).filter((feature) => code.has(feature)),
    leftOut: featuresOf(word).filter((feature) => leftOut.has(feature)),
    unknown: featuresOf(word).filter((feature) => !code.has(feature) && !leftOut.has(feature)),
  });
  return { codes: encoder.kept + (encoder.other ? 1 : 0), codesOf, reading };
}
