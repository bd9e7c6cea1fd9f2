"""The official SDK of Python, v1 or v2, works one task through and prints what it was told as a line of JSON."""

import asyncio
import json
import os
import sys

import mcp

CALLS = [
    ("task_claim", {}),
    ("plan_add", {"task_id": "TASK-1", "title": "How", "body": "1. Do it"}),
    ("comment_add", {"task_id": "TASK-1", "body": "Found it."}),
    ("task_complete", {"id": "TASK-1", "result": "Done."}),
    ("task_show", {"id": "TASK-99"}),
]


async def work(client):
    told = {"tools": [tool.name for tool in (await client.list_tools()).tools]}
    for name, arguments in CALLS:
        result = await client.call_tool(name, arguments)
        failed = getattr(result, "isError", None) or getattr(result, "is_error", None)
        told[name] = {"text": result.content[0].text, "isError": bool(failed)}
    told["resources"] = [str(resource.uri) for resource in (await client.list_resources()).resources]
    told["board"] = (await client.read_resource("backlog://board")).contents[0].text
    told["prompts"] = [prompt.name for prompt in (await client.list_prompts()).prompts]
    print(json.dumps(told))


async def main():
    binary, era = sys.argv[1:3]
    server = mcp.StdioServerParameters(command=binary, args=["mcp", "serve"], env=dict(os.environ))
    if era == "v1":
        async with mcp.stdio_client(server) as (read, write):
            async with mcp.ClientSession(read, write) as client:
                await client.initialize()
                await work(client)
    else:
        mode = "legacy" if era == "legacy" else "2026-07-28"
        async with mcp.Client(server, mode=mode) as client:
            await work(client)


asyncio.run(main())
