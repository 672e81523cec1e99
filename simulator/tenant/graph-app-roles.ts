/** Microsoft Graph's application in every tenant. */
export const GRAPH_APP_ID = "00000003-0000-0000-c000-000000000000";

/** App roles of Microsoft Graph by name: those that this report may use, and some that it must never be given (graph.md#permissions). */
export const GRAPH_APP_ROLES: Readonly<Record<string, string>> = {
  "GroupMember.Read.All": "98830695-27a2-44f7-8c18-0c3ebc9698f6",
  "Group.Read.All": "5b567255-7703-4780-807c-7be8301ae99b",
  "User.Read.All": "df021288-bdef-4463-88db-98f22de89214",
  "AuditLog.Read.All": "b0afded3-3588-46d8-8b3d-9842eff778da",
  "Reports.Read.All": "230c1aed-a721-4c5d-9cb4-a90514e508ef",
  "ReportSettings.Read.All": "ee353f83-55ef-4b78-82da-555bfa2b4b95",
  "ReportSettings.ReadWrite.All": "2a60023f-3219-47ad-baa4-40e17cd02a1d",
  "Sites.Read.All": "332a536c-c7ef-4017-ab91-336970924f0d",
  "Team.ReadBasic.All": "2280dda6-0bfd-44ee-a2f4-cb867cfc4c1e",
  "TeamSettings.Read.All": "242607bd-1d2c-432c-82eb-bdb27baa23ab",
  "Organization.Read.All": "498476ce-e0fe-48b0-b801-37ba7e2685c6",
  "Directory.Read.All": "7ab1d382-f21e-4acd-a863-ba3e13f7da61",
  "Policy.Read.All": "246dd0d5-5bd0-4def-940b-0421030a5b68",
  "Application.Read.All": "9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30",
  "Member.Read.Hidden": "658aa5d8-239f-45c4-aa12-864f4fc7e490",
  "Mail.Send": "b633e1c5-b582-4048-a93e-9f11b44c7e96",
};
