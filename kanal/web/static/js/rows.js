// A click anywhere on a row opens its detail, as the link in its first cell does; text can still be selected.
const follow = (event, newTab) => {
  const row = event.target.closest?.("tr[data-href]");
  if (!row || event.target.closest("a, button, input, select, label, summary, details, [popover]") || String(getSelection())) return;
  if (newTab) window.open(row.dataset.href, "_blank", "noopener");
  else location.assign(row.dataset.href);
};

document.addEventListener("click", (event) => follow(event, event.ctrlKey || event.metaKey));
document.addEventListener("auxclick", (event) => event.button === 1 && follow(event, true));
document.addEventListener("change", (event) => event.target.matches("[data-submits]") && event.target.form.requestSubmit());
