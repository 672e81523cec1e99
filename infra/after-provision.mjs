// What azd prints after it has provisioned: the one step that it must not do by itself.
const { IDENTITY_NAME, FUNCTION_APP_URL } = process.env;
console.log(`
The resources are there. The identity ${IDENTITY_NAME} may not read Microsoft Graph yet: an administrator who may consent to
application permissions (Privileged Role Administrator) grants them, best before the app's first run:

  npm run report -- grant --identity ${IDENTITY_NAME} --dry-run   shows what it would grant
  npm run report -- grant --identity ${IDENTITY_NAME}             grants it

Then see "The first run" in docs/operations.md. Its console: ${FUNCTION_APP_URL}/api/console
`);
