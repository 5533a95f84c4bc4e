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

// Call `show` with the state that the address keeps for a part, now and whenever it changes, and go to that part. The
// browser itself finds no element that is called #part?name=value.
function followAddress(part, show) {
  const look = async () => {
    if (!location.hash.startsWith(`#${part}?`)) return;
    await show(stateOf(part));
    document.getElementById(part).scrollIntoView({ behavior: "instant" });
  };
  addEventListener("hashchange", look);
  look();
}

// Call `act` once, when an element is about to be seen.
function whenNear(element, act) {
  const watcher = new IntersectionObserver(
    (seen) => {
      if (!seen.some((one) => one.isIntersecting)) return;
      watcher.disconnect();
      act();
    },
    { rootMargin: "800px" },
  );
  watcher.observe(element);
}

document.documentElement.classList.add("scripted");
