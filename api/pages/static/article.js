// What only the page of an article has: tabs, links at headings, contents that follow.

// Tabs: the article, its Markdown, its JSON and how to get them, in one place.

const panels = Object.fromEntries(
  [...document.querySelectorAll("[data-panel]")].map((panel) => [panel.dataset.panel, panel]),
);
const bar = document.querySelector("[data-tabs]");
const tabs = [...bar.querySelectorAll("[data-tab]")];

async function select(chosen) {
  const name = chosen.dataset.tab;
  if (!panels[name]) await load(chosen, name);
  for (const tab of tabs) {
    const panel = panels[tab.dataset.tab];
    tab.setAttribute("aria-selected", tab === chosen);
    tab.tabIndex = tab === chosen ? 0 : -1;
    if (!panel) continue;
    panel.hidden = tab !== chosen;
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", tab.id);
    tab.setAttribute("aria-controls", panel.id);
  }
}

async function load(tab, name) {
  const panel = panels.page.cloneNode();
  panel.id = `page:${name}`;
  panel.innerHTML =
    '<figure class="code"><figcaption></figcaption><pre tabindex="0"><code></code></pre></figure>';
  const answer = await fetch(tab.href);
  const text = await answer.text();
  const isJson = answer.headers.get("content-type").includes("json");
  const shown = isJson ? JSON.stringify(JSON.parse(text), null, 2) : text;
  panel.querySelector("code").textContent = shown;
  const link = document.createElement("a");
  link.href = tab.href;
  link.textContent = new URL(tab.href).pathname;
  panel.querySelector("figcaption").append(link);
  panels.page.after((panels[name] = panel));
  panel.dispatchEvent(new Event("fixbook:shown", { bubbles: true }));
}

bar.setAttribute("role", "tablist");
for (const tab of tabs) {
  tab.id = `page:tab-${tab.dataset.tab}`;
  tab.setAttribute("role", "tab");
  tab.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    select(tab);
  });
}
bar.addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  const next = tabs.at((tabs.indexOf(document.activeElement) + step) % tabs.length);
  next.focus();
  select(next);
});
addEventListener("hashchange", async () => {
  if (!panels.page.hidden) return;
  await select(tabs[0]);
  document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
});
select(tabs[0]);

// The whole document, for a chat, an issue or a file.

const copier = document.querySelector("[data-copy-document]");
copier.addEventListener("click", async () => {
  const { copied, failed } = document.body.dataset;
  const before = copier.textContent;
  try {
    const answer = await fetch(copier.dataset.copyDocument);
    if (!answer.ok) throw new Error(answer.statusText);
    await navigator.clipboard.writeText(await answer.text());
    copier.textContent = copied;
  } catch {
    copier.textContent = failed;
  }
  setTimeout(() => (copier.textContent = before), 2000);
});

// Anchors of errors had several hyphens in a row once.

const anchor = decodeURIComponent(location.hash.slice(1));
if (anchor.startsWith("error-") && !document.getElementById(anchor)) {
  const now = anchor.replace(/-+/g, "-").replace(/-$/, "");
  if (document.getElementById(now)) location.replace(`#${now}`);
}

// A heading leads to itself, so that its address can be copied; one that folds a part does not,
// since a control holds no other.

for (const heading of document.querySelectorAll(".prose :is(h2, h3, h4)[id]")) {
  if (heading.closest("summary")) continue;
  const link = document.createElement("a");
  link.href = `#${heading.id}`;
  link.className = "here";
  link.textContent = "#";
  link.setAttribute("aria-label", `# ${heading.textContent}`);
  heading.append(link);
}

// The table of contents follows the reader.

const contents = document.querySelector("[data-toc]");
const links = new Map(
  [...contents.querySelectorAll("a")].map((a) => [decodeURIComponent(a.hash.slice(1)), a]),
);
const headings = [...links.keys()].map((id) => document.getElementById(id)).filter(Boolean);

function follow() {
  const here = headings.findLast((heading) => heading.getBoundingClientRect().top < 120);
  for (const [id, link] of links) link.ariaCurrent = id === here?.id ? "true" : null;
}

addEventListener("scroll", () => requestAnimationFrame(follow), { passive: true });
follow();
