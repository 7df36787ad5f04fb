// A password can be looked at while it is typed; it is hidden again before it is sent.
const show = (button, shown) => {
  button.setAttribute("aria-pressed", shown);
  document.getElementById(button.getAttribute("aria-controls")).type = shown ? "text" : "password";
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-reveal]");
  if (button) show(button, button.getAttribute("aria-pressed") !== "true");
});
document.addEventListener("submit", (event) => {
  for (const button of event.target.querySelectorAll("[data-reveal]")) show(button, false);
}, true);
