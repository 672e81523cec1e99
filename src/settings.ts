import { z } from "zod";

/** Limits of the verdict, in days and counts. See docs/settings.md for what each decides. */
export interface Thresholds {
  inactiveDays: number;
  failDays: number;
  newGroupDays: number;
  ownerInactiveDays: number;
  teamMinMessages: number;
  mailboxMinReceived: number;
}
void z;
