// Days are typed as dd/MM/yyyy; a button beside the field opens the browser's own calendar.
const two = (number) => String(number).padStart(2, "0");

const addCalendar = (field) => {
  if (field.dataset.calendar || !("showPicker" in HTMLInputElement.prototype)) return;
  field.dataset.calendar = "there";
  const native = Object.assign(document.createElement("input"), { type: "date", tabIndex: -1, className: "said" });
  native.setAttribute("aria-hidden", "true");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "affix-button";
  button.setAttribute("aria-label", field.dataset.day);
  button.append(document.getElementById("calendar-icon")?.content.cloneNode(true) ?? "▾");
  button.addEventListener("click", () => {
    const [day, month, year] = field.value.split("/");
    native.value = year ? `${year}-${two(month)}-${two(day)}` : "";
    native.showPicker();
  });
  native.addEventListener("change", () => {
    const [year, month, day] = native.value.split("-");
    field.value = day ? `${day}/${month}/${year}` : "";
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });
  field.after(button, native);
};

const addCalendars = () => document.querySelectorAll("input[data-day]").forEach(addCalendar);
addCalendars();
document.addEventListener("htmx:afterSettle", addCalendars);
