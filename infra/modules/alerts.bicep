metadata name = 'Alerts'
metadata description = 'No published run for 26 hours, a silent app included; a run that never ended; a failed run; a run with gaps. The queries are those of infra/queries.'

import { resourceTags } from 'types.bicep'

@description('Region of the alert rules.')
param location string

@description('What makes the names unique.')
param token string

@description('Tags of every resource.')
param tags resourceTags

@description('Name of the Application Insights component whose traces are asked.')
param componentName string

@description('Mail address that alerts are sent to. Empty: alerts stand in the portal alone.')
param alertEmail string

resource component 'Microsoft.Insights/components@2020-02-02' existing = {
  name: componentName
}

resource mail 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(alertEmail)) {
  name: 'ag-${token}'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'GroupsReport'
    emailReceivers: [
      {
        name: 'administrator'
        emailAddress: alertEmail
        useCommonAlertSchema: true
      }
    ]
  }
}

var actions = empty(alertEmail) ? {} : { actionGroups: [mail.id] }

// A row whenever nothing was published: also when the app has said nothing at all, since it counts to 0 then.
// 26 hours are no window that Azure offers: the query itself looks back so far, within the two days that it is given.
resource noPublishedRun 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = {
  name: 'alert-no-published-run-${token}'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'Groups report: nothing published for 26 hours'
    description: 'No run has published a report in the last 26 hours. What to do: docs/operations.md, "Alerts".'
    enabled: true
    severity: 1
    scopes: [component.id]
    evaluationFrequency: 'PT1H'
    windowSize: 'P1D'
    overrideQueryTimeRange: 'P2D'
    autoMitigate: true
    skipQueryValidation: true
    criteria: {
      allOf: [
        {
          query: loadTextContent('../queries/no-published-run.kql')
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 0
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    actions: actions
  }
}

// A run of which nothing is heard any more logs no end that a rule could look for: its silence is looked for. One alert a run.
resource unendedRun 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = {
  name: 'alert-unended-run-${token}'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'Groups report: a run never ended'
    description: 'A run started, has not ended, and nothing was heard of it for three hours. What to do: docs/operations.md, "Alerts".'
    enabled: true
    severity: 2
    scopes: [component.id]
    evaluationFrequency: 'PT1H'
    windowSize: 'P1D'
    overrideQueryTimeRange: 'P2D'
    autoMitigate: true
    skipQueryValidation: true
    criteria: {
      allOf: [
        {
          query: loadTextContent('../queries/unended-run.kql')
          timeAggregation: 'Count'
          dimensions: [{ name: 'runId', operator: 'Include', values: ['*'] }]
          operator: 'GreaterThan'
          threshold: 0
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    actions: actions
  }
}

var endedRuns = [
  {
    key: 'failed-run'
    title: 'Groups report: a run failed'
    text: 'A run ended as Failed, or was lost: nothing was published. What to do: docs/operations.md, "Alerts".'
    severity: 2
    query: loadTextContent('../queries/failed-run.kql')
  }
  {
    key: 'run-with-gaps'
    title: 'Groups report: published with gaps'
    text: 'A report was published, but a source could not be read in full. What to do: docs/operations.md, "Alerts".'
    severity: 3
    query: loadTextContent('../queries/run-with-gaps.kql')
  }
]

// Two hours asked once an hour: a line that comes late is not missed. One alert a run, told once.
resource endedRun 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for rule in endedRuns: {
    name: 'alert-${rule.key}-${token}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: rule.title
      description: rule.text
      enabled: true
      severity: rule.severity
      scopes: [component.id]
      evaluationFrequency: 'PT1H'
      windowSize: 'PT2H'
      autoMitigate: true
      skipQueryValidation: true
      criteria: {
        allOf: [
          {
            query: rule.query
            timeAggregation: 'Count'
            dimensions: [{ name: 'runId', operator: 'Include', values: ['*'] }]
            operator: 'GreaterThan'
            threshold: 0
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      actions: actions
    }
  }
]
