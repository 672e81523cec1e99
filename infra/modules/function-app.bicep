metadata name = 'Function app'
metadata description = 'Flex Consumption, Node.js 22, one user-assigned identity for storage, telemetry, deployment and Microsoft Graph. No setting is a secret.'

import { defaultSettings, httpAuthMode, reportSettings, resourceTags } from 'types.bicep'

@description('Region of the resources.')
param location string

@description('What makes the names unique.')
param token string

@description('Tags of every resource.')
param tags resourceTags

@description('Resource id of the user-assigned identity.')
param identityId string

@description('Client id of the user-assigned identity.')
param identityClientId string

@description('Name of the storage account.')
param storageAccountName string

@description('Name of the container that the package is deployed to.')
param deploymentContainer string

@description('Connection string of the Application Insights component: an address, since no key is taken.')
param telemetryConnectionString string

@description('Settings of the report.')
param settings reportSettings

@description('Who may call the HTTP routes.')
param httpAuth httpAuthMode

@description('For httpAuth entra: client id of the app registration.')
param authClientId string

@description('Resource id of the subnet that the app goes out through. Empty: no network.')
param subnetId string

@description('Not the public cloud.')
param nationalCloud bool

@description('Memory of an instance in MB.')
param instanceMemoryMB int

@description('How far the app may scale out.')
param maximumInstanceCount int

@description('Instances in several zones of the region.')
param zoneRedundant bool

resource account 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: storageAccountName
}

// The host builds the addresses from the name in the public cloud alone; elsewhere it wants all three, never one by itself.
var suffix = environment().suffixes.storage
var hostStorage = nationalCloud
  ? {
      AzureWebJobsStorage__blobServiceUri: 'https://${storageAccountName}.blob.${suffix}'
      AzureWebJobsStorage__queueServiceUri: 'https://${storageAccountName}.queue.${suffix}'
      AzureWebJobsStorage__tableServiceUri: 'https://${storageAccountName}.table.${suffix}'
    }
  : { AzureWebJobsStorage__accountName: storageAccountName }

var platformSettings = {
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
  APPLICATIONINSIGHTS_CONNECTION_STRING: telemetryConnectionString
  AzureWebJobsStorage__clientId: identityClientId
  AzureWebJobsStorage__credential: 'managedidentity'
}

var identitySettings = {
  AZURE_CLIENT_ID: identityClientId
  AZURE_TENANT_ID: tenant().tenantId
}

var appSettings = union(
  hostStorage,
  platformSettings,
  identitySettings,
  { HTTP_AUTH: httpAuth },
  // Entra's sign-in is proved by this identity instead of a client secret.
  httpAuth == 'entra' ? { OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID: identityClientId } : {},
  mapValues(union(defaultSettings, settings), value => string(value))
)

resource plan 'Microsoft.Web/serverfarms@2024-04-01' = {
  name: 'plan-${token}'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true, zoneRedundant: zoneRedundant }
}

resource site 'Microsoft.Web/sites@2024-04-01' = {
  name: 'func-${token}'
  location: location
  tags: union(tags, { 'azd-service-name': 'app' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    siteConfig: {
      minTlsVersion: '1.2'
    }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${account.properties.primaryEndpoints.blob}${deploymentContainer}'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      runtime: { name: 'node', version: '22' }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
      }
    }
  }

  // One change of the site after the other: it refuses what comes while it is busy.
  resource configuration 'config' = {
    name: 'appsettings'
    properties: appSettings
  }

  // Deployment by Entra alone: no user name and password. (The plan has no FTP.)
  resource noDeploymentPassword 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
    dependsOn: [configuration]
  }
}

module entra 'entra-sign-in.bicep' = {
  params: {
    siteName: site.name
    enabled: httpAuth == 'entra'
    clientId: authClientId
  }
  dependsOn: [site::configuration, site::noDeploymentPassword]
}

@description('Name of the Function app.')
output name string = site.name

@description('Address of the Function app.')
output url string = 'https://${site.properties.defaultHostName}'
