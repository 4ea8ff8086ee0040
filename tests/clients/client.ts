// Reads an article, searches, diagnoses and reports with the types that openapi-typescript
// generates, and prints what came back: `node client.js http://127.0.0.1:8000 KEY`.
import createClient from "openapi-fetch";

import type { paths } from "./specification.js";

declare const process: { argv: string[] };

const client = createClient<paths>({ baseUrl: process.argv[2] ?? "" });

function answered<T>(answer: { data?: T; error?: unknown }): T {
  if (answer.data === undefined) throw new Error(JSON.stringify(answer.error));
  return answer.data;
}

const path = { slug: "connection-refused" };
const article = answered(await client.GET("/api/v1/articles/{slug}.json", { params: { path } }));
const summary = answered(await client.GET("/api/v1/articles/{slug}", { params: { path } }));
const query = { q: "ECONNREFUSED" };
const found = answered(await client.GET("/api/v1/search", { params: { query } }));
const text: string = article.errors?.[0]?.error ?? "";
const diagnosis = answered(await client.POST("/api/v1/diagnose", { body: { text } }));
const missing = await client.GET("/api/v1/articles/{slug}.json", {
  params: { path: { slug: "nothing" } },
});
const headers = { Authorization: `Bearer ${process.argv[3] ?? ""}` };
const body = { outcome: "worked", anchor: article.errors?.[0]?.anchor ?? "" } as const;
const reports = "/api/v1/articles/{slug}/reports";
const stored = answered(await client.POST(reports, { params: { path }, body, headers }));
const refused = await client.POST(reports, { params: { path }, body });

console.log(
  JSON.stringify({
    article: article.slug,
    summary: summary.data.id === article.id,
    found: found.data.items.map((item) => item.slug),
    outcome: diagnosis.data.outcome,
    match: diagnosis.data.matches[0]?.slug,
    missing: missing.error?.error.code,
    worked: stored.data.reports.worked,
    refused: refused.error?.error.code,
  }),
);
