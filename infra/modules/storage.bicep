metadata name = 'Storage'
metadata description = 'The one account: the host\'s queues and tables, the reports, the deployed package. Identities only: no key, no public blob.'

import { resourceTags } from 'types.bicep'

@description('Region of the account.')
param location string

@description('Name of the account.')
@minLength(3)
@maxLength(24)
param name string

@description('Tags of the account.')
param tags resourceTags

@description('Name of the container that the package is deployed to.')
param deploymentContainer string

@description('May it be reached from public networks, by whoever has a role? Off where private endpoints are used.')
param publicAccess bool

resource account 'Microsoft.Storage/storageAccounts@2024-01-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: 'Standard_LRS' }
  properties: {
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    publicNetworkAccess: publicAccess ? 'Enabled' : 'Disabled'
    networkAcls: {
      bypass: 'None'
      defaultAction: publicAccess ? 'Allow' : 'Deny'
    }
    supportsHttpsTrafficOnly: true
  }

  resource blobs 'blobServices' = {
    name: 'default'

    // The host reads the package from here. It must be there before the site is.
    resource package 'containers' = {
      name: deploymentContainer
      properties: { publicAccess: 'None' }
    }
  }
}
