import type { HttpResponse, ServiceRequest } from "../sending/http";
import { believed, believedOfSubstitute, requireProof } from "./accountProof";
import type { CallName } from "../errors/calls";
import { isAuthenticationFailure, sendAnew, stoppedError, type HuaweiCloudError } from "../errors/errors";
import { Identity } from "./identity";
import { KnownProjects } from "./knownProjects";
import type { Operation } from "../../operation/operation";
import type { Settings } from "../settings/settings";
import type { Transport } from "../sending/transport";

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
  send(request: ServiceRequest, region: string, operation: Operation): Promise<HttpResponse> {
    return this.withIdentity(request.operation, region, operation, async (identity) => {
      const isInPlace = identity !== this.configured;
      if (isInPlace && request.method !== "GET") await requireProof(request.operation, identity, region, operation);
      try {
        return await identity.send(request, region, operation);
      } catch (error) {
        throw await (isInPlace ? believedOfSubstitute : believed)(error, identity, region, operation);
      }
    });
  }

  /** The project that calls to a region belong to; it is looked up where it is not told. Throws {@link HuaweiCloudError}. */
  projectId(region: string, operation: Operation): Promise<string> {
    return this.withIdentity("IAM KeystoneListProjects", region, operation, (identity) =>
      identity.projectId(region, operation),
    );
  }

  /** Does something with the credentials that are good for a region: the configured ones, until these are refused and others may stand in. */
  private async withIdentity<T>(
    call: CallName,
    region: string,
    operation: Operation,
    use: (identity: Identity) => Promise<T>,
  ): Promise<T> {
    // All operations have the same settings, so the first of them tells.
    for (const warning of this.warnings.splice(0)) operation.log.warn(warning);
    const useUnlessStopped = (identity: Identity) => {
      if (operation.signal.aborted) throw stoppedError(call, operation, false);
      return use(identity);
    };
    const usePresent = async (present: Identity) => {
      try {
        return await useUnlessStopped(present);
      } catch (error) {
        if (!isAuthenticationFailure(error)) throw error;
        throw error.withAdvice(this.settings.presentRefusalAdvice ?? this.settings.refusalAdvice);
      }
    };
    if (this.present !== undefined && this.isOfSameAccount(this.present, region)) return usePresent(this.present);
    try {
      return await useUnlessStopped(this.configured);
    } catch (error) {
      if (!isAuthenticationFailure(error)) throw error;
      const present = this.presentInPlaceOf(error, region, operation);
      return sendAnew(error, () => usePresent(present));
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
      const reason = refusal.lacksProof
        ? "The configured credentials cannot be used, because there is no id token"
        : `Huawei Cloud refused the configured credentials (${refusal.code ?? "HTTP 401"})`;
      operation.log.warn(
        `${reason}; those in the environment are used instead. ` +
          "Stored credentials of an earlier update may be out of date.",
      );
    }
    this.present = present;
    return present;
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
