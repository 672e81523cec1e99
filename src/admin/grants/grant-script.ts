import { GRAPH_APP_ID, type Permission } from "../../model/permissions";
import { isGuid, nameFilter } from "./find-identity";
import { READ_SCOPE, WRITE_SCOPE } from "./explain-refusal";

export interface ScriptOptions {
  /** A name, an object id or an application id, checked by checkIdentityText. */
  identity: string;
  permissions: readonly Permission[];
  revoke: boolean;
  /** Root of Microsoft Graph. */
  graphEndpoint: string;
}

/** Single quotes hold everything but themselves. */
export function shellQuote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/**
 * One file for somebody else to run: a POSIX shell script around `az rest`, since the Azure CLI and a shell stand ready,
 * signed in, in Azure Cloud Shell in any browser. It may be run again, and looks everything up when it is run.
 * The identity's name stands in it twice: quoted for the shell, and encoded for a URL.
 */
export function grantScript({ identity, permissions, revoke, graphEndpoint }: ScriptOptions): string {
  const lines = permissions.map(
    ({ name, appRoleId, purpose }) => `# ${purpose}\n${revoke ? "revoke" : "grant"} ${name} ${appRoleId}`,
  );
  return `#!/bin/sh
# ${revoke ? "Takes away" : "Grants"} the application permissions on Microsoft Graph that Groups and Teams Activity Reporter uses.
# Run it in Azure Cloud Shell (shell.azure.com, Bash), or anywhere with the Azure CLI after \`az login\`, as a
# Privileged Role Administrator or a Global Administrator. It shows the identity and asks before it changes anything, unless it is
# given --yes. It changes nothing but this one identity's permissions on Microsoft Graph, and may be run again.
set -eu

yes=\${1:-}
identity=${shellQuote(identity)}
graph=${shellQuote(`${graphEndpoint}/v1.0`)}
resource=${shellQuote(graphEndpoint)}

fail() {
  printf '%s\\n' "$1" >&2
  exit 1
}
ask() {
  answer=$(az rest --resource "$resource" --only-show-errors --output tsv "$@") || return 1
  # Without what a terminal would obey, and the line ends of Windows.
  printf '%s' "$answer" | tr -d '\\000-\\010\\013-\\037\\177'
}
field() {
  printf '%s\\n' "$1" | cut -f "$2"
}
command -v az >/dev/null 2>&1 || fail 'The Azure CLI (az) is not here: run this in Azure Cloud Shell, or install it.'

${isGuid(identity) ? lookUpById(identity) : lookUpByName(identity)}
facts=$(ask --method GET --url "$graph/servicePrincipals/$principal" --query '[[servicePrincipalType,appId,appOwnerOrganizationId,displayName]]') ||
  fail 'Microsoft Graph could not be asked; the lines above say why.'
self="$graph/servicePrincipals(appId='${GRAPH_APP_ID}')?\\$select=id,appId,appRoles"
ids=$(ask --method GET --url "$self" --query '[[id,appId]]') && roles=$(ask --method GET --url "$self" --query 'appRoles[].[id,value]') ||
  fail 'Microsoft Graph could not be asked; the lines above say why.'
graph_id=$(field "$ids" 1)
graph_app=$(field "$ids" 2)
[ "$graph_app" = '${GRAPH_APP_ID}' ] || fail "Asked for Microsoft Graph's own service principal, it told that of $graph_app. Nothing was changed."
assignments="$graph/servicePrincipals/$principal/appRoleAssignments"
held=$(ask --method GET --url "$assignments?\\$top=999" --query "value[?resourceId=='$graph_id'].[appRoleId,id]") ||
  fail 'The present permissions could not be read; the lines above say why.'
owner=$(field "$facts" 3)
case "$owner" in '' | None) owner='none, as of every managed identity' ;; esac
printf 'Identity: %s\\n' "$(field "$facts" 4)"
printf '  kind                %s\\n  object id           %s\\n' "$(field "$facts" 1)" "$principal"
printf '  application id      %s\\n  owner organization  %s\\n' "$(field "$facts" 2)" "$owner"

# Each name must have its id, and each id its name, in this script and in the answer.
check() {
  other=$(printf '%s\\n' "$roles" | awk -F '\\t' -v name="$1" -v id="$2" '($1 == id) != ($2 == name) { print $2 " (" $1 ")"; exit }')
  [ -z "$other" ] || fail "$1 is the app role $2, but the answer has $other. Nothing was changed: this is not Microsoft Graph as it is."
}
${permissions.map(({ name, appRoleId }) => `check ${name} ${appRoleId}`).join("\n")}

if [ "$yes" != --yes ]; then
  [ -t 0 ] || fail 'Nothing was changed: there is no terminal to ask in. Add --yes where nobody can be asked.'
  printf '${revoke ? "Take away" : "Give"} ${permissions.length} permissions? [yes/no] '
  read -r answer || answer=no
  case "$answer" in [Yy] | [Yy][Ee][Ss]) ;; *) fail 'Nothing was changed. Answer yes, or add --yes where nobody can be asked.' ;; esac
fi

${revoke ? REVOKE : GRANT}
${lines.join("\n")}

echo 'Done. A managed identity may need up to 24 hours until its tokens show the change.'
`;
}

const REFUSED = `Refused: the account that is signed in must be a Privileged Role Administrator or a Global Administrator, with the scopes ${WRITE_SCOPE} and ${READ_SCOPE}.`;

const GRANT = `grant() {
  case "$held" in *"$2"*)
    echo "$1: held already"
    return
    ;;
  esac
  body="{\\"principalId\\":\\"$principal\\",\\"resourceId\\":\\"$graph_id\\",\\"appRoleId\\":\\"$2\\"}"
  if said=$(az rest --resource "$resource" --only-show-errors --method POST --url "$assignments" \\
    --headers Content-Type=application/json --body "$body" --output none 2>&1); then
    echo "$1: granted"
  else
    case "$said" in
    *'already exists'*) echo "$1: held already" ;;
    *) fail "$1: not granted. $said
${REFUSED}" ;;
    esac
  fi
}`;

const REVOKE = `revoke() {
  id=$(printf '%s\\n' "$held" | awk -v role="$2" '$1 == role { print $2 }')
  if [ -z "$id" ]; then
    echo "$1: not held"
    return
  fi
  said=$(az rest --resource "$resource" --only-show-errors --method DELETE --url "$assignments/$id" --output none 2>&1) ||
    fail "$1: not revoked. $said
${REFUSED}"
  echo "$1: revoked"
}`;

function lookUpByName(name: string): string {
  return `found=$(ask --method GET --url "$graph/servicePrincipals?"${shellQuote(`${nameFilter(name)}&$select=id`)} --query 'value[].id') ||
  fail 'Microsoft Graph could not be asked; the lines above say why.'
set -- $found
[ $# -gt 0 ] || fail "No application or managed identity of this tenant has the name $identity"
[ $# -eq 1 ] || fail "Several have the name $identity; make this script anew with the object id of the right one: $*"
principal=$1`;
}

function lookUpById(id: string): string {
  const select = '?\\$select=id" --query id';
  return `principal=$(ask --method GET --url "$graph/servicePrincipals/${id}${select} 2>/dev/null) ||
  principal=$(ask --method GET --url "$graph/servicePrincipals(appId='${id}')${select}) ||
  fail "No application or managed identity of this tenant has the id $identity, or Microsoft Graph could not be asked; see above."`;
}
