metadata name = 'Network'
metadata description = 'A virtual network with a subnet for the app and one for the private endpoints.'

import { resourceTags } from 'types.bicep'

@description('Region of the resources.')
param location string

@description('What makes the names unique.')
param token string

@description('Tags of every resource.')
param tags resourceTags

@description('Address space: a /24, of which two /26 are used.')
param addressPrefix string

@description('A NAT gateway for the outbound calls of the app.')
param natGateway bool

resource outboundAddress 'Microsoft.Network/publicIPAddresses@2024-05-01' = if (natGateway) {
  name: 'pip-${token}'
  location: location
  tags: tags
  sku: { name: 'Standard' }
  properties: {
    publicIPAllocationMethod: 'Static'
  }
}

resource gateway 'Microsoft.Network/natGateways@2024-05-01' = if (natGateway) {
  name: 'ng-${token}'
  location: location
  tags: tags
  sku: { name: 'Standard' }
  properties: {
    publicIpAddresses: [{ id: outboundAddress.id }]
  }
}

resource network 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: 'vnet-${token}'
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: [addressPrefix] }
    subnets: [
      {
        // Flex Consumption wants this delegation, and no underscore in the subnet's name.
        name: 'app'
        properties: union(
          {
            addressPrefix: cidrSubnet(addressPrefix, 26, 0)
            delegations: [{ name: 'app', properties: { serviceName: 'Microsoft.App/environments' } }]
          },
          natGateway ? { natGateway: { id: gateway.id } } : {}
        )
      }
      {
        name: 'endpoints'
        properties: { addressPrefix: cidrSubnet(addressPrefix, 26, 1) }
      }
    ]
  }

  resource appSubnet 'subnets' existing = { name: 'app' }
  resource endpointSubnet 'subnets' existing = { name: 'endpoints' }
}

@description('Resource id of the network.')
output networkId string = network.id

@description('Resource id of the app\'s subnet.')
output appSubnetId string = network::appSubnet.id

@description('Resource id of the private endpoints\' subnet.')
output endpointSubnetId string = network::endpointSubnet.id
