targetScope = 'subscription'

metadata name = 'Groups and Teams Activity Reporter'
metadata description = 'A resource group with everything that the nightly report needs. For azd up, or az deployment sub create.'

import { httpAuthMode, reportSettings, resourceTags, zones } from 'modules/types.bicep'

@description('Name of the environment: part of every resource\'s name. One environment reports on one tenant.')
@minLength(1)
@maxLength(24)
param environmentName string

@description('Region of every resource. Flex Consumption is not offered everywhere: `az functionapp list-flexconsumption-locations` lists where.')
@minLength(1)
@metadata({ azd: { type: 'location' } })
param location string

@description('Resource group, made where it does not exist. Empty: rg- and the environment\'s name.')
@maxLength(90)
param resourceGroupName string = ''

@description('Settings of the report. What is left out has its default.')
param settings reportSettings = {}

@description('Who may call the HTTP routes: holders of a function key, or whoever Entra signs in with the app role Report.Read or Report.Operate.')
param httpAuth httpAuthMode = 'key'

@description('For httpAuth entra: application (client) id of the app registration that defines the two app roles. docs/operations.md says how to make it.')
@maxLength(36)
param authClientId string = ''

@description('Mail address that alerts are sent to. Empty: alerts stand in the portal alone.')
param alertEmail string = ''

@description('Put private endpoints before the storage account and close its public access. Adds a virtual network, three endpoints and three DNS zones.')
param privateEndpoints bool = false

@description('With private endpoints: a NAT gateway, for a fixed outbound address, or where the network has no outbound access of its own.')
param natGateway bool = false

@description('Address space of the virtual network: a /24, of which two /26 are used.')
param addressPrefix string = '10.84.0.0/24'

@description('Resource id of a Log Analytics workspace to use. Empty: one of its own is made.')
param existingWorkspaceId string = ''

@description('Days that logs are kept in a workspace of its own. 30 days are within its price.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 30

@description('Write down in the workspace who reads, writes and deletes in the storage account.')
param storageLog bool = true

@description('Days for which blobs that were deleted or overwritten can be had back.')
@minValue(1)
@maxValue(365)
param recoveryDays int = 14

@description('In a region with zones: copies of the storage in three of them (storage); instances in several as well (all), which keeps some always running and costs more than all the rest. Choose before the first deployment.')
param zoneRedundancy zones = 'none'

@description('Memory of an instance in MB.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

@description('How far the app may scale out. A report needs few instances; 40 is the smallest number that the platform has accepted in every region.')
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('Not the public cloud: the app then gets the addresses of its storage, where its name would do.')
param nationalCloud bool = environment().name != 'AzureCloud'

@description('Tags of every resource.')
param tags resourceTags = {}

var allTags = union(tags, { 'azd-env-name': environmentName })

resource group 'Microsoft.Resources/resourceGroups@2024-11-01' = {
  name: empty(resourceGroupName) ? 'rg-${environmentName}' : resourceGroupName
  location: location
  tags: allTags
}

module app 'modules/app.bicep' = {
  scope: group
  params: {
    location: location
    token: toLower(uniqueString(subscription().id, environmentName, location))
    tags: allTags
    settings: settings
    httpAuth: httpAuth
    authClientId: httpAuth == 'entra' && length(authClientId) != 36
      ? fail('httpAuth is entra: authClientId must be the client id of the app registration (docs/operations.md, "Entra before the routes").')
      : authClientId
    alertEmail: alertEmail
    privateEndpoints: privateEndpoints
    natGateway: natGateway
    addressPrefix: addressPrefix
    existingWorkspaceId: existingWorkspaceId
    logRetentionDays: logRetentionDays
    nationalCloud: nationalCloud
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    storageLog: storageLog
    recoveryDays: recoveryDays
    zoneRedundancy: zoneRedundancy
  }
}

@description('Resource group that holds everything.')
output AZURE_RESOURCE_GROUP string = group.name

@description('Name of the Function app, for the deployment of the zip.')
output FUNCTION_APP_NAME string = app.outputs.functionAppName

@description('Address of the Function app.')
output FUNCTION_APP_URL string = app.outputs.functionAppUrl

@description('Name of the managed identity, for `groups-report grant --identity`.')
output IDENTITY_NAME string = app.outputs.identityName

@description('Object id of the managed identity.')
output IDENTITY_PRINCIPAL_ID string = app.outputs.identityPrincipalId

@description('Client id of the managed identity.')
output IDENTITY_CLIENT_ID string = app.outputs.identityClientId

@description('Name of the storage account.')
output STORAGE_ACCOUNT_NAME string = app.outputs.storageAccountName
