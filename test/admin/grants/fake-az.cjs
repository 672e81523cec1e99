// A stand-in for the Azure CLI with an administrator signed in: `account get-access-token`, as @azure/identity asks for
// it, and `rest`, sent to whatever address it is given, as the real one sends it. The token comes from the environment;
// without one nobody is signed in. Of JMESPath it knows what the script uses.
const [command, ...rest] = process.argv.slice(2);
const token = process.env.FAKE_AZ_TOKEN;

function option(name) {
  const at = rest.indexOf(name);
  return at < 0 ? undefined : rest[at + 1];
}

function select(query, json) {
  if (query === undefined) return json;
  // One row of fields; the real one writes None for what is null.
  const row = /^\[\[([\w,]+)\]\]$/.exec(query)?.[1].split(",");
  if (row) return [row.map((name) => json[name] ?? "None").join("\t")];
  const list = /^(?:value|appRoles)\[(?:\?(\w+)=='([^']*)')?\]\.(?:(\w+)|\[([\w,]+)\])$/.exec(query);
  if (!list) {
    if (!/^\w+$/.test(query)) throw new Error(`the stand-in for az knows no query ${query}`);
    return [json[query]];
  }
  const [, key, value, field, fields] = list;
  return json[query.split("[")[0]]
    .filter((item) => key === undefined || item[key] === value)
    .map((item) =>
      field
        ? item[field]
        : fields
            .split(",")
            .map((name) => item[name])
            .join("\t"),
    );
}

function fail(text) {
  process.stderr.write(`ERROR: ${text}\n`);
  process.exitCode = 1;
}

async function main() {
  if (!token) return fail("Please run 'az login' to setup account.");
  if (command === "account") {
    const expiresOn = Math.floor(Date.now() / 1000) + 3600;
    process.stdout.write(JSON.stringify({ accessToken: token, expires_on: expiresOn, tokenType: "Bearer" }));
    return;
  }
  if (command !== "rest" || option("--resource") === undefined) throw new Error(`the stand-in for az knows no ${command}`);
  const body = option("--body");
  const [name, value] = (option("--headers") ?? "Accept=application/json").split("=");
  const response = await fetch(option("--url"), {
    method: option("--method"),
    headers: { authorization: `Bearer ${token}`, [name]: value },
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  if (!response.ok) return fail(`${response.statusText}(${text})`);
  if (option("--output") === "none") return;
  // As on Windows, where the script must bear it.
  for (const line of select(option("--query"), JSON.parse(text))) process.stdout.write(`${line}\r\n`);
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 2;
});
