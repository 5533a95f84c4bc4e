// What the parts of the page share: data, elements, the state in the address. Nothing here leaves the page.

// Return what `packed` put into the element with this id; null where there is none.
async function unpack(id) {
  const element = document.getElementById(id);
  if (!element) return null;
  return JSON.parse(new TextDecoder().decode(await inflate(element.textContent)));
}

// Return the bytes behind deflated base64.
async function inflate(base64) {
  const bytes = Uint8Array.from(atob(base64.trim()), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

// Return the numbers that `packed_numbers` made a text of.
async function numbersOf({ kind, text }) {
  const planes = await inflate(text);
  const size = { uint8: 1, uint16: 2, uint32: 4, float16: 2, float64: 8 }[kind];
  const count = planes.length / size;
  const bytes = new Uint8Array(planes.length);
  for (let plane = 0; plane < size; plane++) {
    for (let i = 0; i < count; i++) bytes[i * size + plane] = planes[plane * count + i];
  }
  if (kind === "float16") return Float32Array.from(new Uint16Array(bytes.buffer), halfFloat);
  const kinds = { uint8: Uint8Array, uint16: Uint16Array, uint32: Uint32Array, float64: Float64Array };
  return new kinds[kind](bytes.buffer);
}

// Return the number that 16 bits stand for (IEEE 754 binary16).
function halfFloat(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction ? NaN : sign * Infinity;
  return exponent ? sign * 2 ** (exponent - 15) * (1 + fraction / 1024) : sign * 2 ** -14 * (fraction / 1024);
}

// Return a new element. Text is only ever text: no string becomes HTML.
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

// Return the state that the address keeps for a part of the page: #part?name=value&...
function stateOf(part) {
  const [anchor, query] = location.hash.slice(1).split("?");
  return anchor === part ? new URLSearchParams(query) : new URLSearchParams();
}

// Keep the state of a part of the page in the address; no entry is added to the history.
function keepState(part, values) {
  const query = new URLSearchParams(Object.entries(values).filter(([, value]) => value !== ""));
  history.replaceState(null, "", `#${part}?${query}`);
}

// Call `start` once, when an element is about to be seen. Returns what calls it at once, and gives what it returned.
function whenNear(element, start) {
  let started = null;
  const begin = () => (started ??= start());
  const watcher = new IntersectionObserver(
    (seen) => {
      if (!seen.some((one) => one.isIntersecting)) return;
      watcher.disconnect();
      begin();
    },
    { rootMargin: "800px" },
  );
  if (element) watcher.observe(element);
  return begin;
}

// Call `show` with the state that the address keeps for a part, now and whenever it changes, and go to that part. The
// browser itself finds no element that is called #part?name=value.
function followAddress(part, show) {
  const section = document.getElementById(part);
  if (!section) return;
  const look = async () => {
    if (!location.hash.startsWith(`#${part}?`)) return;
    await show(stateOf(part));
    section.scrollIntoView({ behavior: "instant" });
  };
  addEventListener("hashchange", look);
  look();
}

document.documentElement.classList.add("scripted");
