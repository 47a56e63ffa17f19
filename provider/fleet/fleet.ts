import { isServerId, itemsPerPage as serversPerPage } from "../huawei/cph";
import { means } from "../huawei/errors/errors";
import type { HuaweiCloud } from "../huawei/huaweiCloud";
import { keypairsPerPage } from "../huawei/kps";
import type { KeypairSummary, Server } from "../schema/types";
import { ImportQueue } from "./importQueue";
import { JobWatcher } from "./jobWatcher";
import { OpenAccessQueue } from "./openAccessQueue";
import { RunRecord } from "./runRecord";
import { ServerChanges } from "./serverChanges";
import { ListCache } from "./listCache";

/** What all resources of a process share in one region, so that many of them cost few calls. */
export class Fleet {
  readonly keypairs: ListCache<KeypairSummary>;
  readonly servers: ListCache<Server>;
  readonly imports: ImportQueue;
  readonly openAccess: OpenAccessQueue;
  readonly jobs: JobWatcher;
  readonly changes: ServerChanges;

  constructor(cloud: HuaweiCloud, region: string) {
    this.keypairs = new ListCache({
      operation: "KPS ListKeypairDetail",
      list: async (operation) => byId(await cloud.kps(region, operation).listKeypairs(), ({ name }) => name),
      pageSize: keypairsPerPage,
      // Whether it shows the key pairs of other users is not documented.
      listsAll: false,
      detail: (name, operation) => cloud.kps(region, operation).getKeypair(name),
      isRefusedId: () => false,
      isWellFormed: () => true,
    });
    this.servers = new ListCache({
      operation: "CPH ShowCloudPhoneServerDetail",
      list: async (operation) => byId(await cloud.cph(region, operation).listServers(), ({ serverId }) => serverId),
      pageSize: serversPerPage,
      listsAll: true,
      detail: (serverId, operation) => cloud.cph(region, operation).getServer(serverId),
      isRefusedId: (error) => means(error, "invalidServerId"),
      isWellFormed: isServerId,
    });
    this.imports = new ImportQueue((operation) => cloud.kps(region, operation));
    this.openAccess = new OpenAccessQueue((operation) => cloud.cph(region, operation), cloud.settings.serversPerCall);
    this.jobs = new JobWatcher((operation) => cloud.cph(region, operation));
    this.changes = new ServerChanges(this.jobs);
  }
}

/** The fleets of an account, by region, and what this run knows of its program. */
export class Fleets {
  readonly record = new RunRecord();
  private readonly regions = new Map<string, Fleet>();

  constructor(private readonly cloud: HuaweiCloud) {}

  in(region: string): Fleet {
    const fleet = this.regions.get(region) ?? new Fleet(this.cloud, region);
    this.regions.set(region, fleet);
    return fleet;
  }
}

function byId<T>(items: readonly T[], idOf: (item: T) => string): Map<string, T> {
  return new Map(items.map((item) => [idOf(item), item]));
}
