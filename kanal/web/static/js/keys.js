// "/" and Ctrl-K go to the search; arrows walk through its answers, Escape leaves it.
const field = document.querySelector("[data-find]");
const answers = document.getElementById("find-answers");

document.addEventListener("keydown", (event) => {
  if (!field) return;
  const typing = event.target.closest?.("input, select, textarea, [contenteditable]");
  const asked = (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) ||
    (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey));
  if (asked && !document.querySelector("dialog[open]")) {
    event.preventDefault();
    field.focus();
    field.select();
  }
});

field?.form.addEventListener("keydown", (event) => {
  const hits = [...answers.querySelectorAll("[data-hit]")];
  const at = hits.indexOf(document.activeElement);
  if (event.key === "Escape") {
    if (field.value) {
      field.value = "";
      answers.replaceChildren();
      field.focus();
    } else {
      document.activeElement.blur();
    }
    event.preventDefault();
  } else if (event.key === "ArrowDown" && hits.length) {
    hits[Math.min(at + 1, hits.length - 1)].focus();
    event.preventDefault();
  } else if (event.key === "ArrowUp" && at >= 0) {
    (at === 0 ? field : hits[at - 1]).focus();
    event.preventDefault();
  } else if (event.key === "Enter" && event.target === field && hits.length) {
    hits[0].click();
    event.preventDefault();
  }
});
