// Messages are closed by whoever has read them, and a request that found no answer says so.
document.addEventListener("click", (event) => event.target.closest("[data-dismiss]")?.closest(".message").remove());

const say = (event) => {
  const words = document.getElementById("no-answer");
  const place = document.querySelector(".messages");
  if (!words || !place || place.querySelector("[data-no-answer]")) return;
  place.append(words.content.cloneNode(true));
  place.scrollIntoView({ block: "nearest" });
};
document.addEventListener("htmx:sendError", say);
document.addEventListener("htmx:responseError", say);
