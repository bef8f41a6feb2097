// The approvals page by keyboard, and without losing what somebody is writing.

const form = () => document.getElementById("draft");
const text = () => document.getElementById("draft-text");
const typing = (element) => element?.matches?.("input, textarea, select, [contenteditable]");
const dialogIsOpen = () => document.querySelector("dialog[open]") !== null;

// MARK: Standing still

// A yes must mean the draft that was read. So a decision counts only after the draft has stood still
// for a moment: loaded, in sight, and without a key or a click in between. Whoever holds a key, clicks
// twice, or goes on typing while the next draft comes decides nothing and writes nothing into it.
const restFor = 600;
let restTimer = 0;
let swapping = 0;

const isArmed = () => form()?.classList.contains("armed") ?? false;

function rest() {
  clearTimeout(restTimer);
  form()?.classList.remove("armed");
  if (swapping > 0 || document.hidden) return;
  restTimer = setTimeout(() => form()?.classList.add("armed"), restFor);
}

document.addEventListener("visibilitychange", rest);
window.addEventListener("focus", rest);

// What happens while a draft is still moving puts the moment off in which it can be decided about.
// Writing in a field is no such thing: nobody comes there without choosing it.
for (const kind of ["keydown", "pointerdown"]) {
  document.addEventListener(kind, (event) => {
    if (!isArmed() && !(kind === "keydown" && typing(event.target))) rest();
  }, true);
}

// The form and the button, by whatever hand: nothing is sent before the draft has stood still.
document.addEventListener("submit", (event) => {
  if (event.target.id !== "draft" || (isArmed() && swapping === 0)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);

const isOfDesk = (event) => event.detail.target?.id === "desk";

document.addEventListener("htmx:beforeRequest", (event) => {
  if (!isOfDesk(event)) return;
  swapping += 1;
  rest();
  // The request itself says when it is over, swapped or not, wherever its element has gone.
  event.detail.xhr.addEventListener("loadend", () => {
    swapping -= 1;
    rest();
  });
  // What is typed from here on belongs to nothing: the field that has the focus is on its way out,
  // and htmx would give the focus to the next draft's field in its place.
  if (event.detail.requestConfig.verb === "post" && typing(document.activeElement)) {
    document.activeElement.blur();
  }
});

document.addEventListener("htmx:beforeSwap", (event) => {
  if (isOfDesk(event) && typing(document.activeElement)) document.activeElement.blur();
});

// MARK: The reply

function isEdited() {
  const field = text();
  return field !== null && field.value.trim() !== field.defaultValue.trim();
}

function showEdited() {
  const edited = isEdited();
  form()?.classList.toggle("edited", edited);
  const revert = document.querySelector("[data-revert]");
  if (revert) revert.hidden = !edited;
}

document.addEventListener("input", (event) => {
  if (event.target.id === "draft-text") showEdited();
});

document.addEventListener("click", (event) => {
  const target = event.target.closest("button");
  if (!target) return;
  if (target.matches("[data-revert]")) {
    text().value = text().defaultValue;
    showEdited();
    text().focus();
  } else if (target.matches("[data-edit]")) {
    edit();
  } else if (target.matches("[data-reject]")) {
    reject();
  } else if (target.matches("[data-reason]")) {
    const field = document.getElementById("reject-reason");
    field.value = target.dataset.reason;
    field.focus();
  } else if (target.matches("[data-help]")) {
    help();
  } else if (target.matches("[data-load-newer]")) {
    document.querySelector(".newer")?.remove();
    load(location.pathname + location.search);
  }
});

// Unchanged words are not sent as an edit.
document.addEventListener("htmx:configRequest", (event) => {
  if (event.target.id === "draft" && !isEdited()) delete event.detail.parameters.text;
});

function approve() {
  const button = form()?.querySelector("[data-approve]");
  if (button && !button.disabled && isArmed()) form().requestSubmit(button);
}

// The newest approval that has not left yet, or a rejection.
function undo() {
  document.querySelector(".notice form[data-undo]")?.requestSubmit();
}

function edit() {
  const field = text();
  if (!field) return;
  field.focus();
  field.setSelectionRange(field.value.length, field.value.length);
}

function reject() {
  const part = document.getElementById("reject");
  if (!part) return;
  part.open = true;
  document.getElementById("reject-reason").focus();
  part.scrollIntoView({ block: "nearest" });
}

function help() {
  document.getElementById("shortcuts")?.showModal();
}

// MARK: The queue

function load(address) {
  htmx.ajax("GET", address, { target: "#desk", select: "#desk", swap: "outerHTML" });
}

function step(by) {
  const rows = [...document.querySelectorAll(".queue-row")];
  if (rows.length === 0) return;
  const now = rows.findIndex((row) => row.hasAttribute("aria-current"));
  const next = rows[Math.min(Math.max(now + by, 0), rows.length - 1)];
  if (next.hasAttribute("aria-current")) return;
  next.click();
}

// The list is rendered without knowing which draft is open here; the mark is put back.
function markCurrent() {
  const open = document.getElementById("desk")?.dataset.draft;
  for (const row of document.querySelectorAll(".queue-row")) {
    if (row.dataset.draft === open) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
}

let shown = document.getElementById("desk")?.dataset.draft;
let decides = false;

document.addEventListener("htmx:beforeRequest", (event) => {
  if (isOfDesk(event) && event.detail.requestConfig.verb === "post") decides = true;
});

// Another draft is open: after a decision the focus goes to it, so that its reply is read next;
// after choosing in the queue it stays there. htmx would put it into the new reply, where the next
// key would be typed and not obeyed.
function moveFocus() {
  const draft = document.getElementById("desk")?.dataset.draft;
  const wasDecided = decides;
  decides = false;
  if (draft === shown) return;
  shown = draft;
  const row = document.querySelector(".queue-row[aria-current]");
  const part = wasDecided ? form() ?? document.getElementById("detail") : row;
  document.activeElement?.blur();
  part?.focus({ preventScroll: true });
}

document.addEventListener("htmx:afterSettle", (event) => {
  markCurrent();
  // The list and the notice are loaded anew beside the draft, which they leave alone.
  if (isOfDesk(event)) {
    moveFocus();
    rest();
  }
  showEdited();
  noticeNewer();
  announce();
});

// What came in between is read out once; a list that is loaded anew must not take the focus again.
const announced = new WeakSet();

function announce() {
  const conflict = document.querySelector("#conflict[role=alert]");
  if (!conflict || announced.has(conflict)) return;
  announced.add(conflict);
  conflict.focus();
}

// The open draft has left the queue: somebody decided, or the customer wrote again.
function noticeNewer() {
  const desk = document.getElementById("desk");
  const draft = desk?.dataset.draft;
  const card = form();
  if (!draft || !card || document.getElementById("conflict")) return;
  const filtered = new URLSearchParams(location.search).has("show");
  const isThere = document.querySelector(`.queue-row[data-draft="${draft}"]`) !== null;
  if (filtered || isThere || card.querySelector(".newer")) return;
  const line = document.createElement("p");
  line.className = "newer";
  line.setAttribute("role", "status");
  line.textContent = "This draft is no longer open.";
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button small";
  button.dataset.loadNewer = "";
  button.textContent = "Show what changed";
  line.append(button);
  card.prepend(line);
}

// MARK: Keys

document.addEventListener("keydown", (event) => {
  if (event.isComposing || dialogIsOpen()) return;
  const isSend = event.key === "Enter" && (event.ctrlKey || event.metaKey);
  if (isSend && event.target.id === "draft-text") {
    event.preventDefault();
    if (!event.repeat && swapping === 0) approve();
    return;
  }
  if (event.key === "Escape") {
    const part = document.getElementById("reject");
    if (part?.open) part.open = false;
    if (typing(event.target)) event.target.blur();
    return;
  }
  if (typing(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
  const decide = { a: approve, e: edit, r: reject }[event.key];
  const look = { j: () => step(1), k: () => step(-1), z: undo, "?": help }[event.key];
  if (!decide && !look) return;
  event.preventDefault();
  // A held key says one thing once, and on a draft that is still coming it says nothing.
  if (event.repeat || swapping > 0 || (decide && !isArmed())) return;
  (decide ?? look)();
});

rest();
