// The customer's conversation: sent at once to the eye, once to the desk, and live.

const composer = document.getElementById("composer");
const field = document.getElementById("content");
const key = document.getElementById("key");

const freshKey = () =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

// Enter sends where there is a real keyboard; Shift+Enter makes a new line.
const hasKeyboard = matchMedia("(hover: hover) and (pointer: fine)").matches;
field.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || !hasKeyboard) return;
  event.preventDefault();
  if (field.value.trim() !== "") composer.requestSubmit();
});

function toEnd() {
  const thread = document.getElementById("thread");
  if (thread) thread.scrollTop = thread.scrollHeight;
}

// The words stand in the thread while they are on their way, and say so.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target !== composer) return;
  const item = document.createElement("li");
  item.className = "message mine pending";
  const bubble = document.createElement("div");
  bubble.className = "bubble";
  bubble.textContent = field.value.trim();
  const when = document.createElement("p");
  when.className = "when";
  when.textContent = "Sending…";
  item.append(bubble, when);
  document.querySelector("#thread .messages")?.append(item);
  toEnd();
});

// The key is kept until the desk has the message, so trying again cannot send it twice.
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.target !== composer) return;
  if (event.detail.successful) {
    field.value = "";
    key.value = freshKey();
  } else {
    document.querySelector("#thread .pending")?.remove();
  }
  field.focus();
});

document.addEventListener("click", (event) => {
  const starter = event.target.closest("[data-starter]");
  if (!starter) return;
  field.value = starter.dataset.starter;
  field.focus();
});

document.addEventListener("htmx:afterSettle", toEnd);
toEnd();

// MARK: Without a live stream the page asks now and then.

let polling = null;

function refresh() {
  const thread = document.getElementById("thread");
  if (thread && !document.hidden) htmx.trigger(thread, "refresh");
}

document.addEventListener("htmx:sseError", () => {
  polling ??= setInterval(refresh, 5000);
});

document.addEventListener("htmx:sseOpen", () => {
  // What came while the stream was away is fetched once.
  if (polling !== null) refresh();
  clearInterval(polling);
  polling = null;
});

document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
