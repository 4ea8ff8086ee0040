// A diagnosis in place. Its text is part of the history of the tab and of no address, so that
// Back finds the diagnosis again.

const place = document.querySelector("[data-diagnosis]");
const field = document.getElementById("page:q");
const heading = document.querySelector("h1");
const before = [[...place.childNodes], document.title, heading.textContent];
let asking = new AbortController();

function waitingText() {
  try {
    const text = sessionStorage.getItem("fixbook:text");
    sessionStorage.removeItem("fixbook:text");
    return text;
  } catch {
    return null;
  }
}

async function show(text) {
  asking.abort();
  asking = new AbortController();
  field.value = text;
  place.ariaBusy = "true";
  try {
    const answer = await fetch(location.pathname, {
      method: "POST",
      body: text,
      headers: { "content-type": "text/plain", accept: "text/html" },
      signal: asking.signal,
    });
    put(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch (error) {
    if (error.name === "AbortError") return;
    document.querySelector("[data-note]").textContent = document.body.dataset.offline;
  }
  place.ariaBusy = null;
  document.documentElement.classList.remove("asking");
}

function put(page) {
  const shown = page.querySelector("[data-diagnosis]") ?? page.querySelector("main");
  place.replaceChildren(...shown.childNodes);
  document.title = page.title;
  heading.textContent = page.querySelector("h1").textContent;
  document.querySelector("[data-note]").textContent = "";
  document.querySelector("main").focus({ preventScroll: true });
  place.dispatchEvent(new Event("fixbook:shown", { bubbles: true }));
}

addEventListener("fixbook:diagnose", (event) => {
  event.preventDefault();
  history.pushState({ text: event.detail }, "");
  show(event.detail);
  scrollTo(0, 0);
});
addEventListener("popstate", (event) => {
  if (event.state?.text) {
    show(event.state.text);
    return;
  }
  const [nodes, title, text] = before;
  place.replaceChildren(...nodes);
  [document.title, heading.textContent, field.value] = [title, text, ""];
});

const waiting = waitingText();
if (waiting) history.replaceState({ text: waiting }, "");
if (history.state?.text) show(history.state.text);
