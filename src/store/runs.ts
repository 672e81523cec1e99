import { setTimeout } from "node:timers/promises";
import type { TableClient } from "@azure/data-tables";
import { ReportError } from "../model/errors";
import type { Lock, Run, RunPlan, RunStatus } from "../model/run";
import { orMissing, storageStatus } from "./connect";
import { checkReadable, isReadable, STAMP, type Stamp } from "./data-version";

/** The partition of the runs' rows. */
export const RUN = "run";
/** A run releases its lock right after its end can be seen; a start that comes in between waits two seconds for it. */
const RELEASE_MS = 100;
const RELEASE_LOOKS = 20;
const LOCK = { partitionKey: "lock", rowKey: "lock" };

interface RunEntity extends Stamp {
  partitionKey: string;
  rowKey: string;
  status: RunStatus;
  startedAt: string;
  finishedAt?: string;
  cancelRequested?: boolean;
  plan: string;
  tenantName?: string;
  message?: string;
  figures?: string;
  canResume?: boolean;
}

/** What stands in a run's row whatever else it holds or lacks, and whichever version wrote it. */
export type Standing = Pick<Run, "runId" | "status" | "cancelRequested" | "canResume">;

function toStanding({ rowKey, status, cancelRequested, canResume }: Partial<RunEntity>): Standing {
  return {
    runId: rowKey ?? "",
    // Where nothing says that it has ended, it has not.
    status: status ?? "Running",
    cancelRequested: cancelRequested ?? false,
    canResume: canResume ?? false,
  };
}

/** Has it more to come: its end, or somebody who goes on with it? */
const isUnfinished = ({ status, canResume }: Standing): boolean => status === "Running" || canResume;

/** @throws ReportError data-newer. */
function toRun(entity: RunEntity): Run {
  checkReadable(`The run ${entity.rowKey}`, entity);
  return {
    ...(JSON.parse(entity.plan) as RunPlan),
    ...toStanding(entity),
    startedAt: entity.startedAt,
    finishedAt: entity.finishedAt || null,
    tenantName: entity.tenantName ?? null,
    message: entity.message || null,
    figures: entity.figures === undefined ? null : (JSON.parse(entity.figures) as Run["figures"]),
  };
}

/** The table `Runs`: one row a run, and the row `lock` that lets one run at a time. */
export function createRuns(table: TableClient, now: () => number = Date.now) {
  async function readLock(): Promise<(Lock & { etag: string }) | undefined> {
    const entity = await orMissing(table.getEntity<Lock & { etag: string }>(LOCK.partitionKey, LOCK.rowKey));
    if (!entity) return undefined;
    // Silent for ever if it can't be read: a lock must not last because of what it lacks.
    const heartbeat = Number.isNaN(Date.parse(entity.heartbeat)) ? new Date(0).toISOString() : entity.heartbeat;
    return { runId: entity.runId, heartbeat, holder: entity.holder ?? "", etag: entity.etag };
  }

  return {
    readLock,

    /**
     * Takes the lock for a run, by insert, or by If-Match: from a run that has ended and did not come to release it, or from
     * one that `isGone` says will never go on. A run that can be resumed may be just about to be: its release is waited for.
     * @returns the run that the lock was taken over from, if any.
     * @throws ReportError run-in-progress, naming the run that holds it.
     */
    async takeLock(
      runId: string,
      holder: string,
      isGone: (lock: Lock) => Promise<boolean>,
      looks = RELEASE_LOOKS,
    ): Promise<string | undefined> {
      const entity = { ...LOCK, runId, holder, heartbeat: new Date(now()).toISOString() };
      try {
        await table.createEntity(entity);
        return undefined;
      } catch (error) {
        if (storageStatus(error) !== 409) throw error;
      }
      const held = await readLock();
      if (!held) return this.takeLock(runId, holder, isGone);
      const standing = await this.standing(held.runId);
      const hasEnded = standing !== undefined && standing.status !== "Running";
      if (!(hasEnded && !standing.canResume) && !(await isGone(held))) {
        if (!hasEnded || looks === 0) throw inProgress(held.runId);
        await setTimeout(RELEASE_MS);
        return this.takeLock(runId, holder, isGone, looks - 1);
      }
      try {
        await table.updateEntity(entity, "Replace", { etag: held.etag });
      } catch (error) {
        if (storageStatus(error) === 412 || storageStatus(error) === 404)
          throw inProgress((await readLock())?.runId ?? held.runId);
        throw error;
      }
      return held.runId;
    },

    /** Says that the run still goes on. Without effect where the lock is another run's. */
    async heartbeat(runId: string): Promise<void> {
      const held = await readLock();
      if (held?.runId !== runId) return;
      const beat = { ...LOCK, runId, holder: held.holder, heartbeat: new Date(now()).toISOString() };
      await orSuperseded(table.updateEntity(beat, "Replace", { etag: held.etag }));
    },

    async releaseLock(runId: string): Promise<void> {
      // A heartbeat of the same run may come between reading and deleting.
      for (let tries = 0; tries < 10; tries++) {
        const held = await readLock();
        if (held?.runId !== runId) return;
        if (await orSuperseded(table.deleteEntity(LOCK.partitionKey, LOCK.rowKey, { etag: held.etag }))) return;
      }
    },

    async insert(runId: string, startedAt: string, plan: RunPlan): Promise<void> {
      await table.createEntity<RunEntity>({
        partitionKey: RUN,
        rowKey: runId,
        status: "Running",
        startedAt,
        plan: JSON.stringify(plan),
        ...STAMP,
      });
    },

    /** How a run stands; undefined if it has no row. Never throws for what the row holds. */
    async standing(runId: string): Promise<Standing | undefined> {
      const entity = await orMissing(table.getEntity<RunEntity>(RUN, runId));
      return entity && toStanding(entity);
    },

    /** Every run that has not ended, or that somebody could still go on with, of whatever version, newest first. */
    async listUnfinished(): Promise<Standing[]> {
      const found: Standing[] = [];
      const queryOptions = {
        filter: `PartitionKey eq '${RUN}'`,
        select: ["PartitionKey", "RowKey", "status", "cancelRequested", "canResume"],
      };
      for await (const entity of table.listEntities<Partial<RunEntity>>({ queryOptions })) {
        const standing = toStanding(entity);
        if (isUnfinished(standing)) found.push(standing);
      }
      return found.toSorted((a, b) => (a.runId < b.runId ? 1 : -1));
    },

    /** @throws ReportError data-newer. */
    async get(runId: string): Promise<Run | undefined> {
      const entity = await orMissing(table.getEntity<RunEntity>(RUN, runId));
      return entity && toRun(entity);
    },

    /** Newest first. Runs whose row can't be read, mostly those of a newer version, are left out: see listUnfinished. */
    async list(): Promise<Run[]> {
      const runs: Run[] = [];
      for await (const entity of table.listEntities<RunEntity>({ queryOptions: { filter: `PartitionKey eq '${RUN}'` } }))
        if (isReadable(entity) && isJson(entity.plan)) runs.push(toRun(entity));
      return runs.toSorted((a, b) => (a.runId < b.runId ? 1 : -1));
    },

    async requestCancel(runId: string): Promise<void> {
      await table.updateEntity({ partitionKey: RUN, rowKey: runId, cancelRequested: true }, "Merge");
    },

    /** Whose report this is, once that is known; a run of another tenant in the same storage is none to compare with. */
    async setTenant(runId: string, tenantId: string, tenantName: string | null): Promise<void> {
      const run = await this.get(runId);
      if (!run) return;
      const { features, thresholds, deadline, noPrevious = null } = run;
      const previous = run.previousRunId === null ? undefined : await this.get(run.previousRunId);
      const isOther = previous?.tenantId !== undefined && previous.tenantId !== null && previous.tenantId !== tenantId;
      const previousRunId = isOther ? null : run.previousRunId;
      const plan: RunPlan = { features, thresholds, deadline, previousRunId, noPrevious, tenantId };
      const name = tenantName === null ? {} : { tenantName };
      await table.updateEntity({ partitionKey: RUN, rowKey: runId, plan: JSON.stringify(plan), ...name }, "Merge");
    },

    async end(
      runId: string,
      status: RunStatus,
      finishedAt: string,
      details: { message?: string; figures?: Run["figures"]; canResume?: boolean },
    ): Promise<void> {
      const { message, figures, canResume = false } = details;
      await table.updateEntity(
        {
          partitionKey: RUN,
          rowKey: runId,
          status,
          finishedAt,
          canResume,
          ...(message ? { message: message.slice(0, 4000) } : {}),
          ...(figures ? { figures: JSON.stringify(figures) } : {}),
        },
        "Merge",
      );
    },

    /** A run that has ended will not go on, whoever asks. */
    async forbidResume(runId: string): Promise<void> {
      await table.updateEntity({ partitionKey: RUN, rowKey: runId, canResume: false }, "Merge");
    },

    /** A run that had ended goes on, until another deadline. */
    async reopen(runId: string, deadline: string): Promise<void> {
      const run = await this.get(runId);
      if (!run) return;
      const { features, thresholds, previousRunId, noPrevious = null, tenantId } = run;
      const plan: RunPlan = { features, thresholds, deadline, previousRunId, noPrevious, tenantId };
      await table.updateEntity(
        {
          partitionKey: RUN,
          rowKey: runId,
          status: "Running",
          plan: JSON.stringify(plan),
          canResume: false,
          finishedAt: "",
          message: "",
        },
        "Merge",
      );
    },

    async delete(runId: string): Promise<void> {
      await orMissing(table.deleteEntity(RUN, runId));
    },
  };
}

export type Runs = ReturnType<typeof createRuns>;

function isJson(text: string | undefined): boolean {
  try {
    return typeof JSON.parse(text ?? "") === "object";
  } catch {
    return false;
  }
}

function inProgress(runId: string): ReportError {
  return new ReportError("run-in-progress", `Run ${runId} is in progress; wait for it to end, or cancel it first.`, { runId });
}

/** False where somebody else changed or removed the entity first. */
async function orSuperseded(change: Promise<unknown>): Promise<boolean> {
  try {
    await change;
    return true;
  } catch (error) {
    if (storageStatus(error) === 412 || storageStatus(error) === 404) return false;
    throw error;
  }
}
