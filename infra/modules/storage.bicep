metadata name = 'Storage'
metadata description = 'The one account: the host\'s queues and tables, the reports, the deployed package. Identities only: no key, no public blob. What is deleted or overwritten can be had back.'

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

@description('Copies in three zones of the region, where it has zones. An account is made with it; an older one is converted on its own page in the portal.')
param zoneRedundant bool

@description('Days for which blobs that were deleted or overwritten can be had back.')
param recoveryDays int

resource account 'Microsoft.Storage/storageAccounts@2024-01-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: zoneRedundant ? 'Standard_ZRS' : 'Standard_LRS' }
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

  // Not the change feed: only a restore to a point in time needs it, and the log of the storage says who changed what.
  resource blobs 'blobServices' = {
    name: 'default'
    properties: {
      isVersioningEnabled: true
      deleteRetentionPolicy: { enabled: true, days: recoveryDays }
      containerDeleteRetentionPolicy: { enabled: true, days: recoveryDays }
    }

    // The host reads the package from here. It must be there before the site is.
    resource package 'containers' = {
      name: deploymentContainer
      properties: { publicAccess: 'None' }
    }
  }

  // Nothing else ends a version: without this every night would leave one of latest.json, and whole reports would outlive
  // RETENTION_DAYS.
  resource lifecycle 'managementPolicies' = {
    name: 'default'
    properties: {
      policy: {
        rules: [
          {
            name: 'delete-old-versions'
            type: 'Lifecycle'
            enabled: true
            definition: {
              filters: { blobTypes: ['blockBlob'] }
              actions: { version: { delete: { daysAfterCreationGreaterThan: recoveryDays } } }
            }
          }
        ]
      }
    }
    dependsOn: [blobs]
  }
}
