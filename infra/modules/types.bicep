// What the templates agree on. The names of the settings are those of docs/settings.md.

@export()
@description('The settings of the report. What is left out has the default of docs/settings.md.')
@sealed()
type reportSettings = {
  @description('Root of Microsoft Graph; national clouds set theirs.')
  GRAPH_ENDPOINT: string?
  @description('When the nightly run starts: NCRONTAB of six fields, UTC.')
  REPORT_SCHEDULE: string?
  @description('A comma list of teams, signIns and sites; or all; or none.')
  FEATURES: string?
  @description('Is the table Groups written? auto: yes, in Azure.')
  GROUPS_TABLE: ('auto' | 'on' | 'off')?
  @description('Activity that is older does not count: Issues.')
  @minValue(1)
  @maxValue(3650)
  INACTIVE_DAYS: int?
  @description('No activity seen for more days: Fail.')
  @minValue(1)
  @maxValue(3650)
  FAIL_DAYS: int?
  @description('A younger group is New.')
  @minValue(0)
  @maxValue(3650)
  NEW_GROUP_DAYS: int?
  @description('An owner whose last sign-in is older is inactive (feature signIns).')
  @minValue(1)
  @maxValue(3650)
  OWNER_INACTIVE_DAYS: int?
  @description('Fewer messages and meetings in 180 days: warning team-quiet.')
  @minValue(0)
  @maxValue(1000000)
  TEAM_MIN_MESSAGES: int?
  @description('Fewer mails received in 180 days: warning mailbox-quiet.')
  @minValue(0)
  @maxValue(1000000)
  MAILBOX_MIN_RECEIVED: int?
  @description('Sources that are still open so long after the start are failed, and the report is published without them.')
  @minValue(1)
  @maxValue(168)
  RUN_DEADLINE_HOURS: int?
  @description('Published reports are kept so long.')
  @minValue(1)
  @maxValue(3650)
  RETENTION_DAYS: int?
  @description('The first gap-free report of a month is kept so many months.')
  @minValue(0)
  @maxValue(120)
  HISTORY_MONTHS: int?
}

@export()
@description('Tags of a resource.')
type resourceTags = { *: string }

@export()
@description('Who may call the HTTP routes: whoever holds a function key, or users and apps of the tenant that Entra signs in and that have a role.')
type httpAuthMode = 'key' | 'entra'

@export()
@description('What is spread over the zones of the region.')
type zones = 'none' | 'storage' | 'all'

@export()
@description('The same defaults as src/settings/settings.ts; test/infra compares them.')
var defaultSettings = {
  GRAPH_ENDPOINT: 'https://graph.microsoft.com'
  REPORT_SCHEDULE: '0 0 2 * * *'
  FEATURES: 'teams'
  GROUPS_TABLE: 'auto'
  INACTIVE_DAYS: 90
  FAIL_DAYS: 180
  NEW_GROUP_DAYS: 30
  OWNER_INACTIVE_DAYS: 90
  TEAM_MIN_MESSAGES: 20
  MAILBOX_MIN_RECEIVED: 20
  RUN_DEADLINE_HOURS: 6
  RETENTION_DAYS: 30
  HISTORY_MONTHS: 13
}
