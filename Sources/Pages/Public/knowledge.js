// Uploads with progress, by dropping or choosing; passages are shown where a citation leads.

const form = document.getElementById("upload");

if (form) {
  const field = document.getElementById("file");
  const list = document.getElementById("uploads");
  const limit = Number(form.dataset.limit);
  form.classList.add("live");
  field.removeAttribute("required");

  field.addEventListener("change", () => {
    take(field.files);
    field.value = "";
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    field.click();
  });
  for (const name of ["dragenter", "dragover"]) {
    form.addEventListener(name, (event) => {
      event.preventDefault();
      form.classList.add("over");
    });
  }
  for (const name of ["dragleave", "drop"]) {
    form.addEventListener(name, () => form.classList.remove("over"));
  }
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    take(event.dataTransfer.files);
  });
  // A file dropped beside the field would make the browser leave the page.
  for (const name of ["dragover", "drop"]) {
    document.addEventListener(name, (event) => event.preventDefault());
  }

  // One after the other, so that a slow line shows honest progress and the desk stays free for others.
  const waiting = [];
  // What was not taken in, until somebody tries it again; of many, only the first lines are shown.
  const refused = [];
  const shownRefused = 20;
  const summary = newSummary();
  const rest = newRest();
  const longestPause = 60;
  const tries = 100;
  let working = false;
  let done = 0;
  let total = 0;

  function take(files) {
    waiting.push(...files);
    total += files.length;
    tell();
    if (!working) work();
  }

  async function work() {
    working = true;
    while (waiting.length > 0) {
      await send(waiting.shift());
      done += 1;
      tell();
    }
    working = false;
    done = 0;
    total = 0;
    tell();
    refresh();
  }

  function newRest() {
    const item = document.createElement("li");
    item.className = "upload-rest";
    item.hidden = true;
    const words = document.createElement("span");
    const again = document.createElement("button");
    again.type = "button";
    again.className = "button small";
    again.textContent = "Try again";
    again.addEventListener("click", () => {
      const files = refused.splice(0).map((entry) => {
        entry.item?.remove();
        return entry.file;
      });
      tellRefused();
      take(files);
    });
    item.append(words, again);
    list.append(item);
    return { item, words };
  }

  function tellRefused() {
    rest.item.hidden = refused.length === 0;
    const more = refused.length > shownRefused ? `; ${refused.length - shownRefused} more are not listed` : "";
    rest.words.textContent = refused.length === 1 ? "1 document was not taken in." : `${refused.length} documents were not taken in${more}.`;
    list.append(rest.item);
  }

  function newSummary() {
    const item = document.createElement("li");
    item.className = "upload-all";
    item.hidden = true;
    list.append(item);
    return item;
  }

  function tell() {
    summary.hidden = total < 2;
    summary.textContent = `${done} of ${total} done`;
  }

  // The list is loaded again at most this often, however many documents come in.
  let refreshing;
  function refresh() {
    refreshing ??= setTimeout(() => {
      refreshing = undefined;
      htmx.ajax("GET", "/knowledge", { target: "#documents", select: "#documents", swap: "outerHTML" });
    }, working ? 2000 : 300);
  }

  function newLine(name) {
    const item = document.createElement("li");
    const title = document.createElement("span");
    title.className = "upload-name";
    title.textContent = name;
    const bar = document.createElement("progress");
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute("aria-label", `Uploading ${name}`);
    const state = document.createElement("span");
    state.className = "upload-state";
    state.textContent = "0%";
    item.append(title, bar, state);
    list.append(item);
    return { item, bar, state };
  }

  async function send(file) {
    const line = newLine(file.name);
    const words = await stored(file, line);
    if (words) {
      line.bar.remove();
      line.item.className = "failed";
      line.state.textContent = words;
      // One that can never be taken in, such as a file that is too large, is not tried again.
      if (isHopeless(file)) return;
      const isListed = refused.length < shownRefused;
      if (!isListed) line.item.remove();
      refused.push({ file, item: isListed ? line.item : null });
      tellRefused();
    } else {
      line.item.remove();
      refresh();
    }
  }

  function isHopeless(file) {
    return file.size === 0 || file.size > limit;
  }

  // Nothing when the document is there, or why it is not. A desk that is busy or away says when to
  // go on; the key makes a repeat the same upload, also when only the answer was lost.
  async function stored(file, line) {
    if (file.size === 0) return "The file is empty. Choose the document again.";
    if (file.size > limit) return `Larger than ${Math.round(limit / 1048576)} MB. Split it or save it smaller.`;
    const key = newKey();
    for (let attempt = 1; ; attempt += 1) {
      const request = await post(file, key, line);
      const isBusy = request.status === 429 || request.status === 503;
      if (request.status >= 200 && request.status < 400) return null;
      if (attempt >= tries || (!isBusy && !isStillRunning(request) && (request.status > 0 || attempt >= 5))) {
        return request.status > 0 ? problem(request) : "The desk cannot be reached. Try again in a moment.";
      }
      await pause(Number(request.getResponseHeader("Retry-After")), line);
    }
  }

  function isStillRunning(request) {
    return request.status === 409 && request.responseText.includes("request.still_running");
  }

  async function pause(asked, line) {
    const seconds = Math.min(Math.max(asked || 2, 1), longestPause);
    line.state.textContent = "Waiting";
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  }

  function newKey() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  // Always resolves; a request that nobody answered has the status 0.
  function post(file, key, line) {
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      const body = new FormData();
      body.append("file", file, file.name);
      request.open("POST", form.dataset.upload);
      request.setRequestHeader("Accept", "application/problem+json");
      request.setRequestHeader("X-CSRF-Token", form.dataset.csrf);
      request.setRequestHeader("Idempotency-Key", key);
      request.upload.addEventListener("progress", (event) => {
        if (!event.lengthComputable) return;
        line.bar.value = event.loaded / event.total;
        line.state.textContent = `${Math.round((100 * event.loaded) / event.total)}%`;
      });
      request.addEventListener("loadend", () => resolve(request));
      request.send(body);
    });
  }

  function problem(request) {
    try {
      return JSON.parse(request.responseText).detail ?? "The document was not accepted.";
    } catch {
      return request.status === 413
        ? `Larger than ${Math.round(limit / 1048576)} MB. Split it or save it smaller.`
        : "The document was not accepted. Load the page again and repeat.";
    }
  }
}

// A citation leads to its passage: give it the focus, so that reading goes on there.
function showPassage() {
  const passage = location.hash.startsWith("#p-") ? document.getElementById(location.hash.slice(1)) : null;
  passage?.focus({ preventScroll: true });
  passage?.scrollIntoView({ block: "center" });
}

window.addEventListener("hashchange", showPassage);
showPassage();
