// Results while typing: the search page is asked again, and its results are put in place.

const form = document.querySelector("[data-instant]");
const field = document.getElementById("page:q");
const PARTS = ["[data-results]", "[data-count]"];
const PAUSE = 160; // milliseconds without a key

let asking = new AbortController();
let timer = 0;

function address() {
  form.elements.q.value = field.value.trim();
  const given = [...new FormData(form)].filter(([, value]) => value !== "");
  const query = new URLSearchParams(given.filter((pair) => String(pair) !== "sort,relevance"));
  return `${form.getAttribute("action")}?${query}`;
}

async function ask() {
  asking.abort();
  asking = new AbortController();
  const wanted = address();
  const [results] = PARTS.map((part) => document.querySelector(part));
  results.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(wanted, { signal: asking.signal, headers: { accept: "text/html" } });
    show(new DOMParser().parseFromString(await answer.text(), "text/html"), wanted);
  } catch (error) {
    if (error.name === "AbortError") return;
    location.assign(wanted);
  }
  results.removeAttribute("aria-busy");
}

function show(page, wanted) {
  if (!page.querySelector(PARTS[0])) {
    location.assign(wanted);
    return;
  }
  for (const part of PARTS) {
    document.querySelector(part).replaceChildren(...page.querySelector(part).childNodes);
  }
  document.title = page.title;
  document.querySelector(PARTS[0]).dispatchEvent(new Event("fixbook:shown", { bubbles: true }));
  history.replaceState(null, "", wanted);
  const [now, then] = [document, page].map((it) => it.querySelector("[data-language]"));
  now.href = then.getAttribute("href");
}

function askSoon() {
  clearTimeout(timer);
  if (!field.value.trim().includes("\n")) timer = setTimeout(ask, PAUSE);
}

function askNow(event) {
  event.preventDefault();
  clearTimeout(timer);
  ask();
}

form.addEventListener("input", askSoon);
field.addEventListener("input", askSoon);
form.addEventListener("submit", askNow);
addEventListener("fixbook:search", askNow);
