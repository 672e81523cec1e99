metadata name = 'Monitoring'
metadata description = 'Application Insights on Log Analytics. Telemetry is taken from identities with a role alone; the key in the connection string opens nothing.'

import { resourceTags } from 'types.bicep'

@description('Region of the resources.')
param location string

@description('Tags of every resource.')
param tags resourceTags

@description('Name of the Application Insights component.')
param componentName string

@description('Name of the workspace that is made here.')
param workspaceName string

@description('Resource id of a workspace to use. Empty: one is made.')
param existingWorkspaceId string

@description('Days that logs are kept in a workspace that is made here.')
param logRetentionDays int

resource workspace 'Microsoft.OperationalInsights/workspaces@2023-09-01' = if (empty(existingWorkspaceId)) {
  name: workspaceName
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: logRetentionDays
    features: { disableLocalAuth: true }
  }
}

resource component 'Microsoft.Insights/components@2020-02-02' = {
  name: componentName
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    DisableLocalAuth: true
    IngestionMode: 'LogAnalytics'
    WorkspaceResourceId: empty(existingWorkspaceId) ? workspace.id : existingWorkspaceId
  }
}

@description('Connection string of the component.')
output connectionString string = component.properties.ConnectionString
