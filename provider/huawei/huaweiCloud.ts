import { Cph } from "./cph";
import { Kps } from "./kps";
import type { Operation } from "../operation/operation";
import { Session } from "./identity/session";
import type { Settings } from "./settings/settings";
import { Transport } from "./sending/transport";

/** Huawei Cloud as one account sees it; one instance serves all resources of a process. */
export class HuaweiCloud {
  private readonly session: Session;

  constructor(readonly settings: Settings) {
    this.session = new Session(settings, new Transport(settings));
  }

  /** The state has a resource in this project: its account is that of the configured credentials. */
  recordProject(region: string, projectId: string): void {
    this.session.recordProject(region, projectId);
  }

  /** The project in which calls to a region were answered; undefined where none was. */
  projectIn(region: string): string | undefined {
    return this.session.projectIn(region);
  }

  /** The project that calls to a region belong to; it is looked up where it is not told. Throws {@link HuaweiCloudError}. */
  projectId(region: string, operation: Operation): Promise<string> {
    return this.session.projectId(region, operation);
  }

  /** The Key Pair Service of a region, on behalf of an operation. */
  kps(region: string, operation: Operation): Kps {
    return new Kps(this.session, region, operation);
  }

  /** Cloud Phone Host of a region, on behalf of an operation. */
  cph(region: string, operation: Operation): Cph {
    return new Cph(this.session, region, operation);
  }
}
