// The approvals page by keyboard, and without losing what somebody is writing.

const form = () => document.getElementById("draft");
const text = () => document.getElementById("draft-text");
const typing = (element) => element?.matches?.("input, textarea, select, [contenteditable]");
const dialogIsOpen = () => document.querySelector("dialog[open]") !== null;

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
  if (button && !button.disabled) form().requestSubmit(button);
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
  if (event.target.closest("#desk") && event.detail.requestConfig.verb === "post") decides = true;
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

document.addEventListener("htmx:afterSettle", () => {
  markCurrent();
  moveFocus();
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
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.id === "draft-text") {
    event.preventDefault();
    approve();
    return;
  }
  if (event.key === "Escape") {
    const part = document.getElementById("reject");
    if (part?.open) part.open = false;
    if (typing(event.target)) event.target.blur();
    return;
  }
  if (typing(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
  const act = { j: () => step(1), k: () => step(-1), a: approve, e: edit, r: reject, "?": help }[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
