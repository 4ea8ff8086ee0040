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

// Copying code, exactly as it is.

function addCopyButtons(figures) {
  for (const figure of figures) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = texts.copy;
    button.addEventListener("click", () => copy(figure.querySelector("code"), button));
    figure.querySelector("figcaption").append(button);
  }
}

async function copy(code, button) {
  try {
    await navigator.clipboard.writeText(code.textContent);
    button.textContent = texts.copied;
  } catch {
    getSelection().selectAllChildren(code);
    button.textContent = texts.failed;
  }
  setTimeout(() => (button.textContent = texts.copy), 2000);
}

addCopyButtons(document.querySelectorAll("figure.code"));
addEventListener("fixbook:code", (event) => addCopyButtons([event.target]));

// A slash goes to the search box, as in many places.

addEventListener("keydown", (event) => {
  const box = document.getElementById("page:q");
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (event.key !== "/" || !box || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  box.focus();
  box.select();
});
