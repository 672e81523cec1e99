// What azd and `az deployment sub create` hand to main.bicep. azd fills the variables from its environment
// (`azd env set NAME VALUE`); with az, export them or write the values here.
using 'main.bicep'

param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'groups-report')
param location = readEnvironmentVariable('AZURE_LOCATION', 'westeurope')
param resourceGroupName = readEnvironmentVariable('AZURE_RESOURCE_GROUP', '')

param httpAuth = readEnvironmentVariable('HTTP_AUTH', 'key')
param authClientId = readEnvironmentVariable('AUTH_CLIENT_ID', '')
param alertEmail = readEnvironmentVariable('ALERT_EMAIL', '')
param privateEndpoints = bool(readEnvironmentVariable('PRIVATE_ENDPOINTS', 'false'))
param natGateway = bool(readEnvironmentVariable('NAT_GATEWAY', 'false'))
param storageLog = bool(readEnvironmentVariable('STORAGE_LOG', 'true'))
param zoneRedundancy = readEnvironmentVariable('ZONE_REDUNDANCY', 'none')
param existingWorkspaceId = readEnvironmentVariable('EXISTING_WORKSPACE_ID', '')

// The settings of docs/settings.md. What is left out has its default.
param settings = {
  REPORT_SCHEDULE: readEnvironmentVariable('REPORT_SCHEDULE', '0 0 2 * * *')
  FEATURES: readEnvironmentVariable('FEATURES', 'teams')
}
