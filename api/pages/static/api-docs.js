// Runs the examples of the API documentation against this server, in this page.

const LONGEST = 200_000; // characters of an answer that are shown

const quoted = (text) => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'"'"'`)}'`);

// Path and query, as the fields say: what is empty or the default is left out.
function targetOf(form) {
  let path = form.dataset.path;
  const query = new URLSearchParams();
  for (const field of form.querySelectorAll("[data-place]")) {
    const { place, default: usual } = field.dataset;
    if (place === "path") path = path.replace(`{${field.name}}`, encodeURIComponent(field.value));
    else if (field.value !== "" && field.value !== usual) query.append(field.name, field.value);
  }
  return query.size ? `${path}?${query}` : path;
}

function bodyOf(form) {
  return form.querySelector("[data-body]")?.value;
}

function curlOf(form) {
  const url = quoted(form.dataset.url + targetOf(form));
  const body = bodyOf(form);
  if (body === undefined) return `curl ${url}`;
  return `curl -H 'Content-Type: application/json' -d ${quoted(compact(body))} ${url}`;
}

function compact(text) {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return text; // the server will say what is wrong with it
  }
}

function pretty(text, type) {
  if (!type.includes("json")) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function show(form, outcome, headers, text) {
  const answer = form.querySelector("[data-answer]");
  const [first, second] = answer.querySelectorAll("code");
  form.querySelector("[data-outcome]").textContent = outcome;
  first.textContent = headers;
  second.textContent = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  answer.hidden = headers === "";
}

async function run(form) {
  const body = bodyOf(form);
  const started = performance.now();
  try {
    const { pathname } = new URL(form.dataset.url); // the service may be below a path
    const answer = await fetch(pathname.replace(/\/$/, "") + targetOf(form), {
      method: form.dataset.method,
      headers: body === undefined ? {} : { "Content-Type": "application/json" },
      body,
    });
    const text = await answer.text();
    const bytes = new TextEncoder().encode(text).length;
    const took = Math.round(performance.now() - started);
    const outcome = `${answer.status} ${answer.statusText} · ${took} ms · ${bytes} B`;
    const headers = [...answer.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
    show(form, outcome, headers, pretty(text, answer.headers.get("content-type") ?? ""));
  } catch (error) {
    show(form, String(error.message), "", "");
  }
}

for (const form of document.querySelectorAll("[data-operation]")) {
  const follow = () => {
    form.querySelector("[data-curl]").textContent = curlOf(form);
    form.querySelector("[data-target]")?.setAttribute("href", targetOf(form));
  };
  form.addEventListener("input", follow);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    run(form);
  });
}
