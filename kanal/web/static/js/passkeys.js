// allauth's script speaks to the device; what went wrong there is said in the page, and another way stays open.
const tell = (name) => {
  for (const place of document.querySelectorAll("[data-passkey-trouble]")) {
    const named = place.querySelector(`[data-trouble="${name}"]`) ?? place.querySelector('[data-trouble="Error"]');
    for (const words of place.querySelectorAll("[data-trouble]")) words.hidden = words !== named;
    place.hidden = false;
  }
};

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  tell(event.detail.exception?.name ?? "Error");
});

if (!window.PublicKeyCredential) {
  tell("NotSupportedError");
  for (const other of document.querySelectorAll(".ways[data-passkeys]")) other.hidden = true;
}
