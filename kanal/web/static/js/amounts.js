// Amounts are grouped as they are typed, 1.000.000, and the caret stays behind the digit it was behind.
const group = (field) => {
  const { group: mark, point, decimals } = field.dataset;
  const typed = field.value;
  if (!/^[\s\d.,\-−]*$/.test(typed)) return; // a sign or a unit in words: the server reads it, or says what is wrong
  const negative = /^\s*[-−]/.test(typed) ? "−" : "";
  const [whole, ...fraction] = decimals === "0" ? [typed] : typed.split(point);
  const digits = whole.replace(/\D/g, "").replace(/^0+(?=\d)/, "");
  const behind = typed.slice(0, field.selectionStart).replace(/[^\d,.]/g, "").replaceAll(mark, "").length;
  let shown = negative + digits.replace(/\B(?=(\d{3})+$)/g, mark);
  if (fraction.length) shown += point + fraction.join("").replace(/\D/g, "").slice(0, Number(decimals));
  if (shown === typed) return;
  field.value = shown;
  let at = negative.length;
  for (let left = behind; at < shown.length && left > 0; at += 1) if (shown[at] !== mark) left -= 1;
  field.setSelectionRange(at, at);
};

document.addEventListener("input", (event) => event.target.matches("[data-amount]") && group(event.target));
