// Messages are closed by whoever has read them, and a request that found no answer says so.
document.addEventListener("click", (event) => event.target.closest("[data-dismiss]")?.closest(".message").remove());

const say = (id) => () => {
  const words = document.getElementById(id);
  const place = document.querySelector(".messages");
  if (!words || !place || place.querySelector("[data-unanswered]")) return;
  place.append(words.content.cloneNode(true));
  place.scrollIntoView({ block: "nearest" });
};
document.addEventListener("htmx:sendError", say("no-connection"));
document.addEventListener("htmx:responseError", say("no-success"));
