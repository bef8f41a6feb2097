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

  // One after the other, so that a slow line shows honest progress.
  let queue = Promise.resolve();

  function take(files) {
    for (const file of files) {
      const line = newLine(file.name);
      queue = queue.then(() => send(file, line));
    }
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
    state.textContent = "Waiting";
    item.append(title, bar, state);
    list.append(item);
    return { item, bar, state };
  }

  function send(file, line) {
    return new Promise((resolve) => {
      if (file.size === 0) return end("The file is empty. Choose the document again.");
      if (file.size > limit) return end(`Larger than ${Math.round(limit / 1048576)} MB. Split it or save it smaller.`);
      const request = new XMLHttpRequest();
      const body = new FormData();
      body.append("file", file, file.name);
      request.open("POST", form.action);
      request.setRequestHeader("Accept", "application/problem+json");
      request.upload.addEventListener("progress", (event) => {
        if (!event.lengthComputable) return;
        line.bar.value = event.loaded / event.total;
        line.state.textContent = `${Math.round((100 * event.loaded) / event.total)}%`;
      });
      request.addEventListener("load", () => {
        if (request.status < 400) {
          line.item.remove();
          htmx.ajax("GET", "/knowledge", { target: "#documents", select: "#documents", swap: "outerHTML" });
          return resolve();
        }
        end(problem(request));
      });
      request.addEventListener("error", () => end("The desk cannot be reached. Try again in a moment."));
      line.state.textContent = "0%";
      request.send(body);

      function end(words) {
        line.bar.remove();
        line.item.className = "failed";
        line.state.textContent = words;
        resolve();
      }
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
