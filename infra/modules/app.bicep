metadata name = 'The app in a resource group'
metadata description = 'Wires the parts. Can be deployed by itself into a resource group that exists: az deployment group create -f infra/modules/app.bicep'

import { httpAuthMode, reportSettings, resourceTags, zones } from 'types.bicep'

@description('Region of every resource.')
param location string = resourceGroup().location

@description('What makes the names of the resources unique.')
@minLength(8)
@maxLength(18)
param token string = toLower(uniqueString(resourceGroup().id))

@description('Not the public cloud: the app then gets the addresses of its storage, where its name would do.')
param nationalCloud bool = environment().name != 'AzureCloud'

@description('Tags of every resource.')
param tags resourceTags = {}

@description('Settings of the report. What is left out has its default.')
param settings reportSettings = {}

@description('Who may call the HTTP routes: holders of a function key, or whoever Entra signs in with an app role.')
param httpAuth httpAuthMode = 'key'

@description('For httpAuth entra: client id of the app registration that defines the app roles.')
@maxLength(36)
param authClientId string = ''

@description('Mail address that alerts are sent to. Empty: alerts stand in the portal alone.')
param alertEmail string = ''

@description('Put private endpoints before the storage account and close its public access.')
param privateEndpoints bool = false

@description('With private endpoints: a NAT gateway for the outbound calls.')
param natGateway bool = false

@description('Address space of the virtual network: a /24, of which two /26 are used.')
param addressPrefix string = '10.84.0.0/24'

@description('Resource id of a Log Analytics workspace to use. Empty: one of its own is made.')
param existingWorkspaceId string = ''

@description('Days that logs are kept in a workspace of its own.')
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

@description('How far the app may scale out.')
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int = 40

// Names rather than outputs, so that a preview (what-if, snapshot) can tell what will be there.
var storageAccountName = 'st${token}'
var componentName = 'appi-${token}'
var workspaceName = 'log-${token}'
var deploymentContainer = 'app-package'

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'id-${token}'
  location: location
  tags: tags
}

module network 'network.bicep' = if (privateEndpoints) {
  params: {
    location: location
    token: token
    tags: tags
    addressPrefix: addressPrefix
    natGateway: natGateway
  }
}

module storage 'storage.bicep' = {
  params: {
    location: location
    name: storageAccountName
    tags: tags
    deploymentContainer: deploymentContainer
    publicAccess: !privateEndpoints
    zoneRedundant: zoneRedundancy != 'none'
    recoveryDays: recoveryDays
  }
}

module storageLogs 'storage-log.bicep' = if (storageLog) {
  params: {
    storageAccountName: storageAccountName
    workspaceId: empty(existingWorkspaceId)
      ? resourceId('Microsoft.OperationalInsights/workspaces', workspaceName)
      : existingWorkspaceId
  }
  dependsOn: [storage, monitoring]
}

module endpoints 'private-endpoints.bicep' = if (privateEndpoints) {
  params: {
    location: location
    tags: tags
    storageAccountName: storageAccountName
    networkId: network!.outputs.networkId
    subnetId: network!.outputs.endpointSubnetId
  }
  dependsOn: [storage]
}

module monitoring 'monitoring.bicep' = {
  params: {
    location: location
    tags: tags
    componentName: componentName
    workspaceName: workspaceName
    existingWorkspaceId: existingWorkspaceId
    logRetentionDays: logRetentionDays
  }
}

module roles 'roles.bicep' = {
  params: {
    storageAccountName: storageAccountName
    componentName: componentName
    principalId: identity.properties.principalId
  }
  dependsOn: [storage, monitoring]
}

module functionApp 'function-app.bicep' = {
  params: {
    location: location
    token: token
    tags: tags
    identityId: identity.id
    identityClientId: identity.properties.clientId
    storageAccountName: storageAccountName
    deploymentContainer: deploymentContainer
    telemetryConnectionString: monitoring.outputs.connectionString
    settings: settings
    httpAuth: httpAuth
    authClientId: authClientId
    subnetId: privateEndpoints ? network!.outputs.appSubnetId : ''
    nationalCloud: nationalCloud
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    zoneRedundant: zoneRedundancy == 'all'
  }
  // The app starts when it is made: what it needs must be there, or its first hours are failed starts.
  dependsOn: [roles, endpoints]
}

module alerts 'alerts.bicep' = {
  params: {
    location: location
    token: token
    tags: tags
    componentName: componentName
    alertEmail: alertEmail
  }
  dependsOn: [monitoring]
}

@description('Name of the Function app.')
output functionAppName string = functionApp.outputs.name

@description('Address of the Function app.')
output functionAppUrl string = functionApp.outputs.url

@description('Name of the managed identity.')
output identityName string = identity.name

@description('Object id of the managed identity.')
output identityPrincipalId string = identity.properties.principalId

@description('Client id of the managed identity.')
output identityClientId string = identity.properties.clientId

@description('Name of the storage account.')
output storageAccountName string = storageAccountName
