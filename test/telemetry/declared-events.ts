import path from "node:path";
import ts from "typescript";

/** The events of src/telemetry/events.ts and their fields, as the compiler understands the type TelemetryEvent. */
export function readDeclaredEvents(): Map<string, string[]> {
  const file = path.join(__dirname, "../../src/telemetry/events.ts");
  const program = ts.createProgram([file], { strict: true, noEmit: true, skipLibCheck: true });
  const checker = program.getTypeChecker();
  const declaration = program
    .getSourceFile(file)
    ?.statements.find(
      (one): one is ts.TypeAliasDeclaration => ts.isTypeAliasDeclaration(one) && one.name.text === "TelemetryEvent",
    );
  if (!declaration) throw new Error(`${file} declares no type TelemetryEvent`);
  const type = checker.getTypeAtLocation(declaration.name);
  const events = new Map<string, string[]>();
  for (const variant of type.isUnion() ? type.types : [type]) {
    const fields = checker.getPropertiesOfType(variant);
    const name = fields.find((field) => field.name === "event");
    const value = name && checker.getTypeOfSymbol(name);
    if (!value?.isStringLiteral()) throw new Error(`${checker.typeToString(variant)} has no name`);
    events.set(
      value.value,
      fields.map((field) => field.name).filter((field) => field !== "event"),
    );
  }
  return events;
}
