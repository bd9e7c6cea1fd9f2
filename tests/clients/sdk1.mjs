// The official SDK of TypeScript, v1: works one task through.
import { createRequire } from "node:module";
import { work } from "./work.mjs";

const require = createRequire(process.env.CLIENT_PACKAGES + "/");
const { Client } = require("@modelcontextprotocol/sdk/client/index.js");
const { StdioClientTransport } = require("@modelcontextprotocol/sdk/client/stdio.js");

const transport = new StdioClientTransport({ command: process.argv[2], args: ["mcp", "serve"], env: process.env });
const client = new Client({ name: "sdk-ts-1", version: "1.0.0" });
await client.connect(transport);
await work(client);
await client.close();
