// Functions that the sections share: reading data, making elements, keeping state in the address. No requests are made.

// Return the value that `packed` wrote into the element with this id; null if there is no such element.
async function unpack(id) {
  const element = document.getElementById(id);
  if (!element) return null;
  return JSON.parse(new TextDecoder().decode(await inflate(element.textContent)));
}

// Return the bytes of a text that is compressed with zlib, in base64.
async function inflate(base64) {
  const bytes = Uint8Array.from(atob(base64.trim()), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

// Return the array that `packed_numbers` packed.
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

// Return the number with these 16 bits (IEEE 754 binary16).
function halfFloat(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction ? NaN : sign * Infinity;
  return exponent ? sign * 2 ** (exponent - 15) * (1 + fraction / 1024) : sign * 2 ** -14 * (fraction / 1024);
}

// Return a new element. Strings become text nodes, never HTML.
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

// Return a text in English and in Chinese as a pair of elements; style.css shows that of the page's language.
function said(english, chinese) {
  return [make("span", { class: "en" }, english), make("span", { class: "zh", lang: "zh-Hans" }, chinese)];
}

// Return a text from outside so that it cannot change the direction of the text around it.
function isolated(text) {
  return `\u2068${text}\u2069`;
}

const ARROWS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

// Move the focus from cell to cell of a table whose cells are buttons; only one of them is a stop of the tab key.
function moveFocus(event, table) {
  const [step, button] = [ARROWS[event.key], event.target.closest("[data-cell]")];
  if (!step || !button || !table) return;
  const lines = [...table.querySelectorAll("tr")];
  const rows = lines.map((line) => [...line.querySelectorAll("button[data-cell]")]).filter((line) => line.length);
  const row = rows.findIndex((buttons) => buttons.includes(button));
  const next = rows[row + step[0]]?.[rows[row].indexOf(button) + step[1]];
  event.preventDefault();
  if (!next) return;
  button.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}

// Return the state of a section in the address: #section?name=value&...
function stateOf(section) {
  const [anchor, query] = location.hash.slice(1).split("?");
  return anchor === section ? new URLSearchParams(query) : new URLSearchParams();
}

// Write the state of a section to the address, without an entry in the history.
function keepState(section, values) {
  const query = new URLSearchParams(Object.entries(values).filter(([, value]) => value !== ""));
  history.replaceState(null, "", `#${section}?${query}`);
}

// Call `start` once, when an element comes near the window. Returns a function that calls it at once; the function
// returns the result of `start`.
function whenNear(element, start) {
  let started = null;
  const begin = () => (started ??= start());
  const watcher = new IntersectionObserver(
    (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      watcher.disconnect();
      begin();
    },
    { rootMargin: "800px" },
  );
  if (element) watcher.observe(element);
  return begin;
}

// Call `show` with the state of a section in the address, now and whenever it changes, and scroll to the section:
// the browser itself does not find an address such as #section?name=value.
function followAddress(section, show) {
  const element = document.getElementById(section);
  if (!element) return;
  const update = async () => {
    if (!location.hash.startsWith(`#${section}?`)) return;
    await show(stateOf(section));
    element.scrollIntoView({ behavior: "instant" });
  };
  addEventListener("hashchange", update);
  update();
}

document.documentElement.classList.add("scripted");
