// Jumps that land: what hides their target is opened first, and what is drawn late is drawn before.

// Show what hides an element: its task is chosen, and what is folded is opened.
function reveal(element) {
  const block = element.closest("[data-task]");
  if (block?.hidden) keepTask(tasksOf(block)[0]);
  for (let fold = element.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
}

// Return the element that the address names; null if there is none.
function targetOfAddress() {
  const [anchor] = location.hash.slice(1).split("?");
  return document.getElementById(new URLSearchParams(`id=${anchor}`).get("id"));
}

// Go to what the address names. The browser itself does not find what is hidden, or #section?name=value.
function goToTarget() {
  const target = targetOfAddress();
  if (!target) return;
  reveal(target);
  target.scrollIntoView({ behavior: "instant" });
}

// Follow the address. A step back is a step to the task that was chosen then, too; the browser finds the place by itself
// where the task is the same and nothing hides the target.
function followJumps() {
  addEventListener("popstate", () => {
    if (taskOfAddress() === TASKS.chosen) return;
    chooseTask(taskOfAddress());
    goToTarget();
  });
  addEventListener("hashchange", () => {
    if (targetOfAddress()?.closest("[data-task][hidden], details:not([open])")) goToTarget();
  });
}

// Go to the target of a fresh address once all is drawn, unless the reader has gone elsewhere meanwhile.
async function land(drawn) {
  let moved = false;
  for (const event of ["wheel", "touchmove", "keydown", "pointerdown", "hashchange"]) {
    addEventListener(event, () => { moved = true; }, { once: true, passive: true });
  }
  await drawn;
  const [visit] = performance.getEntriesByType("navigation");
  if (!moved && visit?.type === "navigate") goToTarget();
}

followJumps();
land(Promise.all([gridDrawn, disagreementsDrawn]));
