// A form is sent once, its faults are shown first, and what was sent survives a session that had ended.
const KEEP = "kanal-sent:";
const SECRET = /password|secret|code|token|acting_for/i;

const key = (form) => KEEP + location.pathname + "#" + (form.id || form.getAttribute("action") || "");
const fields = (form) => [...form.elements].filter((each) => each.name && !SECRET.test(each.name) &&
  !["hidden", "file", "password", "submit", "button"].includes(each.type));
const ticked = (field) => field.type === "checkbox" || field.type === "radio";

const keep = (form) => {
  const sent = fields(form).map((each) => [each.name, ticked(each) ? each.checked : each.value]);
  sessionStorage.setItem(key(form), JSON.stringify(sent));
};

const restore = (form) => {
  const sent = JSON.parse(sessionStorage.getItem(key(form)) ?? "null");
  const answered = form.querySelector("[aria-invalid], [data-summary]") || document.querySelector('.message[data-level="success"]');
  if (!sent || answered) return;
  fields(form).forEach((each, at) => {
    if (sent[at]?.[0] !== each.name) return;
    if (ticked(each)) each.checked = sent[at][1];
    else each.value = sent[at][1];
  });
};

// Only a page of the shell can be an answer; the sign-in page in between is not.
if (document.body.matches(".shell")) {
  document.querySelectorAll("form[data-draft]").forEach(restore);
  Object.keys(sessionStorage).filter((each) => each.startsWith(KEEP)).forEach((each) => sessionStorage.removeItem(each));
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.getAttribute("aria-busy") === "true") {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  if (form.matches("[data-draft]")) keep(form);
  if (!form.matches("[data-once]")) return;
  form.setAttribute("aria-busy", "true");
  event.submitter?.setAttribute("aria-busy", "true");
}, true);

const rest = () => document.querySelectorAll("form[aria-busy], form [aria-busy]").forEach((each) => each.removeAttribute("aria-busy"));
window.addEventListener("pageshow", rest);
document.addEventListener("htmx:afterRequest", rest);

const showFaults = () => document.querySelector("[data-summary]")?.focus();
showFaults();
document.addEventListener("htmx:afterSettle", showFaults);
