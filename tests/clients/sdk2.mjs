// The official SDK of TypeScript, v2, in the era that is named: works one task
// through.
import { createRequire } from "node:module";
import { work } from "./work.mjs";

const require = createRequire(process.env.CLIENT_PACKAGES + "/");
const { Client } = require("@modelcontextprotocol/client");
const { StdioClientTransport } = require("@modelcontextprotocol/client/stdio");

const transport = new StdioClientTransport({ command: process.argv[2], args: ["mcp", "serve"], env: process.env });
const era = process.argv[3];
const mode = era === "modern" ? { pin: "2026-07-28" } : "legacy";
const client = new Client({ name: `sdk-ts-2-${era}`, version: "1.0.0" }, { versionNegotiation: { mode } });
await client.connect(transport);
await work(client);
await client.close();
