// One choice of a task for the whole page: of what belongs to one task, what belongs to the chosen one is shown.
// The address keeps the choice (?task=name). Without a script, and on paper, everything is shown.

const TASKS = { select: document.getElementById("task"), first: "", chosen: "", followers: [] };

// Return the tasks that a block belongs to.
function tasksOf(block) {
  return block.dataset.task.split("\n");
}

// Return whether the reader can choose a task with this name.
function isTask(name) {
  return [...(TASKS.select?.options ?? [])].some((option) => option.value === name);
}

// Show the blocks of a task, and tell all who follow the choice. A task that is not there changes nothing.
function chooseTask(name) {
  if (!isTask(name)) return;
  TASKS.chosen = TASKS.select.value = name;
  for (const block of document.querySelectorAll("[data-task]")) block.hidden = !tasksOf(block).includes(name);
  for (const section of document.querySelectorAll("section:has([data-task])")) tellWhatIsElsewhere(section, name);
  for (const follow of TASKS.followers) follow(name);
}

// Say in a section without anything on the chosen task which task it is about.
function tellWhatIsElsewhere(section, name) {
  section.querySelector(".elsewhere")?.remove();
  const blocks = [...section.querySelectorAll("[data-task]")];
  if (blocks.some((block) => !block.hidden)) return;
  const [other] = tasksOf(blocks[0]);
  const button = make("button", { type: "button" }, "Show ", make("bdi", {}, other));
  button.addEventListener("click", () => keepTask(other));
  blocks[0].before(make("p", { class: "elsewhere" }, "Nothing about ", make("bdi", {}, name), " here. ", button));
}

// Choose a task, and write it to the address, without an entry in the history.
function keepTask(name) {
  if (TASKS.chosen !== name) chooseTask(name);
  if (TASKS.chosen !== name) return;
  const query = new URLSearchParams(location.search);
  if (name === TASKS.first) query.delete("task");
  else query.set("task", name);
  const text = String(query);
  history.replaceState(null, "", `${location.pathname}${text && `?${text}`}${location.hash}`);
}

// Call a function whenever another task is chosen.
function followTask(follow) {
  TASKS.followers.push(follow);
}

// Return the task that the address asks for, or the first one.
function taskOfAddress() {
  const name = new URLSearchParams(location.search).get("task");
  return isTask(name) ? name : TASKS.first;
}

// Let the reader choose, beginning with the task of the address.
function startTasks() {
  const { select } = TASKS;
  if (!select) return;
  TASKS.first = select.options[0].value;
  document.getElementById("tasks").hidden = false;
  select.addEventListener("change", () => keepTask(select.value));
  chooseTask(taskOfAddress());
}

startTasks();
