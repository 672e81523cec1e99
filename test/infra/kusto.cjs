// Microsoft's own parser of KQL, in a process of its own since it lives on globals. Prints, as JSON, what is wrong with each
// query file and the columns that it gives, against the columns of the table `traces` of Application Insights.
const fs = require("node:fs");

globalThis.Bridge = require("@kusto/language-service-next/bridge.min.js");
require("@kusto/language-service-next/Kusto.Language.Bridge.min.js");

/* global Kusto, System */
const { GlobalState, KustoCode, Symbols } = Kusto.Language;
const listOf = (collection) =>
  Array.from({ length: System.Array.getCount(collection) }, (_, index) => System.Array.getItem(collection, index));

const traces = Symbols.TableSymbol.From(
  "(timestamp: datetime, message: string, severityLevel: int, itemType: string, customDimensions: dynamic, operation_Name: string, operation_Id: string, cloud_RoleName: string)",
).WithName("traces");
const members = new (System.Collections.Generic.List$1(Symbols.Symbol).ctor)();
members.add(traces);
const globals = GlobalState.Default.WithDatabase(new Symbols.DatabaseSymbol.$ctor3("component", null, members, false));

const answers = process.argv.slice(2).map((file) => {
  const code = KustoCode.ParseAndAnalyze(fs.readFileSync(file, "utf8"), globals);
  return {
    problems: listOf(code.GetDiagnostics()).map(({ Message }) => Message),
    columns: code.ResultType ? listOf(code.ResultType.Columns).map(({ Name, Type }) => `${Name}: ${Type.Name}`) : [],
  };
});
process.stdout.write(JSON.stringify(answers));
