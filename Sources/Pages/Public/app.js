// Every page: colours, the proof that a request is ours, and honest words when something fails.

const root = document.documentElement;
root.classList.add("has-script");

// MARK: Colours

const themes = ["auto", "light", "dark"];

function showTheme(theme) {
  root.dataset.theme = theme;
  for (const button of document.querySelectorAll("[data-theme-next]")) {
    button.setAttribute("aria-label", `Colours: ${theme}`);
    button.title = `Colours: ${theme}`;
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-theme-next]");
  if (!button) return;
  const next = themes[(themes.indexOf(root.dataset.theme) + 1) % themes.length];
  const year = 60 * 60 * 24 * 365;
  document.cookie = `frontdesk_theme=${next}; path=/; max-age=${year}; samesite=lax`;
  showTheme(next);
});

// MARK: Live changes

// A page that the browser keeps for "back" would keep its stream too, and six of those block every
// other request to the desk. So streams end with their page, and a page that returns is loaded anew.
const streams = new Set();

if (window.htmx) {
  htmx.createEventSource = (address) => {
    const stream = new EventSource(address);
    streams.add(stream);
    // Signed out elsewhere: nothing of the desk may stay on the screen.
    // The page that signed out is on its way elsewhere already, and must not be called back.
    stream.addEventListener("signed_out", () => setTimeout(() => location.reload(), 400));
    return stream;
  };
}

addEventListener("pagehide", () => {
  for (const stream of streams) stream.close();
  streams.clear();
});
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

// MARK: Requests

document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector('meta[name="csrf"]')?.content;
  if (token) event.detail.headers["X-CSRF-Token"] = token;
});

// What failed is shown as a page only where it has the part that was asked for.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, requestConfig } = event.detail;
  if (xhr.status < 400) return;
  const part = requestConfig.elt.closest("[hx-select]")?.getAttribute("hx-select");
  const hasPart = part?.startsWith("#") && xhr.responseText.includes(`id="${part.slice(1)}"`);
  if (hasPart) return;
  event.detail.shouldSwap = false;
  if (requestConfig.verb !== "get") toast(words(xhr), true);
});

document.addEventListener("htmx:sendError", (event) => {
  if (event.detail.requestConfig?.verb === "get") return;
  toast("Nothing was sent: the desk cannot be reached. Try again in a moment.", true);
});

function words(xhr) {
  try {
    const problem = JSON.parse(xhr.responseText);
    if (problem.detail) return problem.detail;
  } catch { /* not JSON: a page, or nothing at all */ }
  if (xhr.status === 401) return "Your session has ended. Sign in again.";
  if (xhr.status === 403) return "This form has expired. Load the page again.";
  return "That did not work. Nothing was changed; try again in a moment.";
}

// MARK: Toasts

export function toast(text, isProblem = false) {
  for (const old of document.querySelectorAll(".notice")) old.remove();
  const line = document.createElement("p");
  line.className = isProblem ? "notice notice-problem" : "notice";
  line.textContent = text;
  document.getElementById("toasts").append(line);
  fade(line, isProblem ? 9000 : 5000);
}

function fade(line, after) {
  setTimeout(() => line.remove(), after);
}

// A notice came with the address; it is said once, so a reload does not repeat it.
function settleNotices() {
  for (const line of document.querySelectorAll(".notice:not([data-settled])")) {
    line.dataset.settled = "";
    // What can be taken back stays until it is closed or something else is opened.
    if (!line.querySelector("form")) fade(line, 8000);
  }
  const address = new URL(location.href);
  if (!address.searchParams.has("notice") && !address.searchParams.has("of")) return;
  address.searchParams.delete("notice");
  address.searchParams.delete("of");
  history.replaceState(history.state, "", address);
}

document.addEventListener("htmx:afterSettle", settleNotices);
document.addEventListener("htmx:pushedIntoHistory", settleNotices);
settleNotices();

// MARK: Small things

document.addEventListener("click", (event) => {
  event.target.closest("[data-dismiss]")?.closest(".notice, .conflict")?.remove();
});

document.addEventListener("click", (event) => {
  const closer = event.target.closest("[data-close]");
  if (!closer) return;
  const dialog = closer.closest("dialog");
  if (dialog) dialog.close();
  const details = closer.closest("details");
  if (details) details.open = false;
});

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (!opener) return;
  document.getElementById(opener.dataset.dialog)?.showModal();
});

// "Are you sure?" in words of our own, by keyboard too; without this module forms just go.
document.addEventListener("submit", (event) => {
  const question = event.target.dataset?.confirm;
  if (!question || event.target.dataset.confirmed !== undefined) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  ask(question, event.target.dataset.confirmAction ?? "Yes").then((isSure) => {
    if (!isSure) return;
    event.target.dataset.confirmed = "";
    event.target.requestSubmit();
    delete event.target.dataset.confirmed;
  });
}, true);

function ask(question, action) {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  const text = document.createElement("p");
  text.id = "question";
  text.textContent = question;
  dialog.setAttribute("aria-labelledby", "question");
  const row = document.createElement("div");
  row.className = "actions dialog-actions";
  const yes = document.createElement("button");
  yes.className = "button danger-solid";
  yes.textContent = action;
  const no = document.createElement("button");
  no.className = "button";
  no.textContent = "Keep it";
  row.append(yes, no);
  dialog.append(text, row);
  document.body.append(dialog);
  return new Promise((resolve) => {
    yes.addEventListener("click", () => { resolve(true); dialog.close(); });
    no.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => { resolve(false); dialog.remove(); });
    dialog.showModal();
    no.focus();
  });
}

// Where a business is registered, its time zone is most likely the one of this machine.
const zone = document.querySelector("[data-own-zone]");
if (zone && zone.value === zone.defaultValue) {
  zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? zone.value;
}

// Threads open at their end.
function scrollToEnds() {
  for (const part of document.querySelectorAll("[data-scroll-end]")) part.scrollTop = part.scrollHeight;
}

document.addEventListener("htmx:afterSettle", (event) => {
  const part = event.detail.elt;
  if (part.matches?.("[data-scroll-end], #desk") || part.querySelector?.("[data-scroll-end]")) scrollToEnds();
});
scrollToEnds();
