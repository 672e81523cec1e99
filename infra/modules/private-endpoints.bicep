metadata name = 'Private endpoints of the storage account'
metadata description = 'Blob, queue and table, each with its DNS zone. Flex Consumption needs no file share.'

import { resourceTags } from 'types.bicep'

@description('Region of the endpoints.')
param location string

@description('Tags of every resource.')
param tags resourceTags

@description('Name of the storage account.')
param storageAccountName string

@description('Resource id of the network in which the names resolve.')
param networkId string

@description('Resource id of the subnet in which the endpoints stand.')
param subnetId string

var services = ['blob', 'queue', 'table']

resource account 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: storageAccountName
}

resource zones 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for service in services: {
    name: 'privatelink.${service}.${environment().suffixes.storage}'
    location: 'global'
    tags: tags
  }
]

resource links 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (service, index) in services: {
    parent: zones[index]
    name: 'app'
    location: 'global'
    tags: tags
    properties: {
      registrationEnabled: false
      virtualNetwork: { id: networkId }
    }
  }
]

resource endpoints 'Microsoft.Network/privateEndpoints@2024-05-01' = [
  for service in services: {
    name: 'pe-${storageAccountName}-${service}'
    location: location
    tags: tags
    properties: {
      subnet: { id: subnetId }
      privateLinkServiceConnections: [
        {
          name: service
          properties: {
            groupIds: [service]
            privateLinkServiceId: account.id
          }
        }
      ]
    }
  }
]

resource records 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-05-01' = [
  for (service, index) in services: {
    parent: endpoints[index]
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [
        {
          name: service
          properties: { privateDnsZoneId: zones[index].id }
        }
      ]
    }
  }
]
