// What each client does, and prints: a line of JSON with what it was told.
export async function work(client) {
  const told = {};
  const { tools } = await client.listTools();
  told.tools = tools.map((tool) => tool.name);
  const call = async (name, args) => {
    const result = await client.callTool({ name, arguments: args });
    told[name] = { text: result.content[0].text, isError: result.isError === true };
  };
  await call("task_claim", {});
  await call("plan_add", { task_id: "TASK-1", title: "How", body: "1. Do it" });
  await call("comment_add", { task_id: "TASK-1", body: "Found it." });
  await call("task_complete", { id: "TASK-1", result: "Done." });
  await call("task_show", { id: "TASK-99" });
  told.resources = (await client.listResources()).resources.map((resource) => resource.uri);
  told.board = (await client.readResource({ uri: "backlog://board" })).contents[0].text;
  told.prompts = (await client.listPrompts()).prompts.map((prompt) => prompt.name);
  console.log(JSON.stringify(told));
}
