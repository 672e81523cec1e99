metadata name = 'Log of the storage account'
metadata description = 'Who read, wrote or deleted blobs and rows, by identity and address: the tables StorageBlobLogs and StorageTableLogs of the workspace.'

@description('Name of the storage account.')
param storageAccountName string

@description('Resource id of the Log Analytics workspace.')
param workspaceId string

resource account 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: storageAccountName

  resource blobs 'blobServices' existing = {
    name: 'default'
  }

  resource tables 'tableServices' existing = {
    name: 'default'
  }
}

// Queues hold nothing but Durable Functions' own messages.
var logs = map(['StorageRead', 'StorageWrite', 'StorageDelete'], category => { category: category, enabled: true })

resource ofBlobs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: account::blobs
  properties: {
    workspaceId: workspaceId
    logs: logs
  }
}

resource ofTables 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: account::tables
  properties: {
    workspaceId: workspaceId
    logs: logs
  }
}
