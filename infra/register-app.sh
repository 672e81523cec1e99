#!/usr/bin/env bash
# Registers the application that stands for the Function app in Entra: its two app roles, its sign-in address, and the trust
# in the app's managed identity, which takes the place of a client secret. Can be run again; changes what is there to this.
# Wants: az, signed in as an Application Administrator. Does not want: any permission on a subscription.
#
#   bash infra/register-app.sh URL_OF_THE_FUNCTION_APP PRINCIPAL_ID_OF_THE_IDENTITY [CLIENT_ID]
#
# The first two are outputs of the deployment (FUNCTION_APP_URL, IDENTITY_PRINCIPAL_ID). CLIENT_ID is what this printed the first
# time; without it AUTH_CLIENT_ID counts, of the environment or of azd's, and without that a registration is made. None is ever
# looked up by its name, which anybody may give to theirs. Prints the client id, and keeps it in azd's environment if there is one.
set -euo pipefail

guid='^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$'
if [[ $# -lt 2 || $# -gt 3 || ! "$1" =~ ^https://[a-z0-9.-]+$ || ! "$2" =~ $guid || (-n "${3:-}" && ! "$3" =~ $guid) ]]; then
  echo "Usage: bash infra/register-app.sh https://HOST PRINCIPAL_ID [CLIENT_ID]" >&2
  exit 2
fi
url="$1"
principal="$2"
host="${url#https://}"
name="Groups and Teams Activity Reporter (${host%%.*})"
roles="$(dirname "${BASH_SOURCE[0]}")/app-roles.json"
credential="function-app-identity"

id="${3:-${AUTH_CLIENT_ID:-}}"
# azd writes an error to stdout where it has no such value: only a client id counts.
if [[ -z "$id" ]] && command -v azd >/dev/null; then
  id="$(azd env get-value AUTH_CLIENT_ID 2>/dev/null)" || id=""
  [[ "$id" =~ $guid ]] || id=""
fi
if [[ -n "$id" && ! "$id" =~ $guid ]]; then
  echo "AUTH_CLIENT_ID is no client id: $id" >&2
  exit 2
fi

tenant="$(az account show --query tenantId --output tsv)"
graph="$(az cloud show --query endpoints.microsoftGraphResourceId --output tsv)"
graph="${graph%/}"
login="$(az cloud show --query endpoints.activeDirectory --output tsv)"
login="${login%/}"

if [[ -n "$id" ]]; then
  # A registration that serves something else would lose its roles and its sign-in address.
  if ! found="$(az ad app show --id "$id" --query displayName --output tsv)"; then
    echo "This tenant has no registration with the client id $id. Leave it out to make one." >&2
    exit 1
  fi
  if [[ "${found%$'\r'}" != "$name" ]]; then
    printf 'The registration %s is named "%s", not "%s": nothing was changed. Give it that name if it is meant.\n' \
      "$id" "$(tr -d '[:cntrl:]' <<<"$found")" "$name" >&2
    exit 1
  fi
else
  id="$(az ad app create --display-name "$name" --sign-in-audience AzureADMyOrg --query appId --output tsv)"
  id="${id%$'\r'}"
fi
# Before anything else can go wrong: the next run goes on with this one.
if command -v azd >/dev/null; then azd env set AUTH_CLIENT_ID "$id" >/dev/null 2>&1 || true; fi

az ad app update --id "$id" --app-roles "@$roles" --enable-id-token-issuance true \
  --identifier-uris "api://$id" --web-redirect-uris "$url/.auth/login/aad/callback"
# Tokens of version 2, whose issuer is the one that the Function app is told to trust; and a scope, for which the Azure CLI
# may ask in the name of whoever is signed in to it: `az account get-access-token --resource api://...` then works. The
# scope must be there before the CLI is named with it.
patch() {
  az rest --only-show-errors --method PATCH --url "$graph/v1.0/$1" --headers "Content-Type=application/json" --body "$2"
}
scope="7d5b3c1a-92e4-4f0b-8a6d-3e1f5c7b9d20"
cli="04b07795-8ddb-461a-bbee-02f9e1bf7b46"
text='"adminConsentDisplayName":"Use the reporter","adminConsentDescription":"Calls the reporter in the name of whoever is signed in."'
api="\"requestedAccessTokenVersion\":2,\"oauth2PermissionScopes\":[{\"id\":\"$scope\",\"value\":\"user_impersonation\",\"type\":\"Admin\",\"isEnabled\":true,$text}]"
known="\"preAuthorizedApplications\":[{\"appId\":\"$cli\",\"delegatedPermissionIds\":[\"$scope\"]}]"
patch "applications(appId='$id')" "{\"api\":{$api}}"
patch "applications(appId='$id')" "{\"api\":{$api,$known}}"

az ad sp show --id "$id" --output none 2>/dev/null || az ad sp create --id "$id" --output none
# Whoever has no role gets no token.
patch "servicePrincipals(appId='$id')" '{"appRoleAssignmentRequired":true}'

trust="{\"name\":\"$credential\",\"issuer\":\"$login/$tenant/v2.0\",\"subject\":\"$principal\",\"audiences\":[\"api://AzureADTokenExchange\"]}"
if [[ -z "$(az ad app federated-credential list --id "$id" --query "[?name=='$credential'].id | [0]" --output tsv)" ]]; then
  az ad app federated-credential create --id "$id" --parameters "$trust" --output none
else
  az ad app federated-credential update --id "$id" --federated-credential-id "$credential" --parameters "$trust" --output none
fi

echo "Give people and apps their roles: Entra admin center, Enterprise applications, \"$name\", Users and groups." >&2
echo "$id"
