// What pages do better with scripts. Without them every page works.

const root = document.documentElement;
const texts = document.body.dataset;

// The theme: what the button says wins over the system, here and on the next page.

const toggle = document.querySelector("[data-theme-toggle]");
const dark = matchMedia("(prefers-color-scheme: dark)");

function isDark() {
  return root.dataset.theme ? root.dataset.theme === "dark" : dark.matches;
}

function showTheme() {
  toggle?.setAttribute("aria-pressed", String(isDark()));
}

toggle?.addEventListener("click", () => {
  root.dataset.theme = isDark() ? "light" : "dark";
  try {
    localStorage.setItem("theme", root.dataset.theme);
  } catch {
    // It holds for this page only.
  }
  showTheme();
});
dark.addEventListener("change", showTheme);
showTheme();

// Copying code, exactly as it is, and fixes: their command if they have one, else their words.

function addCopyButtons(within) {
  for (const figure of within.querySelectorAll("figure.code")) {
    addButton(figure.querySelector("code"), figure.querySelector("figcaption"));
  }
  for (const fix of within.querySelectorAll("div[data-copy]")) {
    const commands = [...fix.querySelectorAll("code")].filter((it) => it.textContent.includes(" "));
    addButton(commands.length === 1 ? commands[0] : fix, fix.parentElement);
  }
}

function addButton(copied, place) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = texts.copy;
  button.addEventListener("click", () => copy(copied, button));
  place.append(button);
}

async function copy(copied, button) {
  try {
    await navigator.clipboard.writeText(copied.textContent);
    button.textContent = texts.copied;
  } catch {
    getSelection().selectAllChildren(copied);
    button.textContent = texts.failed;
  }
  setTimeout(() => (button.textContent = texts.copy), 2000);
}

addCopyButtons(document);
addEventListener("fixbook:shown", (event) => addCopyButtons(event.target));

// The box takes words and logs. A line is searched for, several lines are diagnosed; Ctrl+Enter
// always diagnoses. A log never stands in an address: it waits in the session for its page.

const box = document.querySelector("[data-box]");
const field = box?.elements.text;
const hints = box?.querySelector("[data-hints]");
const note = box?.querySelector("[data-note]");
const LARGEST = 65536; // bytes that the server reads of a text
const SENT = 262144; // characters that are sent of a longer one, its end
const PAUSE = 200; // milliseconds without a key
let waiting = 0;
let asking = new AbortController();

function isLog() {
  return field.value.trim().includes("\n");
}

function diagnose() {
  const text = field.value.slice(-SENT);
  const asked = new CustomEvent("fixbook:diagnose", { detail: text, cancelable: true });
  if (!text.trim() || !dispatchEvent(asked)) return;
  try {
    sessionStorage.setItem("fixbook:text", text);
    location.assign(`/${box.dataset.box}/diagnose`);
  } catch {
    HTMLFormElement.prototype.submit.call(box);
  }
}

function search() {
  hide();
  const asked = new CustomEvent("fixbook:search", { cancelable: true });
  if (!dispatchEvent(asked)) return;
  location.assign(`/${box.dataset.box}/search?${new URLSearchParams({ q: field.value.trim() })}`);
}

// Suggestions while one types a line: links, through which the arrows go.

function hide() {
  clearTimeout(waiting);
  asking.abort();
  hints.hidden = true;
}

async function suggest() {
  asking.abort();
  asking = new AbortController();
  const given = { q: field.value.trim(), lang: box.dataset.box, pageSize: 6 };
  const asked = `/api/v1/search?${new URLSearchParams(given)}`;
  try {
    const answer = await fetch(asked, { signal: asking.signal });
    if (!answer.ok) return;
    const { items } = (await answer.json()).data;
    if (items.length) show(items);
    else await suggestErrors(given);
  } catch {
    hints.hidden = true;
  }
}

// The beginning of a word that no article has as a whole.

async function suggestErrors(given) {
  const asked = `/api/v1/errors?${new URLSearchParams(given)}`;
  const answer = await fetch(asked, { signal: asking.signal });
  if (!answer.ok) return;
  const { items } = (await answer.json()).data;
  show(
    items.map(({ article, error, anchor }) => ({
      slug: article.slug,
      title: { [given.lang]: article.title },
      matches: [{ kind: "error", text: error, anchor }],
    })),
  );
}

function show(items) {
  hints.replaceChildren(...items.map(hint));
  hints.hidden = !items.length || document.activeElement !== field;
}

function hint(item) {
  const row = item.matches.find((match) => match.kind === "error");
  const link = document.createElement("a");
  const wanted = row ? `?error=${encodeURIComponent(row.anchor.replace(/^error-/, ""))}` : "";
  link.href = `/${box.dataset.box}/articles/${encodeURIComponent(item.slug)}${wanted}`;
  link.append(line("b", item.title[box.dataset.box] ?? Object.values(item.title)[0]));
  if (row) link.append(line("code", row.text));
  return link;
}

function line(kind, text) {
  const element = document.createElement(kind);
  element.textContent = text;
  return element;
}

function move(event, step) {
  const places = [field, ...hints.children];
  const next = places[places.indexOf(document.activeElement) + step];
  if (hints.hidden || !next || (document.activeElement === field && isLog())) return;
  event.preventDefault();
  next.focus();
}

box?.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  if (event.key === "ArrowDown") move(event, 1);
  if (event.key === "ArrowUp") move(event, -1);
  if (event.key === "Escape" && !hints.hidden) {
    hide();
    field.focus();
  }
  if (event.key !== "Enter" || event.target !== field || event.shiftKey) return;
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    diagnose();
  } else if (!isLog()) {
    event.preventDefault();
    search();
  }
});
box?.addEventListener("submit", (event) => {
  event.preventDefault();
  if (isLog()) diagnose();
  else search();
});
field?.addEventListener("input", () => {
  hide();
  const bytes = field.value.length < LARGEST / 4 ? 0 : new Blob([field.value]).size;
  note.textContent = bytes > LARGEST ? texts.cut : "";
  const isWord = field.value.trim().length > 1 && !isLog();
  if (isWord && !document.querySelector("[data-instant]")) waiting = setTimeout(suggest, PAUSE);
});
box?.addEventListener("focusout", (event) => {
  if (!box.contains(event.relatedTarget)) hints.hidden = true;
});

// A slash or Ctrl+K goes to the box, as in many places.

addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  const isK = event.key === "k" && (event.ctrlKey || event.metaKey) && !event.altKey;
  const isSlash = event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey;
  if (!field || !(isK || isSlash)) return;
  event.preventDefault();
  field.focus();
  field.select();
});

// Another language keeps the text of a diagnosis.

document.querySelector("[data-language]")?.addEventListener("click", () => {
  try {
    if (history.state?.text) sessionStorage.setItem("fixbook:text", history.state.text);
  } catch {
    // Then that page begins empty.
  }
});
