import type { HttpResponse, ServiceRequest } from "./http";
import { isAuthenticationFailure, stoppedError, type HuaweiCloudError } from "./errors";
import { Identity } from "./identity";
import { KnownProjects } from "./knownProjects";
import type { Operation } from "../operation/operation";
import { isRefusedObject } from "./refusals";
import type { Settings } from "./settings";
import type { Transport } from "./transport";

/**
 * Who we are to Huawei Cloud, shared by all resources of a process: sends every call with the credentials that are good for it, and
 * deals with those that are refused.
 *
 * Refresh and destroy run with the configuration of the last update. Where its credentials are refused from the start and the
 * environment holds others, those take their place, in projects that are known without them. Each call names its project in its
 * path, so that credentials of another account are refused and change nothing.
 */
export class Session {
  private readonly configured: Identity;
  /** Once it has taken the place of the configured one. */
  private present?: Identity;
  private readonly knownProjects: KnownProjects;
  /** Those not told yet. */
  private readonly warnings: string[];

  constructor(
    private readonly settings: Settings,
    private readonly transport: Transport,
  ) {
    this.warnings = [...settings.warnings];
    this.knownProjects = new KnownProjects(settings);
    this.configured = new Identity(settings, transport, settings.credentials, this.knownProjects, false);
  }

  /** The state has a resource in this project: see {@link KnownProjects}. */
  recordProject(region: string, projectId: string): void {
    this.knownProjects.record(region, projectId);
  }

  /** The project in which calls to a region were answered; undefined where none was. */
  projectIn(region: string): string | undefined {
    return (this.present ?? this.configured).projectIn(region) ?? this.configured.projectIn(region);
  }

  /** Sends a call to a service in a region. Throws {@link HuaweiCloudError}. */
  async send(request: ServiceRequest, region: string, operation: Operation): Promise<HttpResponse> {
    // All operations have the same settings, so the first of them tells.
    for (const warning of this.warnings.splice(0)) operation.log.warn(warning);
    if (this.present !== undefined && this.isOfSameAccount(this.present, region)) {
      return this.sendAs(this.present, request, region, operation);
    }
    if (operation.signal.aborted) throw stoppedError(request.operation, operation, false);
    try {
      return await this.configured.send(request, region, operation);
    } catch (error) {
      if (!isAuthenticationFailure(error)) throw error;
      return this.sendAs(this.presentInPlaceOf(error, region, operation), request, region, operation);
    }
  }

  /** Whether credentials may stand in for the configured ones in a region: those of another account must change nothing there. */
  private isOfSameAccount(present: Identity, region: string): boolean {
    return present.isProven || this.knownProjects.in(region) !== undefined;
  }

  /** Credentials to send a call with that was refused; throws the refusal where there are none. */
  private presentInPlaceOf(refusal: HuaweiCloudError, region: string, operation: Operation): Identity {
    const { presentCredentials, refusalAdvice } = this.settings;
    if (this.configured.wasAccepted) {
      const others = presentCredentials === undefined ? "" : ` ${presentAfterAcceptance}`;
      throw refusal.withAdvice(`${acceptedBefore}${others} ${refusalAdvice}`);
    }
    if (presentCredentials === undefined) throw refusal.withAdvice(refusalAdvice);
    const present =
      this.present ?? new Identity(this.settings, this.transport, presentCredentials, this.knownProjects, true);
    if (!this.isOfSameAccount(present, region)) throw refusal.withAdvice(`${refusalAdvice} ${unprovenAccount(region)}`);
    if (this.present === undefined) {
      operation.log.warn(
        `Huawei Cloud refused the configured credentials (${refusal.code ?? "HTTP 401"}); those in the environment are used instead. ` +
          "Stored credentials of an earlier update may be out of date.",
      );
    }
    this.present = present;
    return present;
  }

  /** Nothing is gone on the word of credentials that took the place of others, before they are seen to have access to the project. */
  private async sendAs(
    present: Identity,
    request: ServiceRequest,
    region: string,
    operation: Operation,
  ): Promise<HttpResponse> {
    if (operation.signal.aborted) throw stoppedError(request.operation, operation, false);
    try {
      return await present.send(request, region, operation);
    } catch (error) {
      if (isAuthenticationFailure(error)) {
        throw error.withAdvice(this.settings.presentRefusalAdvice ?? this.settings.refusalAdvice);
      }
      if (!isRefusedObject(error) || (await present.seesProject(region, operation))) throw error;
      throw error.status === 403 ? error.withAdvice(otherAccountHint) : error.asForeignAnswer(otherAccountHint);
    }
  }
}

const acceptedBefore =
  "Huawei Cloud accepted these credentials earlier in this run: they expired or were revoked since, or are not good for this service or " +
  "region.";

const presentAfterAcceptance = "Those in the environment may be another account's, and were not used in their place.";

function unprovenAccount(region: string): string {
  return (
    `Those in the environment were not used in their place: neither the configuration nor the state names a project in ${region}, so ` +
    "that they may be another account's. If they are right, take the others out of the configuration; refresh and destroy then need " +
    "--run-program."
  );
}

const otherAccountHint =
  "The credentials in the environment, which took the place of the configured ones, may be another account's: nothing shows that they " +
  "have access to the project. If they have, correct the configuration, and run refresh and destroy with --run-program.";
