// A second screen that htmx fetched is shown above the page; without script it is a page of its own.
const dialog = document.getElementById("dialog");

document.addEventListener("htmx:afterSwap", (event) => {
  if (dialog && event.detail.target === dialog && dialog.childElementCount && !dialog.open) dialog.showModal();
});
dialog?.addEventListener("click", (event) => {
  if (event.target === dialog || event.target.closest("[data-close]")) {
    event.preventDefault();
    dialog.close();
  }
});
dialog?.addEventListener("close", () => dialog.replaceChildren());
