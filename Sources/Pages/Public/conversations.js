// Conversations: which one is open stays marked, and Ctrl+Enter sends.

function markCurrent() {
  const open = location.pathname.split("/")[2];
  if (!open) return;
  for (const row of document.querySelectorAll(".queue-row")) {
    if (row.dataset.conversation === open) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
}

document.addEventListener("htmx:afterSettle", markCurrent);

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  if (event.target.id !== "content" || event.target.value.trim() === "") return;
  event.preventDefault();
  document.getElementById("composer").requestSubmit();
});
